using System.Globalization;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Modules one after the other: each takes the result of the one before.</summary>
public class Sequential : nn.Module<Tensor, Tensor>
{
    private readonly List<nn.IModule<Tensor, Tensor>> steps = [];

    /// <summary>The modules in order, with names.</summary>
    protected internal Sequential(params (string, nn.Module<Tensor, Tensor>)[] modules)
        : base(nameof(Sequential))
    {
        ComponentsAreRegistered();
        foreach (var (key, module) in modules)
            append(key, module);
    }

    /// <summary>The modules in order, named by their positions.</summary>
    protected internal Sequential(params nn.Module<Tensor, Tensor>[] modules)
        : this(modules.Select((module, i) => (i.ToString(CultureInfo.InvariantCulture), module)).ToArray())
    {
    }

    /// <summary>How many modules there are.</summary>
    public int Count => steps.Count;

    /// <summary>The module at a position.</summary>
    public nn.IModule<Tensor, Tensor> this[int index] => steps[index];

    /// <summary>Adds a module at the end.</summary>
    public Sequential append(string name, nn.IModule<Tensor, Tensor> module)
    {
        register_module(name, (nn.Module)module);
        steps.Add(module);
        return this;
    }

    /// <inheritdoc cref="append(string, nn.IModule{Tensor, Tensor})"/>
    public Sequential append(nn.IModule<Tensor, Tensor> module) => append(steps.Count.ToString(CultureInfo.InvariantCulture), module);

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor)
    {
        if (steps.Count == 0)
            return tensor.Share();
        var result = steps[0].call(tensor);
        for (var i = 1; i < steps.Count; i++)
            result = steps[i].call(result);
        return result;
    }
}
