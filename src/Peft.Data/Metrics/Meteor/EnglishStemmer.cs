namespace Peft.Data;

/// <summary>
/// Snowball's English stemmer (Porter's second algorithm), used for METEOR's stem matches. Words are in lower case; <c>Y</c> marks a y that
/// acts as a consonant.
/// </summary>
internal static class EnglishStemmer
{
    private static readonly Dictionary<string, string> s_irregular = new()
    {
        ["skis"] = "ski", ["skies"] = "sky", ["dying"] = "die", ["lying"] = "lie", ["tying"] = "tie", ["idly"] = "idl",
            ["gently"] = "gentl",
        ["ugly"] = "ugli", ["early"] = "earli", ["only"] = "onli", ["singly"] = "singl", ["sky"] = "sky", ["news"] = "news",
            ["howe"] = "howe",
        ["atlas"] = "atlas", ["cosmos"] = "cosmos", ["bias"] = "bias", ["andes"] = "andes",
    };

    private static readonly HashSet<string> s_complete =
        ["inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed"];

    private static readonly string[] s_regionPrefixes = ["gener", "commun", "arsen"];

    /// <summary>A word's stem; words of one or two letters are unchanged.</summary>
    public static string Stem(string word)
    {
        if (word.Length <= 2)
            return word;
        if (s_irregular.TryGetValue(word, out var irregular))
            return irregular;
        var stem = MarkConsonants(word[0] == '\'' ? word[1..] : word);
        var first = FirstRegion(stem);
        var second = Region(stem, first);
        stem = StemmerSteps.Plural(StemmerSteps.Possessive(stem));
        if (s_complete.Contains(stem))
            return stem;
        stem = StemmerSteps.PastAndGerund(stem, first);
        stem = StemmerSteps.FinalY(stem);
        stem = StemmerSteps.LongSuffix(stem, first);
        stem = StemmerSteps.MiddleSuffix(stem, first, second);
        stem = StemmerSteps.ShortSuffix(stem, second);
        return StemmerSteps.FinalLetter(stem, first, second).Replace('Y', 'y');
    }

    public static bool IsVowel(char letter) => letter is 'a' or 'e' or 'i' or 'o' or 'u' or 'y';

    private static string MarkConsonants(string word)
    {
        var letters = word.ToCharArray();
        for (var index = 0; index < letters.Length; index++)
        {
            if (letters[index] == 'y' && (index == 0 || IsVowel(letters[index - 1])))
                letters[index] = 'Y';
        }

        return new string(letters);
    }

    private static int FirstRegion(string word)
    {
        var prefix = Array.Find(s_regionPrefixes, prefix => word.StartsWith(prefix, StringComparison.Ordinal));
        return prefix?.Length ?? Region(word, 0);
    }

    /// <summary>The start of the part after the first consonant that follows a vowel.</summary>
    private static int Region(string word, int start)
    {
        for (var index = start + 1; index < word.Length; index++)
        {
            if (IsVowel(word[index - 1]) && !IsVowel(word[index]))
                return index + 1;
        }

        return word.Length;
    }
}
