using TorchSharp.Core;

namespace TorchSharp;

public static partial class torch
{
    public unsafe partial class Tensor
    {
        /// <summary>Whether operations on the tensor are recorded for gradients.</summary>
        public bool requires_grad
        {
            get => Native.peft_tensor_requires_grad(Handle) != 0;
            set
            {
                Native.Check(Native.peft_tensor_set_requires_grad(Handle, value ? 1 : 0));
                GC.KeepAlive(this);
            }
        }

        /// <summary>Whether the tensor is an end of the graph: made by the user, or without gradient.</summary>
        public bool is_leaf => Native.peft_tensor_is_leaf(Handle) != 0;

        /// <summary>The gradient that <see cref="backward()"/> accumulated, each time as a new object; null if there is none.</summary>
        public Tensor? grad
        {
            get
            {
                IntPtr found;
                Native.Check(Native.peft_tensor_grad(Handle, &found));
                GC.KeepAlive(this);
                return found == 0 ? null : new(found);
            }
            set
            {
                Native.Check(Native.peft_tensor_set_grad(Handle, value?.Handle ?? 0));
                GC.KeepAlive(this);
                GC.KeepAlive(value);
            }
        }

        /// <summary>Sets <see cref="requires_grad"/> and returns the tensor.</summary>
        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        /// <summary>Sets <see cref="requires_grad"/> and returns the tensor.</summary>
        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        /// <summary>Keeps the gradient of a tensor that is no leaf.</summary>
        public void retain_grad()
        {
            Native.Check(Native.peft_tensor_retain_grad(Handle));
            GC.KeepAlive(this);
        }

        /// <summary>Adds the gradient of this one number to the leaves it was computed from.</summary>
        public void backward() => autograd.backward([this]);

        /// <summary>Adds the gradient of this tensor, weighed by <paramref name="grad_tensors"/>, to the leaves or only to <paramref name="inputs"/>.</summary>
        public void backward(IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor>? inputs = null) =>
            autograd.backward([this], grad_tensors, retain_graph, create_graph, inputs);

        /// <summary>The same values outside the graph; shares memory.</summary>
        public Tensor detach() => Ops.detach.Call(this);

        /// <summary>Takes the tensor itself out of the graph.</summary>
        public Tensor detach_() => Ops.detach_.InPlace(this, this);
    }
}
