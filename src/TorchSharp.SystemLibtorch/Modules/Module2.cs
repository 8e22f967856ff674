namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A module with a forward pass of two inputs.</summary>
        public abstract class Module<T1, T2, TResult>
            : HookableModule<
                Func<Module<T1, T2, TResult>, T1, T2, (T1, T2)?>,
                Func<Module<T1, T2, TResult>, T1, T2, TResult, TResult>>,
                IModule<T1, T2, TResult>
        {
            /// <inheritdoc cref="Module(string)"/>
            protected Module(string name)
                : base(name)
            {
            }

            /// <summary>What the module computes; use <see cref="call"/>, which also calls the hooks.</summary>
            public abstract TResult forward(T1 input1, T2 input2);

            /// <summary>The forward pass, with its hooks.</summary>
            public TResult call(T1 input1, T2 input2)
            {
                if (!HasHooks)
                    return forward(input1, input2);
                foreach (var hook in Before)
                {
                    if (hook(this, input1, input2) is { } changed)
                        (input1, input2) = changed;
                }
                var result = forward(input1, input2);
                foreach (var hook in After)
                    result = hook(this, input1, input2, result) ?? result;
                return result;
            }
        }
    }
}
