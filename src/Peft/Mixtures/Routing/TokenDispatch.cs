using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// Samples an expert for each token at this place, independently for each group of trainables (inference level 0 of AdaMix's released
/// code), and runs the formula once for each combination of experts that occurs.
/// </summary>
/// <param name="router">Samples the experts.</param>
/// <param name="slots">The slots that the method uses at this place.</param>
internal sealed class TokenDispatch(Router router, IReadOnlyList<int> slots) : IFormulaDispatch
{
    private Route[]? _ofInput;

    public bool IsActive => router.Ask().Pass is PassRouting.SampledTokens;

    public Tensor OnInput(Tensor x, PartFormula formula)
    {
        _ofInput = Sample(x);
        return Split(x, formula, _ofInput);
    }

    public Tensor OnOutput(Tensor x, Tensor old, PartFormula formula)
    {
        var picks = _ofInput ?? Sample(x);
        _ofInput = null; // the output has the picks of its own input
        return Split(old, formula, picks);
    }

    /// <summary>A route for each of the N tokens of x [..., In]; only the slots of this place are sampled.</summary>
    private Route[] Sample(Tensor x)
    {
        var tokens = x.numel() / x.shape[^1];
        return [.. Enumerable.Range(0, (int)tokens).Select(_ => router.SampleAt(slots))];
    }

    private Tensor Split(Tensor old, PartFormula formula, Route[] routes)
    {
        var parts = new PartList();
        foreach (var group in Enumerable.Range(0, routes.Length)
            .GroupBy(token => string.Join(',', slots.Select(slot => routes[token][slot]))))
        {
            var index = tensor(group.Select(token => (long)token).ToArray());
            parts.Add(group, router.Within(routes[group.First()], () => formula(new BatchPart.Tokens(index))));
        }

        return parts.Joined().view(old.shape);
    }
}
