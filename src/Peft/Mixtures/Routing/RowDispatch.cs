using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// Routes each row separately: splits the batch by the experts that rows picked here, and joins the results. The work is that of one pass,
/// in up to min(rows, combinations of experts) smaller parts.
/// </summary>
/// <param name="router">Samples the routes.</param>
/// <param name="slots">The slots that the method uses at this place.</param>
internal sealed class RowDispatch(Router router, IReadOnlyList<int> slots) : IFormulaDispatch
{
    public bool IsActive => router.Ask().Pass is PassRouting.Rows;

    public Tensor OnInput(Tensor x, PartFormula formula) => Split(x.shape[0], formula);

    public Tensor OnOutput(Tensor x, Tensor old, PartFormula formula) => Split(x.shape[0], formula);

    private Tensor Split(long rows, PartFormula formula)
    {
        var routes = router.RowRoutes(rows);
        var parts = new PartList();
        foreach (var group in Enumerable.Range(0, (int)rows).GroupBy(row => string.Join(',', slots.Select(slot => routes[row][slot]))))
        {
            var index = tensor(group.Select(row => (long)row).ToArray());
            using var pass = ForwardPass.OnRows(index);
            parts.Add(group, router.Within(routes[group.First()], () => formula(new BatchPart.Rows(index))));
        }

        return parts.Joined();
    }
}
