namespace Peft.Data.Tests;

/// <summary>One vocabulary with added tokens, which a folder can state in any layout.</summary>
/// <param name="Family">"bert", "roberta" or "gpt2".</param>
/// <param name="LowerCase">Whether BERT's text is lower-cased.</param>
/// <param name="Model">The model's own tokens by id.</param>
/// <param name="Named">The special tokens by key, such as <c>cls_token</c>.</param>
/// <param name="Added">The added tokens besides these, by id.</param>
internal sealed record LayoutCase(
    string Family, bool LowerCase, string[] Model, IReadOnlyDictionary<string, AddedToken> Named,
    IReadOnlyList<(int Id, AddedToken Token)> Added)
{
    private static readonly string[] s_contents =
        ["<ent>", "<ent>x", "Hello", "naïve", "new york", "[X]", "x_1", "A中b", "##a", "Q", "\u0085z", "é", "<|sep|>"];

    private static readonly string[] s_words =
    [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. Enumerable.Range(33, 94).Select(letter => ((char)letter).ToString()),
        .. Enumerable.Range('a', 26).Concat(Enumerable.Range('A', 26)).Select(letter => $"##{(char)letter}"), "hello", "cafe", "café", "中",
    ];

    public bool IsBytePair => Family != "bert";

    /// <summary>All added tokens in the order of their ids, those of the model included.</summary>
    public IEnumerable<(int Id, AddedToken Token)> All => Named.Values.DistinctBy(token => token.Content)
        .Select(token => (Array.IndexOf(Model, token.Content), token)).Concat(Added).OrderBy(token => token.Item1);

    /// <summary>A case; the same number gives the same one.</summary>
    /// <param name="family">As in <see cref="Family"/>.</param>
    /// <param name="number">Chooses tokens and rules.</param>
    /// <param name="defaultRules">Whether ordinary tokens have the rules that <c>added_tokens.json</c> implies.</param>
    public static LayoutCase Make(string family, int number, bool defaultRules)
    {
        var random = new Random(number);
        string[] model = family switch { "bert" => s_words, "roberta" => BytePairFiles.Roberta, _ => BytePairFiles.Gpt2 };
        var added = new List<(int, AddedToken)>();
        foreach (var content in s_contents.Where(_ => random.Next(3) > 0).OrderBy(_ => random.Next()))
        {
            var special = random.Next(3) == 0;
            // A byte's letter decodes to the byte, and BPE vocabularies have them all.
            if (family != "bert" && content.Length == 1) continue;
            var next = model.Length + added.Count(one => one.Item1 >= model.Length);
            var id = Array.IndexOf(model, content) is >= 0 and var known ? known : next;
            var token = new AddedToken(content) { Special = special };
            added.Add((id, defaultRules ? token : token with
            {
                StripLeft = random.Next(3) == 0, StripRight = random.Next(3) == 0, SingleWord = random.Next(3) == 0,
                Normalized = random.Next(2) == 0,
            }));
        }

        return new LayoutCase(family, number % 2 == 0, model, NamedOf(family), added);
    }

    /// <summary>
    /// Texts with the tokens at the ends, side by side, inside words, in capitals, beside blanks and line ends of every kind.
    /// </summary>
    public IEnumerable<string> Texts()
    {
        string[] fixedTexts =
        [
            "", " ", "Hello <ent> NEW YORK", "naive nai\u0308ve NAÏVE", "a\rb\u0085c\u2028d\u2029e\vf\fg\r\nh", "[MASK] [mask] <mask>",
            "<ent>x<ent> x\u200D<ent>", "caf\u00E9 cafe\u0301 \u4E2D\u6587",
        ];
        foreach (var text in fixedTexts) yield return text;
        string[] around = ["", "a", " ", "  ", "_", "9", "-", "é", "\r", "\u0085", "\u2028", "\u2029", "\v", "\f", "\u001C", "中"];
        var random = new Random(Added.Count);
        string Any() => around[random.Next(around.Length)];
        foreach (var (_, token) in All)
        {
            var content = token.Content;
            yield return content;
            yield return content + content;
            yield return content.ToUpperInvariant() + " " + content.ToLowerInvariant();
            yield return content.Replace("ï", "i\u0308", StringComparison.Ordinal);
            foreach (var side in around) yield return $"b{side}{content}{side}hello";
            for (var i = 0; i < 4; i++)
            {
                var other = All.ElementAt(random.Next(All.Count())).Token.Content;
                yield return $"{Any()}{Any()}{content}{Any()}{other}{Any()}{Any()}";
            }
        }
    }

    private static Dictionary<string, AddedToken> NamedOf(string family)
    {
        var names = family switch
        {
            "bert" => "unk_token [UNK] sep_token [SEP] pad_token [PAD] cls_token [CLS] mask_token [MASK]",
            "roberta" => "bos_token <s> eos_token </s> unk_token <unk> sep_token </s> pad_token <pad> cls_token <s> mask_token <mask>",
            _ => "bos_token <|endoftext|> eos_token <|endoftext|> unk_token <|endoftext|>",
        };
        return names.Split(' ').Chunk(2).ToDictionary(
            pair => pair[0], pair => new AddedToken(pair[1]) { StripLeft = pair[1] == "<mask>", Normalized = false });
    }
}
