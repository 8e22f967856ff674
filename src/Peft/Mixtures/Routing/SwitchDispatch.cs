using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// Switch routing (Fedus et al. 2021, equations 1, 2 and 4): p = softmax(W x) for each token. Expert i = argmax p acts and its change is
/// multiplied by p_i: y + p_i (f_i(x, y) - y). The load-balancing loss is M sum over i of f_i P_i, where f_i is the share of real tokens
/// routed to expert i and P_i is its mean probability. No expert drops tokens. Tokens are split among the experts, so the work is that of
/// one pass in up to M parts.
/// </summary>
/// <param name="router">Holds the routes.</param>
/// <param name="weight">W [experts, In].</param>
/// <param name="slots">The slots that the method uses at this place, whose picks are counted.</param>
internal sealed class SwitchDispatch(Router router, ExpertBank weight, IReadOnlyList<int> slots) : IFormulaDispatch
{
    private Decision? _ofInput;

    public bool IsActive => router.Ask().Pass is PassRouting.Tokens;

    public Tensor OnInput(Tensor x, PartFormula formula)
    {
        _ofInput = Decide(x);
        return Change(x, formula, _ofInput);
    }

    public Tensor OnOutput(Tensor x, Tensor old, PartFormula formula)
    {
        var decision = _ofInput ?? Decide(x);
        _ofInput = null;
        return Change(old, formula, decision);
    }

    private Decision Decide(Tensor x)
    {
        var tokens = x.reshape(-1, x.shape[^1]); // [N, In]
        var probabilities = nn.functional.softmax(tokens.matmul(weight.Value.t()), -1); // [N, M]
        var picks = probabilities.argmax(-1); // [N]
        var experts = weight.Spec.Shape[0];
        var chosen = nn.functional.one_hot(picks, experts).to_type(probabilities.dtype); // [N, M]
        var real = Real(x, probabilities);
        var count = real.sum().clamp_min(1);
        var counts = (chosen * real).sum([0]); // [M]
        if (router.Counter.IsCounting)
            router.Counter.Add(slots, [.. counts.cpu().to_type(ScalarType.Int64).data<long>()]);
        var share = counts / count; // f [M]
        var mean = (probabilities * real).sum([0]) / count; // P [M]
        router.Report(this, experts * (share * mean).sum());
        return new Decision(picks.cpu().data<long>().ToArray(), (probabilities * chosen).sum(-1, keepdim: true));
    }

    private Tensor Change(Tensor old, PartFormula formula, Decision decision)
    {
        var parts = new PartList();
        foreach (var group in Enumerable.Range(0, decision.Picks.Length).GroupBy(token => decision.Picks[token]))
        {
            var index = tensor(group.Select(token => (long)token).ToArray());
            parts.Add(group, router.Within(router.Everywhere((int)group.Key), () => formula(new BatchPart.Tokens(index))));
        }

        var gate = decision.Gate.view([.. old.shape[..^1], 1]);
        return old + gate * (parts.Joined().view(old.shape) - old);
    }

    /// <summary>
    /// 1 for the tokens that are not padding, [N, 1]. If only some tokens are run, as in a classifier's last layer, only those count.
    /// </summary>
    private static Tensor Real(Tensor x, Tensor like) =>
        ForwardPass.Current?.Mask is { } mask && x.dim() == 3 && mask.shape[1] == x.shape[1]
            ? mask.reshape(-1, 1).to_type(like.dtype)
            : ones([like.shape[0], 1], dtype: like.dtype, device: like.device);

    /// <summary>The expert of each of N tokens, and its probability [N, 1].</summary>
    private sealed record Decision(long[] Picks, Tensor Gate);
}
