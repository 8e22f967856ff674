using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Models;

/// <summary>The ids that added tokens have.</summary>
/// <param name="First">The first id: the number of tokens before.</param>
/// <param name="Count">The number of added tokens.</param>
public sealed record AddedIds(int First, int Count);

/// <summary>
/// Embeddings of added tokens, beside the frozen embedding of the checkpoint. Rows of the checkpoint from the first added id on are not
/// used: some checkpoints have spare rows.
/// </summary>
internal sealed class AddedWords : Module
{
#pragma warning disable IDE1006 // The field's name is the name in files.
    private readonly Parameter weight;
#pragma warning restore IDE1006

    public AddedWords(AddedIds ids, int hidden)
        : base(nameof(AddedWords))
    {
        Ids = ids;
        weight = new Parameter(zeros(ids.Count, hidden));
        RegisterComponents();
    }

    /// <summary>The ids.</summary>
    public AddedIds Ids { get; }

    /// <summary>[added tokens, hidden].</summary>
    public Parameter Weight => weight;

    /// <summary>Embeds ids, some of which may be of added tokens.</summary>
    /// <param name="words">The checkpoint's embedding.</param>
    /// <param name="added">The added rows; null for none.</param>
    /// <param name="ids">int64 [batch, length].</param>
    /// <returns>[batch, length, hidden].</returns>
    public static Tensor Embed(Embedding words, AddedWords? added, Tensor ids)
    {
        if (added is null)
            return words.call(ids);
        var known = words.call(ids.clamp_max(words.weight!.shape[0] - 1));
        var index = (ids - added.Ids.First).clamp(0, added.Ids.Count - 1).flatten();
        var rows = added.weight.index_select(0, index).view(known.shape).to_type(known.dtype);
        return where(ids.ge(added.Ids.First).unsqueeze(-1), rows, known);
    }

    /// <summary>The whole embedding: the checkpoint's rows, the added rows, and spare rows of the checkpoint after them.</summary>
    /// <param name="words">[rows, hidden].</param>
    /// <param name="added">The added rows; null for none.</param>
    /// <returns>[rows with the added ones, hidden]; the given tensor if none are added.</returns>
    public static Tensor Whole(Tensor words, AddedWords? added)
    {
        if (added is null)
            return words;
        var end = added.Ids.First + added.Ids.Count;
        var before = words.narrow(0, 0, added.Ids.First);
        var rows = added.weight.to_type(words.dtype);
        return end < words.shape[0] ? cat([before, rows, words.narrow(0, end, words.shape[0] - end)]) : cat([before, rows]);
    }

    /// <summary>Starts each row as the mean of the embeddings of the pieces that its token was split into before.</summary>
    /// <param name="words">The checkpoint's embedding [rows, hidden].</param>
    /// <param name="pieces">The ids of these pieces, for each added token.</param>
    public void Start(Tensor words, IReadOnlyList<IReadOnlyList<int>> pieces)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        for (var row = 0; row < pieces.Count; row++)
        {
            var ids = tensor(pieces[row].Select(id => (long)id).ToArray(), device: words.device);
            weight[row].copy_((pieces[row].Count == 0 ? words : words.index_select(0, ids)).mean([0L]));
        }
    }
}

/// <summary>A backbone that tokens can be added to.</summary>
internal interface IExtendedVocabulary
{
    /// <summary>The added rows; null for none.</summary>
    AddedWords? Added { get; }

    /// <summary>The checkpoint's embedding [rows, hidden].</summary>
    Tensor Words { get; }

    /// <summary>The name of the module of the added rows.</summary>
    string AddedPart { get; }

    /// <summary>The name of the checkpoint's embedding.</summary>
    string WordsKey { get; }
}
