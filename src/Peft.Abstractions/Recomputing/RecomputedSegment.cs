using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// One run of a recomputed layer, with what is needed to recompute it. It holds no tensors except parameters; the graph saves the others
/// and frees them.
/// </summary>
/// <param name="layer">The layer.</param>
/// <param name="pass">Its forward pass.</param>
/// <param name="inputCount">The number of its inputs.</param>
internal sealed class RecomputedSegment(nn.Module layer, Func<IReadOnlyList<Tensor?>, Tensor> pass, int inputCount)
{
    private readonly bool _training = layer.training;
    private readonly bool _isCausal = ForwardPass.Current?.IsCausal ?? false;
    private readonly Parameter[] _own = [.. layer.parameters().Where(parameter => parameter.requires_grad)];
    private IReadOnlyList<Parameter> _read = [];
    private IReadOnlyList<Func<IDisposable>> _decisions = [];
    private int _sides;

    /// <summary>Runs the layer without a graph.</summary>
    /// <param name="run">Records what the layer uses.</param>
    /// <param name="inputs">The inputs.</param>
    /// <returns>The layer's output, then its side outputs.</returns>
    public List<Tensor> Record(RecordedRun run, IReadOnlyList<Tensor?> inputs)
    {
        using var frozen = no_grad();
        using var recording = LayerRun.Begin(run);
        var output = Run(inputs);
        (_read, _sides, _decisions) = ([.. run.Parameters], run.Sides.Count, [.. run.Decisions]);
        return [output, .. run.Sides];
    }

    /// <summary>
    /// The tensors besides the inputs that gradients flow to: the trainables as they were read, last one first, which is the order in which
    /// a backward pass reaches them; then the layer's own parameters.
    /// </summary>
    public IEnumerable<Tensor> Trained(RecordedRun run) => [.. Enumerable.Reverse(run.Values), .. _own];

    /// <summary>Recomputes the layer and differentiates it.</summary>
    /// <param name="saved">Inputs, <see cref="Trained"/>, the mask of the forward pass, and the states of the random generators.</param>
    /// <param name="gradients">With respect to the results of <see cref="Record"/>; null if nothing depends on one.</param>
    /// <returns>With respect to the inputs and <see cref="Trained"/>; null if there is none.</returns>
    /// <exception cref="RecomputeException">The layer has another mode, or reads other trainables.</exception>
    public IReadOnlyList<Tensor?> Gradients(IReadOnlyList<Tensor?> saved, IReadOnlyList<Tensor?> gradients)
    {
        if (layer.training != _training)
            throw new RecomputeException(
                $"{layer.GetName()} was put into {(layer.training ? "training" : "evaluation")} mode before the backward pass was done; "
                + "change the mode after it");
        using var scope = NewDisposeScope();
        Tensor?[] inputs = [.. saved.Take(inputCount).Select(Leaf)];
        Tensor[] leaves = [.. saved.Skip(inputCount).Take(_read.Count).Select(value => Leaf(value)!)];
        var ambient = saved.Skip(inputCount + _read.Count + _own.Length).ToList();
        var run = new ReplayedRun(_read, [.. Enumerable.Reverse(leaves)], scope);
        var results = Replay(run, inputs, ambient[0], [.. ambient.Skip(1).Select(state => state!)]);
        var by = Differentiate(results, gradients, [.. inputs, .. leaves, .. _own]);
        return [.. by.Select(gradient => gradient is null ? null : scope.MoveToOuter(gradient))];
    }

    private List<Tensor> Replay(ReplayedRun run, IReadOnlyList<Tensor?> inputs, Tensor? mask, IReadOnlyList<Tensor> random)
    {
        using var numbers = RandomState.Replay(random, RandomState.DeviceOf(inputs));
        using var ambient = ForwardPass.Begin(mask, _isCausal);
        var decided = new Stack<IDisposable>();
        try
        {
            foreach (var decide in _decisions)
                decided.Push(decide());
            using var replaying = LayerRun.Begin(run);
            using var recorded = enable_grad();
            var output = Run(inputs);
            run.CheckEnd(_sides);
            return [output, .. run.Sides];
        }
        finally
        {
            foreach (var decision in decided)
                decision.Dispose();
        }
    }

    /// <summary>
    /// Runs the pass in a dispose scope, which frees what the backward pass does not need, even if the layer has none itself.
    /// </summary>
    private Tensor Run(IReadOnlyList<Tensor?> inputs)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(pass(inputs));
    }

    /// <summary>The gradients of those tensors that can have one.</summary>
    private static Tensor?[] Differentiate(List<Tensor> results, IReadOnlyList<Tensor?> gradients, IReadOnlyList<Tensor?> by)
    {
        var from = Enumerable.Range(0, results.Count).Where(index => gradients[index] is not null && results[index].requires_grad).ToList();
        var to = Enumerable.Range(0, by.Count).Where(index => by[index] is { requires_grad: true }).ToList();
        var all = new Tensor?[by.Count];
        if (from.Count == 0 || to.Count == 0)
            return all;
        var found = Backward.Gradients(
            [.. from.Select(index => results[index])], [.. to.Select(index => by[index]!)], [.. from.Select(index => gradients[index]!)]);
        for (var index = 0; index < to.Count; index++)
            all[to[index]] = found[index];
        return all;
    }

    /// <summary>The value as a leaf of a new graph.</summary>
    private static Tensor? Leaf(Tensor? value) => value is { requires_grad: true } ? value.detach().requires_grad_() : value;
}
