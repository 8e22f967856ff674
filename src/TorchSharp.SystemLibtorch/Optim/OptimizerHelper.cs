using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>The options of a group of parameters.</summary>
public class OptimizerOptions
{
    /// <summary>The learning rate; null takes the optimiser's.</summary>
    public double? LearningRate { get; set; }

    /// <summary>The learning rate at the start.</summary>
    public double InitialLearningRate { get; set; }

    /// <summary>Takes over another's options.</summary>
    public virtual void LoadStateDict(OptimizerOptions source)
    {
        InitialLearningRate = source.InitialLearningRate;
        LearningRate = source.LearningRate;
    }
}

/// <summary>What an optimiser remembers of one parameter. Its tensors belong to no dispose scope.</summary>
public abstract class OptimizerState
{
    /// <summary>The parameter.</summary>
    protected Parameter _parameter;

    /// <summary>For that parameter.</summary>
    protected OptimizerState(Parameter parameter) => _parameter = parameter;

    /// <summary>Starts from nothing.</summary>
    public abstract void Initialize(OptimizerOptions? options);

    /// <summary>Takes over a copy of another's state.</summary>
    public abstract void LoadStateDict(OptimizerState source);

    /// <summary>Moves the state to a device.</summary>
    public virtual void to(Device device)
    {
    }

    /// <summary>Whether two states are about the same.</summary>
    public virtual bool ApproximatelyEquals(OptimizerState other) => false;

    /// <summary>Puts a tensor of its own, outside every scope, in the place of the old one.</summary>
    private protected static void Adopt(ref Tensor? field, Tensor? value)
    {
        var old = field;
        field = value?.DetachFromDisposeScope();
        if (!ReferenceEquals(old, field))
            old?.Dispose();
    }
}

/// <summary>Parameters with options of their own.</summary>
public class ParamGroup : optim.ILearningRateController
{
    /// <summary>The parameters.</summary>
    public IEnumerable<Parameter> Parameters { get; set; } = [];

    /// <summary>The options; what they leave out is the optimiser's.</summary>
    public OptimizerOptions? Options { get; set; }

    /// <inheritdoc/>
    public double LearningRate
    {
        get => Options!.LearningRate!.Value;
        set => Options!.LearningRate = value;
    }

    /// <inheritdoc/>
    public double InitialLearningRate
    {
        get => Options!.InitialLearningRate;
        set => Options!.InitialLearningRate = value;
    }
}

/// <summary>Parameters with options of one kind of optimiser.</summary>
/// <typeparam name="TOptions">The kind of options.</typeparam>
public class ParamGroup<TOptions> : ParamGroup
    where TOptions : OptimizerOptions
{
    /// <summary>An empty group.</summary>
    public ParamGroup()
    {
    }

    /// <summary>Those parameters with those options.</summary>
    public ParamGroup(IEnumerable<Parameter> parameters, TOptions? options = null)
    {
        Parameters = parameters.ToList();
        base.Options = options;
    }

    /// <inheritdoc cref="ParamGroup.Options"/>
    public new TOptions? Options
    {
        get => (TOptions?)base.Options;
        set => base.Options = value;
    }
}

/// <summary>What optimisers written here share: groups, state by parameter, and the frame of a step.</summary>
public abstract class OptimizerHelper : optim.Optimizer
{
    private readonly Dictionary<Parameter, OptimizerState> states = new(ReferenceEqualityComparer.Instance);

    /// <summary>The options that groups take where they give none.</summary>
    protected OptimizerOptions? _defaults;

    /// <summary>No groups yet.</summary>
    public OptimizerHelper()
    {
    }

    /// <inheritdoc/>
    public override IEnumerable<Parameter> parameters() => base.parameters();

    /// <inheritdoc/>
    public override void zero_grad() => base.zero_grad();

    /// <summary>Adds a group; its parameters are listed once, now.</summary>
    public override void add_param_group(ParamGroup param_group)
    {
        param_group.Parameters = param_group.Parameters.ToList();
        base.add_param_group(param_group);
    }

    /// <summary>The options and states themselves, no copies.</summary>
    public virtual StateDictionary state_dict()
    {
        var result = new StateDictionary();
        var index = new Dictionary<OptimizerState, int>(ReferenceEqualityComparer.Instance);
        foreach (var group in _parameter_groups)
        {
            result.Options.Add(group.Options!);
            var references = new List<int>();
            foreach (var parameter in group.Parameters)
            {
                var state = states[parameter];
                if (index.TryAdd(state, result.State.Count))
                    result.State.Add(state);
                references.Add(index[state]);
            }
            result.StateIndexRef.Add(references);
        }
        return result;
    }

    /// <summary>Takes over options and copies of states. Nothing is changed if the counts differ.</summary>
    /// <exception cref="ArgumentException">There are more or fewer groups or parameters.</exception>
    public virtual void load_state_dict(StateDictionary state_dict)
    {
        var own = this.state_dict();
        if (state_dict.Options.Count != own.Options.Count || state_dict.State.Count != own.State.Count)
        {
            throw new ArgumentException(
                $"The optimiser has {own.Options.Count} groups and {own.State.Count} parameters, but the loaded state has {state_dict.Options.Count} and {state_dict.State.Count}.",
                nameof(state_dict));
        }
        for (var i = 0; i < own.Options.Count; i++)
        {
            if (own.Options[i] != state_dict.Options[i])
                own.Options[i].LoadStateDict(state_dict.Options[i]);
        }
        for (var i = 0; i < own.State.Count; i++)
        {
            if (own.State[i] != state_dict.State[i])
                own.State[i].LoadStateDict(state_dict.State[i]);
        }
    }

    /// <summary>Moves all state to a device.</summary>
    public void to(Device device)
    {
        foreach (var state in states.Values)
            state.to(device);
    }

    /// <summary>Calls the closure with gradients recorded, then the body for each group without, in a dispose scope.</summary>
    protected Tensor? _step<T>(Action<T> body, Func<Tensor>? loss_closure = null)
        where T : ParamGroup
    {
        Tensor? loss = null;
        if (loss_closure is not null)
        {
            using var grad = enable_grad();
            loss = loss_closure();
        }
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        foreach (var group in _parameter_groups)
            body((T)group);
        return loss;
    }

    /// <summary>Disposes all state.</summary>
    private protected void DisposeStates()
    {
        foreach (var state in states.Values)
            (state as IDisposable)?.Dispose();
        states.Clear();
    }

    private protected OptimizerState StateOf(Parameter parameter) => states[parameter];

    private protected void Remember(Parameter parameter, OptimizerState state, OptimizerOptions options)
    {
        if (states.TryAdd(parameter, state))
            state.Initialize(options);
    }

    /// <summary>The parameters of a group that have a gradient, with it (negated to maximise).</summary>
    private protected static (Parameter[] Parameters, Tensor[] Gradients) WithGradient(ParamGroup group, bool maximize)
    {
        var parameters = new List<Parameter>();
        var gradients = new List<Tensor>();
        foreach (var parameter in group.Parameters)
        {
            if (parameter.grad is not { } gradient)
                continue;
            parameters.Add(parameter);
            gradients.Add(gradient);
        }
        var list = gradients.ToArray();
        return (parameters.ToArray(), maximize && list.Length > 0 ? Core.Ops._foreach_neg.CallList(list) : list);
    }
}
