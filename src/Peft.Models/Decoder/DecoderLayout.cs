using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>Positions of a pass's tokens, and which tokens each may attend to.</summary>
internal sealed class DecoderLayout
{
    private readonly DecoderInputs _input;
    private readonly long _new;
    private readonly long _past;
    private readonly long _virtualBefore;
    private readonly int _shift;
    private readonly int _maxPositions;

    public DecoderLayout(DecoderInputs input, int shift, int maxPositions)
    {
        (_input, _shift, _maxPositions) = (input, shift, maxPositions);
        _new = input.Ids.shape[1];
        _virtualBefore = input.Cache?.VirtualTokens ?? 0;
        _past = (input.Cache?.Length ?? 0) - _virtualBefore;
        if (input.Mask is { } mask && mask.shape[1] != _past + _new)
            throw new ArgumentException(
                $"the mask has {mask.shape[1]} columns; expected {_past + _new}, one for each token so far.", nameof(input));
    }

    /// <summary>1 for real tokens of this pass, including virtual ones, [batch, added + new]; null without padding.</summary>
    public Tensor? NewMask(long added) => _input.Mask is { } mask ? VirtualTokens.Extend(mask.narrow(1, _past, _new), added) : null;

    /// <summary>
    /// Adds position embeddings to words [batch, added + new, hidden]. Positions count real tokens only, not the padding before them.
    /// Virtual tokens come first and either have positions or have none.
    /// </summary>
    /// <exception cref="SequenceTooLongException">The sequence has more tokens than the backbone has positions.</exception>
    public Tensor AddPositions(Tensor words, Embedding positions, bool virtualTokensCount)
    {
        var added = words.shape[1] - _new;
        var ahead = _shift + (virtualTokensCount ? _virtualBefore + added : 0);
        if (_past + _new + ahead > _maxPositions)
            throw new SequenceTooLongException(_past + _new + ahead, _maxPositions);
        var real = positions.call(Numbers() + ahead);
        if (added == 0)
            return words + real;
        var front = words.narrow(1, 0, added);
        if (virtualTokensCount)
            front = front + positions.call(arange(_shift, _shift + added, dtype: ScalarType.Int64, device: words.device).unsqueeze(0));
        return cat([front, words.narrow(1, added, _new) + real], 1);
    }

    /// <summary>
    /// True where a query may attend: at real tokens up to itself and at itself, so that padding rows are also defined. Bool [1 or batch,
    /// 1, added + new, all so far]; null if every query may attend to all tokens.
    /// </summary>
    public Tensor? AttentionMask(long added)
    {
        var (queries, keys) = (added + _new, _virtualBefore + _past + added + _new);
        if (queries == 1 && _input.Mask is null)
            return null;
        var order = ones([queries, keys], dtype: ScalarType.Bool, device: _input.Ids.device);
        var causal = order.tril(keys - queries).unsqueeze(0).unsqueeze(0);
        if (_input.Mask is not { } mask)
            return causal;
        var real = VirtualTokens.Extend(mask, _virtualBefore + added).to_type(ScalarType.Bool).unsqueeze(1).unsqueeze(1); // [B, 1, 1, keys]
        var itself = causal.logical_and(order.triu(keys - queries));
        return causal.logical_and(real).logical_or(itself);
    }

    /// <summary>The positions of this pass's real tokens, counted from the first token of the sequence: [1 or batch, new].</summary>
    private Tensor Numbers() => _input.Mask is { } mask
        ? (mask.to_type(ScalarType.Int64).cumsum(1) - 1).clamp_min(0).narrow(1, _past, _new)
        : arange(_past, _past + _new, dtype: ScalarType.Int64, device: _input.Ids.device).unsqueeze(0);
}
