namespace Peft.Data;

/// <summary>The origin of a token: UTF-16 positions in the encoded text.</summary>
/// <param name="Start">First character.</param>
/// <param name="End">One past the last character.</param>
public readonly record struct TextSpan(int Start, int End)
{
    /// <summary>The marker for tokens without text: <c>(0, 0)</c>.</summary>
    public static TextSpan None => default;

    /// <summary>Number of characters.</summary>
    public int Length => End - Start;
}

/// <summary>One encoded text or pair. All arrays have the same length, with one entry per token.</summary>
public sealed class EncodedText
{
    internal EncodedText(int length)
    {
        Ids = new int[length];
        TypeIds = new int[length];
        Offsets = new TextSpan[length];
        SpecialTokenMask = new bool[length];
        Texts = new int[length];
    }

    /// <summary>Token ids.</summary>
    public int[] Ids { get; }

    /// <summary>
    /// The model's segments: for BERT, 0 for the first text and its special tokens and 1 for the second; for RoBERTa, always 0.
    /// </summary>
    public int[] TypeIds { get; }

    /// <summary>Which text each token belongs to: 0 for the first, 1 for the second, -1 for added tokens.</summary>
    public int[] Texts { get; }

    /// <summary>The characters of each token in its text (see <see cref="Texts"/>); <see cref="TextSpan.None"/> for added tokens.</summary>
    public TextSpan[] Offsets { get; }

    /// <summary><see langword="true"/> for the tokens that the tokenizer added, but not for special tokens written in the text.</summary>
    public bool[] SpecialTokenMask { get; }

    /// <summary>Number of tokens.</summary>
    public int Length => Ids.Length;

    internal void SetAdded(int index, int id, int typeId)
    {
        Ids[index] = id;
        TypeIds[index] = typeId;
        SpecialTokenMask[index] = true;
        Texts[index] = -1;
    }

    internal void SetText(int index, PieceList pieces, int count, int typeId, int text)
    {
        for (var i = 0; i < count; i++)
        {
            ref readonly var piece = ref pieces[i];
            Ids[index + i] = piece.Id;
            Offsets[index + i] = new TextSpan(piece.Start, piece.End);
        }

        if (typeId != 0) Array.Fill(TypeIds, typeId, index, count);
        if (text != 0) Array.Fill(Texts, text, index, count);
    }
}
