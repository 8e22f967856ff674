using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>How alike the experts of a mixture are: whether training makes them different, or they stay copies of each other.</summary>
public static class ExpertSimilarity
{
    /// <summary>
    /// The mean cosine similarity of two experts' weights, over all pairs of experts and all mixed trainables. 1: all experts are equal;
    /// 0: they have nothing in common.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <returns>From -1 to 1; null if no active adapter has a trainable with several experts.</returns>
    public static double? Measure(PeftModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var banks = (model.Adapter?.Banks ?? []).Where(bank => bank is { IsRouting: false, Experts.Count: > 1 }).ToList();
        return banks.Count > 0 ? banks.Average(bank => Measure(bank.Experts)) : null;
    }

    /// <summary>The mean over pairs of experts. Two experts of zeros are equal; one of zeros has nothing in common with others.</summary>
    private static double Measure(IReadOnlyList<Parameter> experts)
    {
        var rows = stack(experts.Select(expert => expert.flatten().to_type(ScalarType.Float64))); // [experts, elements]
        var lengths = rows.norm(1);
        var products = (rows.mm(rows.t()) / (lengths.unsqueeze(0) * lengths.unsqueeze(1))).cpu(); // [experts, experts]
        var isZero = lengths.eq(0).cpu().data<bool>().ToArray();
        double sum = 0;
        var pairs = 0;
        for (var one = 0; one < experts.Count; one++)
        {
            for (var other = one + 1; other < experts.Count; other++, pairs++)
                sum += isZero[one] || isZero[other] ? (isZero[one] && isZero[other] ? 1 : 0) : products[one, other].ToDouble();
        }

        return sum / pairs;
    }
}
