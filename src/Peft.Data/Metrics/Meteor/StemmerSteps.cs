namespace Peft.Data;

/// <summary>The steps of Snowball's English stemmer. A step handles only the longest of its suffixes that the word ends in.</summary>
internal static class StemmerSteps
{
    private static readonly (string Suffix, string Replacement)[] s_long =
    [
        ("ization", "ize"), ("ational", "ate"), ("fulness", "ful"), ("ousness", "ous"), ("iveness", "ive"), ("tional", "tion"),
        ("biliti", "ble"),
        ("lessli", "less"), ("entli", "ent"), ("ation", "ate"), ("alism", "al"), ("aliti", "al"), ("ousli", "ous"), ("iviti", "ive"),
            ("fulli", "ful"),
        ("enci", "ence"), ("anci", "ance"), ("abli", "able"), ("izer", "ize"), ("ator", "ate"), ("alli", "al"), ("bli", "ble"),
            ("ogi", "og"), ("li", ""),
    ];

    private static readonly (string Suffix, string Replacement)[] s_middle =
    [
        ("ational", "ate"), ("tional", "tion"), ("alize", "al"), ("icate", "ic"), ("iciti", "ic"), ("ative", ""), ("ical", "ic"),
        ("ness", ""), ("ful", ""),
    ];

    private static readonly string[] s_short =
    [
        "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize", "ion", "al", "er", "ic",
    ];

    private static readonly string[] s_past = ["ingly", "eedly", "edly", "eed", "ing", "ed"];

    public static string Possessive(string word) =>
        Array.Find(["'s'", "'s", "'"], suffix => Ends(word, suffix)) is { } suffix ? Cut(word, suffix) : word;

    public static string Plural(string word)
    {
        if (Ends(word, "sses"))
            return word[..^2];
        if (Ends(word, "ied") || Ends(word, "ies"))
            return word.Length > 4 ? word[..^2] : word[..^1];
        if (Ends(word, "us") || Ends(word, "ss") || !Ends(word, "s"))
            return word;
        return word.Length > 2 && HasVowel(word[..^2]) ? word[..^1] : word;
    }

    public static string PastAndGerund(string word, int first)
    {
        var suffix = Array.Find(s_past, suffix => Ends(word, suffix));
        if (suffix is null)
            return word;
        var stem = Cut(word, suffix);
        if (suffix is "eed" or "eedly")
            return stem.Length >= first ? stem + "ee" : word;
        if (!HasVowel(stem))
            return word;
        if (Ends(stem, "at") || Ends(stem, "bl") || Ends(stem, "iz"))
            return stem + "e";
        if (stem.Length > 1 && stem[^1] == stem[^2] && "bdfgmnprt".Contains(stem[^1]))
            return stem[..^1];
        return stem.Length <= first && EndsInShortSyllable(stem) ? stem + "e" : stem;
    }

    public static string FinalY(string word) =>
        word.Length > 2 && word[^1] is 'y' or 'Y' && !EnglishStemmer.IsVowel(word[^2]) ? word[..^1] + "i" : word;

    public static string LongSuffix(string word, int first)
    {
        var (suffix, replacement) = Array.Find(s_long, entry => Ends(word, entry.Suffix));
        if (suffix is null || word.Length - suffix.Length < first)
            return word;
        var stem = Cut(word, suffix);
        return suffix switch
        {
            "ogi" when !Ends(stem, "l") => word,
            "li" when stem.Length == 0 || !"cdeghkmnrt".Contains(stem[^1]) => word,
            _ => stem + replacement,
        };
    }

    public static string MiddleSuffix(string word, int first, int second)
    {
        var (suffix, replacement) = Array.Find(s_middle, entry => Ends(word, entry.Suffix));
        if (suffix is null)
            return word;
        var stem = Cut(word, suffix);
        return stem.Length < (suffix == "ative" ? second : first) ? word : stem + replacement;
    }

    public static string ShortSuffix(string word, int second)
    {
        var suffix = Array.Find(s_short, suffix => Ends(word, suffix));
        if (suffix is null)
            return word;
        var stem = Cut(word, suffix);
        return stem.Length < second || (suffix == "ion" && !Ends(stem, "s") && !Ends(stem, "t")) ? word : stem;
    }

    public static string FinalLetter(string word, int first, int second)
    {
        var stem = word.Length > 0 ? word[..^1] : word;
        if (Ends(word, "e"))
            return stem.Length >= second || (stem.Length >= first && !EndsInShortSyllable(stem)) ? stem : word;
        return Ends(word, "ll") && stem.Length >= second ? stem : word;
    }

    private static bool EndsInShortSyllable(string word)
    {
        if (word.Length < 2 || EnglishStemmer.IsVowel(word[^1]) || !EnglishStemmer.IsVowel(word[^2]))
            return false;
        return word.Length == 2 || (word[^1] is not ('w' or 'x' or 'Y') && !EnglishStemmer.IsVowel(word[^3]));
    }

    private static bool HasVowel(string word) => word.Any(EnglishStemmer.IsVowel);

    private static bool Ends(string word, string suffix) => word.EndsWith(suffix, StringComparison.Ordinal);

    private static string Cut(string word, string suffix) => word[..^suffix.Length];
}
