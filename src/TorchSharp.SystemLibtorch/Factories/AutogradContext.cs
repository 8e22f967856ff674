using TorchSharp.Core;

namespace TorchSharp;

public static partial class torch
{
    public static unsafe partial class autograd
    {
        /// <summary>What a custom function's forward pass leaves for its backward pass. Usable inside the two passes only.</summary>
        public class AutogradContext : IDisposable
        {
            private readonly Dictionary<string, object> data = [];
            private IntPtr native;

            internal AutogradContext()
            {
            }

            /// <summary>Whether the backward pass sees zeros for results that nothing depends on, rather than null; so by default.</summary>
            public bool MaterializeGrads { get; private set; } = true;

            private IntPtr Context => native != 0
                ? native
                : throw new InvalidOperationException("The context of a custom function can be used inside its forward and backward passes only.");

            /// <summary>Keeps tensors (nulls are allowed) for the backward pass. To be called once, in the forward pass.</summary>
            public void save_for_backward(List<Tensor> tensors)
            {
                fixed (IntPtr* handles = Handles(tensors, tensors.Count))
                    Native.Check(Native.peft_context_save(Context, handles, tensors.Count));
                GC.KeepAlive(tensors);
            }

            /// <summary>The saved tensors, in their order.</summary>
            /// <exception cref="System.Runtime.InteropServices.ExternalException">One was changed in place since, or an earlier backward pass freed them.</exception>
            public List<Tensor> get_saved_variables()
            {
                IntPtr* handles;
                int count;
                Native.Check(Native.peft_context_saved(Context, &handles, &count));
                var tensors = new List<Tensor>(count);
                for (var i = 0; i < count; i++)
                    tensors.Add(handles[i] == 0 ? null! : new Tensor(handles[i]));
                Native.peft_free_array((IntPtr)handles);
                return tensors;
            }

            /// <summary>Keeps a value that is no tensor.</summary>
            public void save_data(string key, object value) => data[key] = value;

            /// <summary>A value that was kept; null where there is none of that name.</summary>
            public object get_data(string key) => data.GetValueOrDefault(key)!;

            /// <summary>Says which inputs the forward pass changed in place; it must return them.</summary>
            public void mark_dirty(List<Tensor> tensors)
            {
                fixed (IntPtr* handles = Handles(tensors, tensors.Count))
                    Native.Check(Native.peft_context_mark_dirty(Context, handles, tensors.Count));
                GC.KeepAlive(tensors);
            }

            /// <summary>Says which results have no gradient.</summary>
            public void mark_non_differentiable(List<Tensor> tensors)
            {
                fixed (IntPtr* handles = Handles(tensors, tensors.Count))
                    Native.Check(Native.peft_context_mark_non_differentiable(Context, handles, tensors.Count));
                GC.KeepAlive(tensors);
            }

            /// <summary>Sets <see cref="MaterializeGrads"/>.</summary>
            public void set_materialize_grads(bool value)
            {
                Native.peft_context_materialize(Context, value ? 1 : 0);
                MaterializeGrads = value;
            }

            /// <summary>Forgets the values that are no tensors.</summary>
            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            /// <summary>Forgets the values that are no tensors; the saved tensors are the node's.</summary>
            protected virtual void Dispose(bool disposing)
            {
                if (disposing)
                    data.Clear();
            }

            /// <summary>Gives the native context, which is valid while a pass runs, until the result is disposed of.</summary>
            internal Loan Lend(IntPtr context)
            {
                native = context;
                return new(this);
            }

            internal readonly struct Loan(AutogradContext context) : IDisposable
            {
                public void Dispose() => context.native = 0;
            }
        }
    }
}
