using Peft.Data;

namespace Peft.Training;

/// <summary>A window with some of its tokens masked.</summary>
/// <param name="Ids">The token ids as the model sees them.</param>
/// <param name="Positions">The positions to predict, in their order.</param>
/// <param name="Labels">The ids that were there.</param>
internal sealed record MaskedWindow(int[] Ids, int[] Positions, long[] Labels);

/// <summary>
/// Masks tokens as BERT's pretraining does (Devlin et al. 2019, section 3.1): 15% of the tokens are predicted. Of these, 80% become the
/// mask token, 10% a random token, and 10% stay. Special tokens are never masked.
/// </summary>
internal sealed class WordMasker
{
    /// <summary>The share of tokens that are predicted.</summary>
    public const double Share = 0.15;

    private static readonly string[] s_masks = ["[MASK]", "<mask>"];
    private static readonly string[] s_unknown = ["[UNK]", "<unk>"];

    private readonly bool _wholeWords;
    private readonly int _vocabulary;
    private readonly HashSet<int> _special;

    /// <summary>Creates a masker.</summary>
    /// <param name="tokenizer">The encoder's tokenizer.</param>
    /// <param name="wholeWords">Whether all tokens of a word are masked together (whole word masking).</param>
    /// <param name="folder">The backbone, for messages.</param>
    /// <exception cref="MaskTokenException">The vocabulary has no mask token.</exception>
    public WordMasker(ITokenizer tokenizer, bool wholeWords, string folder)
    {
        (_wholeWords, _vocabulary) = (wholeWords, tokenizer.VocabularySize);
        MaskId = FindMask(tokenizer) ?? throw new MaskTokenException(
            $"{folder}: the vocabulary has no mask token ({string.Join(" or ", s_masks)}), which pretraining on masked words needs; "
                + "choose an encoder that was pretrained so.");
        _special = [MaskId, tokenizer.PadId, .. tokenizer.Encode("").Ids, .. s_unknown.Select(tokenizer.IdOf).OfType<int>()];
    }

    /// <summary>The mask token's id.</summary>
    public int MaskId { get; }

    /// <summary>The id of a vocabulary's mask token; null if it has none.</summary>
    public static int? FindMask(ITokenizer tokenizer) => s_masks.Select(tokenizer.IdOf).FirstOrDefault(id => id is not null);

    /// <summary>Masks a window. The same numbers give the same masks on every machine.</summary>
    /// <param name="window">The window.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">The epoch; 0 for development.</param>
    /// <param name="row">The window's index.</param>
    public MaskedWindow Mask(PackedWindow window, long seed, int epoch, int row)
    {
        var random = new SeededRandom(seed, ((long)epoch << 32) | (uint)row);
        var wanted = Math.Max(1, (int)Math.Round(window.Maskable * Share, MidpointRounding.AwayFromZero));
        var positions = Choose(window, wanted, random);
        var ids = (int[])window.Ids.Clone();
        foreach (var position in positions)
        {
            var draw = random.Next(10);
            if (draw < 8)
                ids[position] = MaskId;
            else if (draw == 8)
                ids[position] = RandomToken(random);
        }

        return new MaskedWindow(ids, positions, [.. positions.Select(position => (long)window.Ids[position])]);
    }

    /// <summary>
    /// Chooses tokens, or whole words. A word that would exceed the wanted number is skipped, as in BERT's released code, except for the
    /// first one.
    /// </summary>
    private int[] Choose(PackedWindow window, int wanted, SeededRandom random)
    {
        int[][] units = _wholeWords
            ? [.. window.Words] : [.. window.Words.SelectMany(word => word).Select(position => (int[])[position])];
        random.Shuffle<int[]>(units);
        var chosen = new List<int>();
        foreach (var unit in units)
        {
            if (chosen.Count >= wanted)
                break;
            if (chosen.Count == 0 || chosen.Count + unit.Length <= wanted)
                chosen.AddRange(unit);
        }

        return [.. chosen.Order()];
    }

    private int RandomToken(SeededRandom random)
    {
        if (_vocabulary <= _special.Count)
            return MaskId; // no other token
        while (true)
        {
            var id = random.Next(_vocabulary);
            if (!_special.Contains(id))
                return id;
        }
    }
}

/// <summary>A vocabulary has no mask token.</summary>
/// <param name="message">The vocabulary and what to do.</param>
public sealed class MaskTokenException(string message) : TaskException(message);
