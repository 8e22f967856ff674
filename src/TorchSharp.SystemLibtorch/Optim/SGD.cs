using TorchSharp.Core;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Gradient descent with momentum. Parameters without a gradient are left alone.</summary>
public class SGD : OptimizerHelper, optim.IMomentum
{
    /// <summary>For one group of parameters.</summary>
    public SGD(
        IEnumerable<Parameter> parameters, double lr, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
        : this([new ParamGroup { Parameters = parameters }], lr, momentum, dampening, weight_decay, nesterov, maximize)
    {
    }

    /// <summary>For several groups; what a group leaves out is taken from here.</summary>
    public SGD(
        IEnumerable<ParamGroup> parameters, double lr, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
    {
        _defaults = new Options
        {
            LearningRate = lr,
            InitialLearningRate = lr,
            momentum = momentum,
            dampening = dampening,
            weight_decay = weight_decay,
            nesterov = nesterov,
            maximize = maximize,
        };
        foreach (var group in parameters)
            add_param_group(group);
    }

    /// <inheritdoc/>
    public double Momentum
    {
        get => ((ParamGroup)_parameter_groups[0]).Momentum;
        set
        {
            foreach (var group in _parameter_groups)
                ((ParamGroup)group).Momentum = value;
        }
    }

    /// <inheritdoc/>
    public override void add_param_group(Modules.ParamGroup param_group)
    {
        var defaults = (Options)_defaults!;
        var options = (Options)(param_group.Options ??= new Options());
        options.LearningRate ??= defaults.LearningRate;
        options.momentum ??= defaults.momentum;
        options.dampening ??= defaults.dampening;
        options.weight_decay ??= defaults.weight_decay;
        options.nesterov ??= defaults.nesterov;
        options.maximize ??= defaults.maximize;
        options.InitialLearningRate = options.LearningRate!.Value;
        base.add_param_group(param_group);
        foreach (var parameter in param_group.Parameters)
            Remember(parameter, new State(parameter), options);
    }

    /// <inheritdoc/>
    public override Tensor? step(Func<Tensor>? closure = null) => _step<ParamGroup>(Update, closure);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            DisposeStates();
        base.Dispose(disposing);
    }

    private void Update(ParamGroup group)
    {
        var options = group.Options!;
        var (parameters, gradients) = WithGradient(group, options.maximize!.Value);
        if (parameters.Length == 0)
            return;
        var (momentum, decay) = (options.momentum!.Value, options.weight_decay!.Value);
        if (decay != 0)
            gradients = Ops._foreach_add_List.CallList(gradients, parameters, decay);
        if (momentum != 0)
        {
            var buffers = new Tensor[parameters.Length];
            for (var i = 0; i < buffers.Length; i++)
                buffers[i] = ((State)StateOf(parameters[i])).Advance(gradients[i], momentum, 1 - options.dampening!.Value);
            gradients = options.nesterov!.Value ? Ops._foreach_add_List.CallList(gradients, buffers, momentum) : buffers;
        }
        Ops._foreach_add__List.Run(parameters, gradients, -options.LearningRate!.Value);
    }

    /// <summary>The options of a group; null takes the optimiser's.</summary>
    public class Options : OptimizerOptions
    {
        /// <summary>How much of the last step goes into this one.</summary>
        public double? momentum;

        /// <summary>How much less than all of the gradient enters the momentum.</summary>
        public double? dampening;

        /// <summary>Added to the gradient, times the parameter.</summary>
        public double? weight_decay;

        /// <summary>Whether the gradient is taken ahead of the momentum.</summary>
        public bool? nesterov;

        /// <summary>Whether to climb.</summary>
        public bool? maximize;

        /// <inheritdoc/>
        public override void LoadStateDict(OptimizerOptions source)
        {
            base.LoadStateDict(source);
            var other = (Options)source;
            (momentum, dampening, weight_decay) = (other.momentum, other.dampening, other.weight_decay);
            (nesterov, maximize) = (other.nesterov, other.maximize);
        }
    }

    /// <summary>Parameters with options of their own.</summary>
    public class ParamGroup : ParamGroup<Options>, optim.IMomentum
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
            IEnumerable<Parameter> parameters, double lr = 0.001, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
            : base(parameters, new Options
            {
                LearningRate = lr,
                momentum = momentum,
                dampening = dampening,
                weight_decay = weight_decay,
                nesterov = nesterov,
                maximize = maximize,
            })
        {
        }

        /// <inheritdoc/>
        public double Momentum
        {
            get => Options!.momentum!.Value;
            set => Options!.momentum = value;
        }
    }

    /// <summary>What is remembered of one parameter.</summary>
    public sealed class State : OptimizerState, IDisposable
    {
        /// <summary>The last step before the learning rate; null before the first.</summary>
        public Tensor? momentum_buffer;

        /// <summary>For that parameter.</summary>
        public State(Parameter parameter)
            : base(parameter)
        {
        }

        /// <inheritdoc/>
        public override void Initialize(OptimizerOptions? options) => Adopt(ref momentum_buffer, null);

        /// <inheritdoc/>
        public override void LoadStateDict(OptimizerState source) =>
            Adopt(ref momentum_buffer, ((State)source).momentum_buffer?.to(_parameter.dtype, _parameter.device, copy: true));

        /// <inheritdoc/>
        public override void to(Device device) => Adopt(ref momentum_buffer, momentum_buffer?.to(device));

        /// <inheritdoc/>
        public override bool ApproximatelyEquals(OptimizerState other) =>
            other is State state && (momentum_buffer is null ? state.momentum_buffer is null : state.momentum_buffer is not null && momentum_buffer.allclose(state.momentum_buffer));

        /// <summary>Disposes the tensor.</summary>
        public void Dispose() => momentum_buffer?.Dispose();

        internal Tensor Advance(Tensor gradient, double momentum, double share)
        {
            if (momentum_buffer is null)
                Adopt(ref momentum_buffer, gradient.clone());
            else
                momentum_buffer.mul_(momentum).add_(gradient, share);
            return momentum_buffer!;
        }
    }
}
