using TorchSharp.Core;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2017), in one pass over each parameter. Parameters without a gradient are left alone.</summary>
public partial class AdamW : OptimizerHelper, optim.IBetas
{
    /// <summary>For one group of parameters.</summary>
    public AdamW(
        IEnumerable<Parameter> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-08, double weight_decay = 0,
        bool amsgrad = false, bool maximize = false)
        : this([new ParamGroup { Parameters = parameters }], lr, beta1, beta2, eps, weight_decay, amsgrad, maximize)
    {
    }

    /// <summary>For several groups; what a group leaves out is taken from here.</summary>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public AdamW(
        IEnumerable<ParamGroup> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-08, double weight_decay = 0,
        bool amsgrad = false, bool maximize = false)
    {
        Require(lr >= 0, nameof(lr), lr);
        Require(beta1 is >= 0 and < 1, nameof(beta1), beta1);
        Require(beta2 is >= 0 and < 1, nameof(beta2), beta2);
        Require(eps >= 0, nameof(eps), eps);
        Require(weight_decay >= 0, nameof(weight_decay), weight_decay);
        _defaults = new Options
        {
            LearningRate = lr,
            InitialLearningRate = lr,
            beta1 = beta1,
            beta2 = beta2,
            eps = eps,
            weight_decay = weight_decay,
            amsgrad = amsgrad,
            maximize = maximize,
        };
        foreach (var group in parameters)
            add_param_group(group);
    }

    /// <inheritdoc/>
    public (double, double) Betas
    {
        get => ((ParamGroup)_parameter_groups[0]).Betas;
        set
        {
            foreach (var group in _parameter_groups)
                ((ParamGroup)group).Betas = value;
        }
    }

    /// <inheritdoc/>
    public override void add_param_group(Modules.ParamGroup param_group)
    {
        var defaults = (Options)_defaults!;
        var options = (Options)(param_group.Options ??= new Options());
        options.LearningRate ??= defaults.LearningRate;
        options.beta1 ??= defaults.beta1;
        options.beta2 ??= defaults.beta2;
        options.eps ??= defaults.eps;
        options.weight_decay ??= defaults.weight_decay;
        options.amsgrad ??= defaults.amsgrad;
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
        var states = Array.ConvertAll(parameters, parameter => (State)StateOf(parameter));
        var left = new List<(Tensor Parameter, State State, Tensor Gradient)>();
        for (var i = 0; i < parameters.Length; i++)
        {
            states[i].step++;
            if (options.amsgrad!.Value || !TryInOnePass(options, parameters[i], states[i], gradients[i]))
                left.Add((parameters[i], states[i], gradients[i]));
        }

        if (left.Count > 0)
            ByOperators(options, [.. left.Select(one => one.Parameter)], [.. left.Select(one => one.State)], [.. left.Select(one => one.Gradient)]);
    }

    /// <returns>False, with nothing changed, where the parameter is not plain memory of the CPU.</returns>
    private static bool TryInOnePass(Options options, Tensor parameter, State state, Tensor gradient) =>
        Ops.peft__adamw_.CallScalar(
            parameter, state.exp_avg, state.exp_avg_sq, gradient, 1 - options.LearningRate!.Value * options.weight_decay!.Value, options.beta1!.Value,
            options.beta2!.Value, options.eps!.Value, Math.Sqrt(SquareCorrection(options, state)), options.LearningRate.Value / MeanCorrection(options, state)).Integer != 0;

    private static void ByOperators(Options options, Tensor[] parameters, State[] states, Tensor[] gradients)
    {
        var (beta1, beta2, rate) = (options.beta1!.Value, options.beta2!.Value, options.LearningRate!.Value);
        var means = Array.ConvertAll(states, state => state.exp_avg);
        var squares = Array.ConvertAll(states, state => state.exp_avg_sq);

        if (options.weight_decay!.Value != 0)
            Ops._foreach_mul__Scalar.Run(parameters, 1 - rate * options.weight_decay.Value);
        Ops._foreach_mul__Scalar.Run(means, beta1);
        Ops._foreach_add__List.Run(means, gradients, 1 - beta1);
        Ops._foreach_mul__Scalar.Run(squares, beta2);
        Ops._foreach_addcmul__Scalar.Run(squares, gradients, gradients, 1 - beta2);
        if (options.amsgrad!.Value)
        {
            var largest = Array.ConvertAll(states, state => state.max_exp_avg_sq!);
            Ops._foreach_maximum__List.Run(largest, squares);
            squares = largest;
        }

        var divisors = Ops._foreach_sqrt.CallList(squares);
        Ops._foreach_div__ScalarList.Run(divisors, Array.ConvertAll(states, state => Math.Sqrt(SquareCorrection(options, state))));
        Ops._foreach_add__Scalar.Run(divisors, options.eps!.Value);
        Ops._foreach_addcdiv__ScalarList.Run(parameters, means, divisors, Array.ConvertAll(states, state => -rate / MeanCorrection(options, state)));
    }

    // Parameters may have joined at different steps, so each has its own corrections of the bias towards zero.
    private static double MeanCorrection(Options options, State state) => 1 - Math.Pow(options.beta1!.Value, state.step);

    private static double SquareCorrection(Options options, State state) => 1 - Math.Pow(options.beta2!.Value, state.step);

    private static void Require(bool holds, string name, double value)
    {
        if (!holds)
            throw new ArgumentException($"Invalid {name}: {value}", name);
    }
}
