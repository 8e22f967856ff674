using static TorchSharp.torch;

namespace Peft;

/// <summary>The rows of a batch and the adapters given for them do not match.</summary>
/// <param name="problem">What was expected, what was found and how to fix it.</param>
public sealed class RowAdapterException(string problem) : Exception($"an adapter for each row: {problem}.");

/// <summary>Runs a batch with a different adapter for each row.</summary>
internal static class RowAdapters
{
    public static Tensor Run<TBatch>(PeftModel model, IReadOnlyList<string?> adapters, TBatch batch, Func<TBatch, Tensor> pass)
        where TBatch : IRowBatch<TBatch>
    {
        Check(model, adapters, batch.RowCount);
        var before = model.Adapters.Active;
        try
        {
            var parts = new PartList();
            foreach (var group in Enumerable.Range(0, adapters.Count).GroupBy(row => adapters[row]))
            {
                long[] rows = [.. group.Select(row => (long)row)];
                model.Adapters.Activate(group.Key is null ? [] : [group.Key]);
                var some = rows.Length == adapters.Count ? batch : batch.TakeRows(tensor(rows));
                parts.Add(group, model.Run(() => pass(some)));
            }

            return parts.Joined();
        }
        finally
        {
            model.Adapters.Activate(before);
        }
    }

    private static void Check(PeftModel model, IReadOnlyList<string?> adapters, long rows)
    {
        if (adapters.Count != rows || rows == 0)
            throw new RowAdapterException($"the batch has {rows} rows and {adapters.Count} names were given; give one name (or null) "
                + "for each row");
        if (model.Backbone.training)
            throw new RowAdapterException("the backbone is in training mode; call eval() first, or train the adapters one after the other");
        foreach (var name in adapters.OfType<string>())
            _ = model.Adapters[name];
        model.CheckNotMerged("run rows with different adapters");
    }
}
