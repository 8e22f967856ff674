namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A module with a forward pass of one input.</summary>
        public abstract class Module<T, TResult>
            : HookableModule<
                Func<Module<T, TResult>, T, T>,
                Func<Module<T, TResult>, T, TResult, TResult>>,
                IModule<T, TResult>
        {
            /// <inheritdoc cref="Module(string)"/>
            protected Module(string name)
                : base(name)
            {
            }

            /// <summary>What the module computes; use <see cref="call"/>, which also calls the hooks.</summary>
            public abstract TResult forward(T input);

            /// <summary>The forward pass, with its hooks.</summary>
            public TResult call(T input)
            {
                if (!HasHooks)
                    return forward(input);
                foreach (var hook in Before)
                    input = hook(this, input) ?? input;
                var result = forward(input);
                foreach (var hook in After)
                    result = hook(this, input, result) ?? result;
                return result;
            }
        }
    }
}
