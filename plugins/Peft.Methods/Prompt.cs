using System.Globalization;
using static TorchSharp.torch;

namespace Peft.Methods;

/// <summary>
/// Prompt tuning: trained embeddings in front of the words' (Lester et al. 2021, section 2), sampled at first, or those of given words,
/// repeated or cut to the prompt's length (section 3.2).
/// </summary>
[PeftMethod("prompt", Paper = "https://arxiv.org/abs/2104.08691")]
[InjectAt(Site.WordEmbeddings)]
public sealed partial class Prompt : EmbeddingMethod
{
    /// <summary>The number of virtual tokens.</summary>
    [Option(Min = 1, Description = "virtual tokens")] public int Length { get; init; } = 20;

    /// <summary>Whether virtual tokens take the first positions.</summary>
    [Option(Description = "virtual tokens take the first positions; false: the words keep theirs")]
    public bool ShiftPositions { get; init; } = true;

    /// <summary>A text whose token embeddings are the initial values.</summary>
    [Option(Description = "a text whose embeddings are the first values")] public string Words { get; init; } = "";

    /// <summary>Token ids, separated by blanks, whose embeddings are the initial values.</summary>
    [Option(Description = "token ids, separated by blanks, whose embeddings are the first values")] public string Ids { get; init; } = "";

    [Trainable("Length, Hidden", Init = Init.Normal, From = nameof(WordEmbeddings))] private partial Tensor Embeddings { get; }

    /// <summary>The initial values [Length, Hidden], or null if they are sampled.</summary>
    private Tensor? WordEmbeddings => (Words, Ids) switch
    {
        ("", "") => null,
        (_, "") => Filled(TokensOf(Words), nameof(Words), Words),
        ("", _) => Filled(ReadIds(), nameof(Ids), Ids),
        _ => throw new MethodOptionException("prompt", "ids", $"'{Ids}' is given beside the words '{Words}'; give one of them"),
    };

    /// <inheritdoc/>
    protected override bool ShiftsPositions => ShiftPositions;

    /// <inheritdoc/>
    protected override Tensor Apply() => Embeddings;

    private Tensor Filled(IReadOnlyList<int> ids, string option, string text) => ids.Count == 0
        ? throw new MethodOptionException("prompt", option.ToLowerInvariant(), $"'{text}' has no token")
        : EmbeddingsOf([.. Enumerable.Range(0, Length).Select(place => ids[place % ids.Count])]);

    private int[] ReadIds() =>
    [
        .. Ids.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                ? id
                : throw new MethodOptionException("prompt", "ids", $"'{text}' is no token id; expected whole numbers separated by blanks")),
    ];
}
