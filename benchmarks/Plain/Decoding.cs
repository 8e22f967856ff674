using TorchSharp;
using static TorchSharp.torch;

namespace Plain;

/// <summary>Greedy decoding and beam search of GPT-2 small: 16 prompts of 32 tokens, 64 new tokens.</summary>
internal static class Decoding
{
    private const int Prompts = 16, PromptLength = 32, NewTokens = 64;

    public static void Run(int beams, int repeats)
    {
        var model = new Gpt2(experts: 0, full: true);
        model.eval();
        var ids = randint(0, Gpt2.Vocabulary, [Prompts, PromptLength], dtype: ScalarType.Int64);
        using var frozen = no_grad();
        Measurement.Print(
            () =>
            {
                using var texts = beams == 1 ? Greedy(model, ids) : BeamSearch(model, ids, beams);
                _ = texts.data<long>().ToArray();
            },
            repeats,
            warm: 1,
            Prompts * NewTokens);
    }

    /// <summary>[prompts, new tokens].</summary>
    private static Tensor Greedy(Gpt2 model, Tensor ids)
    {
        using var all = NewDisposeScope();
        var (token, past, tokens) = (ids, (IReadOnlyList<Past>?)null, new List<Tensor>());
        for (var step = 0; step < NewTokens; step++)
        {
            using var scope = NewDisposeScope();
            var (hidden, grown) = model.call(token, past);
            token = scope.MoveToOuter(model.Logits(hidden.select(1, hidden.shape[1] - 1)).argmax(-1, keepdim: true));
            tokens.Add(token);
            past = Replace(past, grown, scope);
        }

        return all.MoveToOuter(cat(tokens, 1));
    }

    /// <summary>The best of each prompt's beams, [prompts, new tokens].</summary>
    private static Tensor BeamSearch(Gpt2 model, Tensor ids, int beams)
    {
        using var all = NewDisposeScope();
        var (scores, texts, rows, past) = Begin(model, ids, beams);
        var first = arange(Prompts).unsqueeze(1) * beams; // the first row of each prompt
        for (var step = 1; step < NewTokens; step++)
        {
            using var scope = NewDisposeScope();
            IReadOnlyList<Past> picked = [.. past.Select(of => new Past(of.Keys.index_select(0, rows), of.Values.index_select(0, rows)))];
            var (hidden, grown) = model.call(texts.narrow(1, texts.shape[1] - 1, 1), picked);
            var sums = scores.reshape(-1, 1) + model.Logits(hidden.select(1, 0)).log_softmax(-1); // [prompts * beams, vocabulary]
            var (best, places) = sums.view(Prompts, -1).topk(beams, -1);
            var (from, next) = (
                (places.div(Gpt2.Vocabulary, RoundingMode.floor) + first).reshape(-1), (places % Gpt2.Vocabulary).reshape(-1, 1));
            texts = scope.MoveToOuter(cat([texts.index_select(0, from), next], 1));
            (scores, rows) = (scope.MoveToOuter(best), scope.MoveToOuter(from));
            past = Replace(past, grown, scope);
        }

        return all.MoveToOuter(texts.view(Prompts, beams, -1).select(1, 0).contiguous());
    }

    /// <summary>Reads the prompts; each prompt's beams begin with its most probable tokens.</summary>
    private static (Tensor Scores, Tensor Texts, Tensor Rows, IReadOnlyList<Past> Past) Begin(Gpt2 model, Tensor ids, int beams)
    {
        using var scope = NewDisposeScope();
        var (hidden, past) = model.call(ids, null);
        var (scores, tokens) = model.Logits(hidden.select(1, PromptLength - 1)).log_softmax(-1).topk(beams, -1);
        var rows = arange(Prompts).repeat_interleave(beams);
        return (scope.MoveToOuter(scores), scope.MoveToOuter(tokens.reshape(-1, 1)), scope.MoveToOuter(rows), Replace(null, past, scope));
    }

    /// <summary>Keeps the new keys and values for the next token and frees the old ones.</summary>
    private static IReadOnlyList<Past> Replace(IReadOnlyList<Past>? old, IReadOnlyList<Past> grown, DisposeScope scope)
    {
        foreach (var past in old ?? [])
        {
            past.Keys.Dispose();
            past.Values.Dispose();
        }

        foreach (var past in grown)
        {
            scope.MoveToOuter(past.Keys);
            scope.MoveToOuter(past.Values);
        }

        return grown;
    }
}
