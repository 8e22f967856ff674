using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>What becomes of the loss of each element; the numbers are libtorch's.</summary>
        public enum Reduction
        {
            /// <summary>They stay.</summary>
            None = 0,
            /// <summary>Their mean.</summary>
            Mean = 1,
            /// <summary>Their sum.</summary>
            Sum = 2,
        }

        /// <inheritdoc cref="Modules.Parameter(Tensor, bool)"/>
        public static Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);

        /// <summary>A linear map with PyTorch's initial values.</summary>
        public static Linear Linear(long inputSize, long outputSize, bool hasBias = true, Device? device = null, ScalarType? dtype = null)
        {
            var weight = new Parameter(empty([outputSize, inputSize], dtype, device));
            init.kaiming_uniform_(weight, Math.Sqrt(5));
            if (!hasBias)
                return new(weight, null);
            var bound = inputSize > 0 ? 1 / Math.Sqrt(inputSize) : 0;
            var bias = new Parameter(empty([outputSize], dtype, device));
            init.uniform_(bias, -bound, bound);
            return new(weight, bias);
        }

        /// <summary>A linear map with those values.</summary>
        public static Linear Linear(Parameter weight, Parameter? bias = null) => new(weight, bias);

        /// <summary>A table with draws of the standard normal distribution; the padding row is zero and learns nothing.</summary>
        /// <exception cref="NotSupportedException">A maximal norm was asked for.</exception>
        public static Embedding Embedding(
            long num_embeddings, long embedding_dims, long? padding_idx = null, double? max_norm = null, double norm_type = 2, bool scale_grad_by_freq = false, bool sparse = false,
            Device? device = null, ScalarType? dtype = null)
        {
            RefuseMaxNorm(max_norm);
            var table = randn([num_embeddings, embedding_dims], dtype, device);
            if (padding_idx is { } row)
                table.select(0, row).zero_().Dispose();
            return new(new Parameter(table), padding_idx, scale_grad_by_freq, sparse);
        }

        /// <summary>A table with those values, frozen unless said otherwise.</summary>
        /// <exception cref="NotSupportedException">A maximal norm was asked for.</exception>
        public static Embedding Embedding_from_pretrained(
            Tensor embeddings, bool freeze = true, long? padding_idx = null, double? max_norm = null, double norm_type = 2, bool scale_grad_by_freq = false, bool sparse = false,
            Device? device = null, ScalarType? dtype = null)
        {
            RefuseMaxNorm(max_norm);
            var table = embeddings.to(dtype ?? embeddings.dtype, device ?? embeddings.device);
            return new(new Parameter(table.alias(), !freeze), padding_idx, scale_grad_by_freq, sparse);
        }

        /// <summary>Layer normalisation over the last dimension.</summary>
        public static LayerNorm LayerNorm(
            long normalized_shape, double eps = 1e-05, bool elementwise_affine = true, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
            LayerNorm([normalized_shape], eps, elementwise_affine, bias, device, dtype);

        /// <summary>Layer normalisation over the last dimensions.</summary>
        public static LayerNorm LayerNorm(
            long[] normalized_shape, double eps = 1e-05, bool elementwise_affine = true, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
            new(
                normalized_shape,
                eps,
                elementwise_affine ? new Parameter(ones(normalized_shape, dtype, device)) : null,
                elementwise_affine && bias ? new Parameter(zeros(normalized_shape, dtype, device)) : null);

        /// <summary>Dropout while training.</summary>
        public static Dropout Dropout(double p = 0.5, bool inplace = false) => new(p, inplace);

        /// <summary>GELU by the error function.</summary>
        public static GELU GELU() => new(Modules.GELU.Approximate.none, false);

        /// <summary>GELU by the error function.</summary>
        public static GELU GELU(bool inplace) => new(Modules.GELU.Approximate.none, inplace);

        /// <summary>GELU, by the error function or its tanh approximation.</summary>
        public static GELU GELU(GELU.Approximate approximate, bool inplace = false) => new(approximate, inplace);

        /// <summary>The larger of zero and the input.</summary>
        public static ReLU ReLU(bool inplace = false) => new(inplace);

        /// <summary>x * sigmoid(x).</summary>
        public static SiLU SiLU() => new(false);

        /// <summary>The hyperbolic tangent.</summary>
        public static Tanh Tanh() => new(false);

        /// <summary>1 / (1 + e^-x).</summary>
        public static Sigmoid Sigmoid() => new(false);

        /// <summary>Gives its input back.</summary>
        public static Identity Identity() => new();

        /// <summary>Modules one after the other.</summary>
        public static Sequential Sequential(params Module<Tensor, Tensor>[] modules) => new(modules);

        /// <summary>Modules one after the other, with names.</summary>
        public static Sequential Sequential(params (string, Module<Tensor, Tensor>)[] modules) => new(modules);

        /// <summary>Modules in order.</summary>
        public static ModuleList<Module> ModuleList(params Module[] modules) => new(modules);

        /// <summary>Modules in order.</summary>
        public static ModuleList<T> ModuleList<T>(params T[] modules)
            where T : Module
            => new(modules);

        /// <summary>Modules by name.</summary>
        public static ModuleDict<Module> ModuleDict(params (string, Module)[] modules) => ModuleDict<Module>(modules);

        /// <summary>Modules by name.</summary>
        public static ModuleDict<T> ModuleDict<T>(params (string, T)[] modules)
            where T : Module
        {
            var made = new ModuleDict<T>();
            foreach (var entry in modules)
                made.Add(entry);
            return made;
        }

        /// <summary>Parameters in order.</summary>
        public static ParameterList ParameterList(params Parameter[] parameters) => new(parameters);

        /// <summary>Parameters by name.</summary>
        public static ParameterDict ParameterDict(params (string, Parameter)[] parameters)
        {
            var made = new ParameterDict();
            foreach (var entry in parameters)
                made.Add(entry);
            return made;
        }

        /// <summary>Cross entropy of logits and classes.</summary>
        public static CrossEntropyLoss CrossEntropyLoss(Tensor? weight = null, long? ignore_index = null, Reduction reduction = Reduction.Mean) =>
            new(weight, ignore_index, reduction);

        /// <summary>The squared difference.</summary>
        public static MSELoss MSELoss(Reduction reduction = Reduction.Mean) => new(reduction);

        private static void RefuseMaxNorm(double? maxNorm)
        {
            if (maxNorm is not null)
                throw new NotSupportedException("An embedding with a maximal norm is not supported over the system's libtorch.");
        }
    }
}
