using static TorchSharp.torch;

namespace TorchSharp
{
    /// <summary>A loss of a prediction and a target.</summary>
    public abstract class Loss<T1, T2, TResult> : nn.Module<T1, T2, TResult>
    {
        /// <summary>A loss with that reduction.</summary>
        public Loss(nn.Reduction reduction = nn.Reduction.Mean)
            : base("Loss") => this.reduction = reduction;

        /// <summary>What becomes of the loss of each element.</summary>
        public nn.Reduction reduction { get; }
    }

    /// <summary>A loss with weights.</summary>
    public abstract class WeightedLoss<T1, T2, TResult> : Loss<T1, T2, TResult>
    {
        /// <summary>A loss with those weights and that reduction.</summary>
        public WeightedLoss(Tensor? weight = null, nn.Reduction reduction = nn.Reduction.Mean)
            : base(reduction) => this.weight = weight;

        /// <summary>The weights; null where there are none.</summary>
        public Tensor? weight { get; }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>Cross entropy of logits and classes.</summary>
    public sealed class CrossEntropyLoss : WeightedLoss<Tensor, Tensor, Tensor>
    {
        /// <summary>Cross entropy of logits and classes.</summary>
        public CrossEntropyLoss(Tensor? weight = null, long? ignore_index = null, nn.Reduction reduction = nn.Reduction.Mean, double label_smoothing = 0)
            : base(weight, reduction)
        {
            this.ignore_index = ignore_index;
            this.label_smoothing = label_smoothing;
        }

        /// <summary>The class that counts for nothing.</summary>
        public long? ignore_index { get; }

        /// <summary>How much of the target is spread over all classes.</summary>
        public double label_smoothing { get; }

        /// <inheritdoc/>
        public override Tensor forward(Tensor input, Tensor target) =>
            nn.functional.cross_entropy(input, target, weight, ignore_index ?? -100, reduction, label_smoothing);
    }

    /// <summary>The squared difference.</summary>
    public sealed class MSELoss : Loss<Tensor, Tensor, Tensor>
    {
        /// <summary>The squared difference.</summary>
        public MSELoss(nn.Reduction reduction = nn.Reduction.Mean)
            : base(reduction)
        {
        }

        /// <inheritdoc/>
        public override Tensor forward(Tensor input, Tensor target) => nn.functional.mse_loss(input, target, reduction);
    }
}
