namespace TorchSharp.Modules;

/// <summary>Marks modules that have no parameters and no buffers.</summary>
public interface IParameterLessModule;

/// <summary>A module without parameters and buffers.</summary>
public abstract class ParameterLessModule<T1, TResult> : torch.nn.Module<T1, TResult>, IParameterLessModule
{
    /// <inheritdoc cref="torch.nn.Module(string)"/>
    protected ParameterLessModule(string name)
        : base(name)
    {
    }

    /// <summary>Not possible.</summary>
    /// <exception cref="InvalidOperationException">Always.</exception>
    public override void register_buffer(string name, torch.Tensor tensor, bool persistent = true) => throw Refused();

    /// <summary>Not possible.</summary>
    /// <exception cref="InvalidOperationException">Always.</exception>
    public override void register_parameter(string name, Parameter param) => throw Refused();

    /// <summary>Not possible.</summary>
    /// <exception cref="InvalidOperationException">Always.</exception>
    public override void register_module(string name, torch.nn.Module submodule) => throw Refused();

    private InvalidOperationException Refused() => new($"{GetName()} has no parameters, buffers or modules of its own.");
}
