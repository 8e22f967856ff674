using TorchSharp.Core;

namespace TorchSharp;

public static partial class torch
{
    public static unsafe partial class autograd
    {
        /// <summary>
        /// A function with a backward pass of its own. Derive from <see cref="SingleTensorFunction{T}"/> or <see cref="MultiTensorFunction{T}"/>. One object
        /// serves all applications: what an application must keep goes into its context.
        /// </summary>
        public abstract class Function<T>
            where T : Function<T>, new()
        {
            private static readonly FunctionPasses Passes = PassesOf(new T());

            private protected Function()
            {
            }

            /// <summary>The function's name, for messages.</summary>
            public abstract string Name { get; }

            /// <summary>Applies the function. Tensors among the arguments, but not tensors inside other objects, are inputs that gradients flow to.</summary>
            public static List<Tensor> apply_internal(params object[] vars) => FunctionCall.Apply(Passes, vars);

            private protected abstract List<Tensor> Forward(AutogradContext context, object[] arguments);

            private protected abstract List<Tensor> Backward(AutogradContext context, List<Tensor> gradients);

            private static FunctionPasses PassesOf(T function) => new(function.Name, function.Forward, function.Backward);
        }

        /// <summary>A function with a single result.</summary>
        public abstract class SingleTensorFunction<T> : Function<T>
            where T : SingleTensorFunction<T>, new()
        {
            /// <summary>Applies the function.</summary>
            public static Tensor apply(params object[] vars) => apply_internal(vars)[0];

            /// <summary>The result, computed without gradients.</summary>
            public abstract Tensor forward(AutogradContext ctx, params object[] vars);

            /// <summary>The gradients by each argument of <see cref="forward"/>; null for those that are no tensors or have none.</summary>
            /// <remarks>Tensors made here are freed when it returns; one that is to live longer must leave its scope.</remarks>
            public abstract List<Tensor> backward(AutogradContext ctx, Tensor grad_output);

            private protected sealed override List<Tensor> Forward(AutogradContext context, object[] arguments) => [forward(context, arguments)];

            private protected sealed override List<Tensor> Backward(AutogradContext context, List<Tensor> gradients) => backward(context, gradients[0]);
        }

        /// <summary>A function with several results.</summary>
        public abstract class MultiTensorFunction<T> : Function<T>
            where T : MultiTensorFunction<T>, new()
        {
            /// <summary>Applies the function.</summary>
            public static List<Tensor> apply(params object[] vars) => apply_internal(vars);

            /// <summary>The results, computed without gradients.</summary>
            public abstract List<Tensor> forward(AutogradContext ctx, params object[] vars);

            /// <inheritdoc cref="SingleTensorFunction{T}.backward"/>
            public abstract List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs);

            private protected sealed override List<Tensor> Forward(AutogradContext context, object[] arguments) => forward(context, arguments);

            private protected sealed override List<Tensor> Backward(AutogradContext context, List<Tensor> gradients) => backward(context, gradients);
        }
    }
}
