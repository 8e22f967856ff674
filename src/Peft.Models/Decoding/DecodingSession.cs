using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>The state of one generation call: the model, the key-value cache and the padding.</summary>
/// <remarks>
/// A pass may be run several times, for example by an ensemble of experts. Each run has its own cache: the first run is always that of the
/// first expert.
/// </remarks>
internal sealed class DecodingSession(CausalLanguageModel model, Func<Func<Tensor>, Tensor> run) : IDisposable
{
    private readonly List<KeyValueCache> _caches = [];
    private readonly List<int[]> _passes = []; // for each pass so far and each row: the pass's row that computed the row's keys and values
    private int[] _padding = [];
    private long _tokens;

    /// <summary>The number of positions that methods use before the real tokens.</summary>
    public long ReservedPositions()
    {
        using var scope = NewDisposeScope();
        return model.Decoder.PositionShift + run(model.Decoder.PrependPositions).shape[0];
    }

    /// <summary>Processes the prompts.</summary>
    /// <returns>Logits of each row's next token, [rows, vocabulary].</returns>
    public Tensor Begin(PromptBatch prompts)
    {
        _padding = prompts.Padding;
        return Pass(prompts.Ids);
    }

    /// <summary>Processes one more token for each row.</summary>
    /// <returns>Logits of each row's next token, [rows, vocabulary].</returns>
    public Tensor Pass(long[] ids)
    {
        var width = ids.Length / _padding.Length;
        _tokens += width;
        _passes.Add([.. Enumerable.Range(0, _padding.Length)]);
        var device = model.Decoder.WordWeight.device;
        var batch = tensor(ids, _padding.Length, width).to(device);
        var mask = Mask(device);
        var member = 0;
        using var decoding = LinearMap.Decoding();
        return run(() =>
        {
            if (member == _caches.Count)
                _caches.Add(new KeyValueCache());
            var hidden = model.Decoder.call(new DecoderInputs(batch, mask, _caches[member++])).LastHidden;
            return model.Logits(hidden.select(1, width - 1));
        });
    }

    /// <summary>Selects rows for the next pass.</summary>
    /// <param name="rows">For each new row, the index of the old one.</param>
    public void Keep(IReadOnlyList<int> rows)
    {
        if (rows.SequenceEqual(Enumerable.Range(0, _padding.Length)))
            return;
        var common = rows.Count == _padding.Length
            ? _passes.TakeWhile(pass => rows.Index().All(pair => pass[pair.Item] == pass[pair.Index])).Count() : 0;
        _padding = [.. rows.Select(row => _padding[row])];
        using var scope = NewDisposeScope();
        var index = tensor(rows.Select(row => (long)row).ToArray()).to(model.Decoder.WordWeight.device);
        foreach (var cache in _caches)
        {
            if (common == 0)
                cache.Reorder(index);
            else
                cache.ReorderLast(index, _passes.Count - common); // every pass but the first is one token
        }

        for (var pass = common; pass < _passes.Count; pass++)
            _passes[pass] = [.. rows.Select(row => _passes[pass][row])];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var cache in _caches)
            cache.Dispose();
    }

    /// <summary>True for real tokens, [rows, tokens so far]; null without padding.</summary>
    private Tensor? Mask(Device device) => Array.TrueForAll(_padding, padding => padding == 0)
        ? null
        : arange(0, _tokens, dtype: ScalarType.Int64, device: device).unsqueeze(0).ge(
            tensor(_padding.Select(padding => (long)padding).ToArray()).to(device).unsqueeze(1));
}
