namespace Peft.Training;

/// <summary>
/// A forward pass over rows of several models with equal frozen weights: the first model's layers compute all rows, and each model's
/// methods act on its own.
/// </summary>
internal static class SharedPass
{
    /// <summary>
    /// Whether a model's adapter can act on some rows of a pass. Methods at attention and embedding sites cannot, as they make all rows
    /// longer; of mixtures, only merged ones can.
    /// </summary>
    public static bool Takes(PeftModel model) =>
        !model.IsMerged
        && Routers(model).All(router => router.Inference == MixtureInference.Merged)
        && model.Sites.All(site => site.Point is not (AttentionPoint or EmbeddingPoint) || site.Point.IsEmpty);

    /// <summary>Splits the rows of the first model's next pass among the models, until the result is disposed.</summary>
    /// <param name="parts">The models, each once, with the numbers of their rows, in the order of the rows.</param>
    public static IDisposable Begin(IReadOnlyList<(PeftModel Model, int Rows)> parts)
    {
        foreach (var router in parts.SelectMany(part => Routers(part.Model)))
            router.UseMerged();
        var sites = parts[0].Model.Sites;
        for (var index = 0; index < sites.Count; index++)
            sites[index].Point.Split = SplitAt(index, parts);
        return new Restoring(() =>
        {
            foreach (var site in sites)
                site.Point.Split = null;
        });
    }

    private static IEnumerable<Router> Routers(PeftModel model) =>
        model.Adapters.Active.Select(name => model.Adapters[name].Router).OfType<Router>();

    /// <summary>The split of one site; null where no model has a method.</summary>
    private static RowSplit? SplitAt(int site, IReadOnlyList<(PeftModel Model, int Rows)> parts)
    {
        if (parts.All(part => part.Model.Sites[site].Point.IsEmpty))
            return null;
        var ranges = new List<RowSplit.Part>();
        long first = 0;
        foreach (var (model, rows) in parts)
        {
            ranges.Add(new RowSplit.Part(model.Sites[site].Point, first, rows));
            first += rows;
        }

        return new RowSplit(ranges);
    }
}
