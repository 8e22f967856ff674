using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// The forward pass of a checkpointed layer: notes which trainables it reads, who decides, and what it gives beside its output.
/// </summary>
/// <param name="scope">Holds what the layer gives.</param>
internal sealed class RecordedRun(DisposeScope scope) : ILayerRun
{
    // A layer inside a layer that is computed again: the outer one's stand-ins are what is read.
    private readonly ILayerRun? _outer = LayerRun.Current;
    private readonly HashSet<IReplayed> _deciders = [];
    private readonly List<Action<Tensor>> _deliveries = [];

    /// <summary>The trainables, in the order of reading, each as often as it was read.</summary>
    public List<Parameter> Parameters { get; } = [];

    /// <summary>What was used for them.</summary>
    public List<Tensor> Values { get; } = [];

    /// <summary>What the layer gave beside its output.</summary>
    public List<Tensor> Sides { get; } = [];

    public IEnumerable<Func<IDisposable>> Decisions => _deciders.Select(decider => decider.Capture());

    public Tensor Read(Parameter parameter)
    {
        var value = _outer?.Read(parameter) ?? parameter;
        Parameters.Add(parameter);
        Values.Add(value);
        return value;
    }

    public void Consult(IReplayed decider) => _deciders.Add(decider);

    public void Give(Tensor side, Action<Tensor> deliver)
    {
        Sides.Add(side.MoveToOtherDisposeScope(scope));
        _deliveries.Add(deliver);
    }

    /// <summary>Hands on what the layer gave beside its output, now that it is in the graph.</summary>
    /// <param name="results">The output, and the others behind it.</param>
    public void Deliver(IReadOnlyList<Tensor> results)
    {
        foreach (var (deliver, side) in _deliveries.Zip(results.Skip(1)))
        {
            if (_outer is null)
                deliver(side);
            else
                _outer.Give(side, deliver);
        }
    }
}
