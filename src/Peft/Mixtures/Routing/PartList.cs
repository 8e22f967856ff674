using static TorchSharp.torch;

namespace Peft;

/// <summary>Collects results of parts of a batch and joins them in the batch's order.</summary>
internal sealed class PartList
{
    private readonly List<int> _order = [];
    private readonly List<Tensor> _parts = [];

    /// <summary>Adds a part.</summary>
    /// <param name="rows">The rows of the batch that the part covers.</param>
    /// <param name="result">[those rows, ...].</param>
    public void Add(IEnumerable<int> rows, Tensor result)
    {
        _order.AddRange(rows);
        _parts.Add(result);
    }

    /// <summary>Joins all rows, [rows, ...], in the batch's order.</summary>
    public Tensor Joined()
    {
        var positions = new long[_order.Count];
        for (var position = 0; position < _order.Count; position++)
            positions[_order[position]] = position;
        return cat(_parts, 0).index_select(0, tensor(positions).to(_parts[0].device));
    }
}
