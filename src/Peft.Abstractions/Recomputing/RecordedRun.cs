using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// The forward pass of a recomputed layer: records the trainables that it reads, the replayed state and the side outputs.
/// </summary>
/// <param name="scope">Holds the layer's results.</param>
internal sealed class RecordedRun(DisposeScope scope) : ILayerRun
{
    // In a nested recomputed layer that is recomputed, the outer one's replacements are read.
    private readonly ILayerRun? _outer = LayerRun.Current;
    private readonly HashSet<IReplayed> _deciders = [];
    private readonly List<Action<Tensor>> _deliveries = [];

    /// <summary>The trainables in the order of reading, once for each reading.</summary>
    public List<Parameter> Parameters { get; } = [];

    /// <summary>The tensors that were used for them.</summary>
    public List<Tensor> Values { get; } = [];

    /// <summary>The layer's side outputs.</summary>
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

    /// <summary>Delivers the layer's side outputs, which are now in the graph.</summary>
    /// <param name="results">The output, followed by the side outputs.</param>
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
