using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <content>Options, groups and state.</content>
public partial class AdamW
{
    /// <summary>The options of a group; null takes the optimiser's.</summary>
    public class Options : OptimizerOptions
    {
        /// <summary>The decay rate of the mean.</summary>
        public double? beta1;

        /// <summary>The decay rate of the mean square.</summary>
        public double? beta2;

        /// <summary>Added to the divisor.</summary>
        public double? eps;

        /// <summary>How much of a parameter is taken away at each step, times the learning rate.</summary>
        public double? weight_decay;

        /// <summary>Whether the largest mean square so far divides.</summary>
        public bool? amsgrad;

        /// <summary>Whether to climb.</summary>
        public bool? maximize;

        /// <inheritdoc/>
        public override void LoadStateDict(OptimizerOptions source)
        {
            base.LoadStateDict(source);
            var other = (Options)source;
            (beta1, beta2, eps) = (other.beta1, other.beta2, other.eps);
            (weight_decay, amsgrad, maximize) = (other.weight_decay, other.amsgrad, other.maximize);
        }
    }

    /// <summary>Parameters with options of their own.</summary>
    public class ParamGroup : ParamGroup<Options>, optim.IBetas
    {
        /// <summary>An empty group.</summary>
        public ParamGroup()
        {
        }

        /// <summary>Those parameters with those options.</summary>
        public ParamGroup(IEnumerable<Parameter> parameters, Options options)
            : base(parameters, options)
        {
        }

        /// <summary>Those parameters with those options.</summary>
        public ParamGroup(
            IEnumerable<Parameter> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-08, double weight_decay = 0,
            bool amsgrad = false, bool maximize = false)
            : base(parameters, new Options
            {
                LearningRate = lr,
                beta1 = beta1,
                beta2 = beta2,
                eps = eps,
                weight_decay = weight_decay,
                amsgrad = amsgrad,
                maximize = maximize,
            })
        {
        }

        /// <inheritdoc/>
        public (double, double) Betas
        {
            get => (Options!.beta1!.Value, Options.beta2!.Value);
            set => (Options!.beta1, Options.beta2) = value;
        }
    }

    /// <summary>What is remembered of one parameter.</summary>
    public sealed class State : OptimizerState, IDisposable
    {
        /// <summary>Steps with a gradient.</summary>
        public long step;

        /// <summary>The decaying mean of the gradients.</summary>
        public Tensor exp_avg = null!;

        /// <summary>The decaying mean of the squared gradients.</summary>
        public Tensor exp_avg_sq = null!;

        /// <summary>The largest <see cref="exp_avg_sq"/> so far; null without amsgrad.</summary>
        public Tensor? max_exp_avg_sq;

        /// <summary>For that parameter.</summary>
        public State(Parameter parameter)
            : base(parameter)
        {
        }

        /// <inheritdoc/>
        public override void Initialize(OptimizerOptions? options)
        {
            step = 0;
            Adopt(ref exp_avg!, _parameter.zeros_like());
            Adopt(ref exp_avg_sq!, _parameter.zeros_like());
            Adopt(ref max_exp_avg_sq, options is Options { amsgrad: true } ? _parameter.zeros_like() : null);
        }

        /// <inheritdoc/>
        public override void LoadStateDict(OptimizerState source)
        {
            var other = (State)source;
            step = other.step;
            Adopt(ref exp_avg!, Copy(other.exp_avg));
            Adopt(ref exp_avg_sq!, Copy(other.exp_avg_sq));
            Adopt(ref max_exp_avg_sq, other.max_exp_avg_sq is { } largest ? Copy(largest) : null);
        }

        /// <inheritdoc/>
        public override void to(Device device)
        {
            Adopt(ref exp_avg!, exp_avg.to(device));
            Adopt(ref exp_avg_sq!, exp_avg_sq.to(device));
            Adopt(ref max_exp_avg_sq, max_exp_avg_sq?.to(device));
        }

        /// <inheritdoc/>
        public override bool ApproximatelyEquals(OptimizerState other) =>
            other is State state && step == state.step && exp_avg.allclose(state.exp_avg) && exp_avg_sq.allclose(state.exp_avg_sq)
            && (max_exp_avg_sq is null ? state.max_exp_avg_sq is null : state.max_exp_avg_sq is not null && max_exp_avg_sq.allclose(state.max_exp_avg_sq));

        /// <summary>Disposes the tensors.</summary>
        public void Dispose()
        {
            exp_avg.Dispose();
            exp_avg_sq.Dispose();
            max_exp_avg_sq?.Dispose();
        }

        private Tensor Copy(Tensor source) => source.to(_parameter.dtype, _parameter.device, copy: true);
    }
}
