using System.Globalization;

namespace Peft.Data;

/// <summary>
/// The synonyms of English words in a folder of WordNet's database files, as Debian's package wordnet-base installs them: two words are
/// synonyms if one of their senses, of any part of speech, is the same synset.
/// </summary>
/// <remarks>
/// An index file names the synsets of each lemma by their position in the data file, so the data files themselves are not read. Inflected
/// words are reduced to lemmas by the exception lists and WordNet's rules of detachment (morphy).
/// </remarks>
public sealed class WordNet
{
    /// <summary>The environment variable that names the folder; <c>none</c> turns synonyms off.</summary>
    public const string Variable = "PEFT_WORDNET";

    /// <summary>Where Debian's package installs the files.</summary>
    public const string UsualFolder = "/usr/share/wordnet";

    /// <summary>What stands for no folder.</summary>
    public const string None = "none";

    private static readonly (string Part, (string Ending, string Lemma)[] Rules)[] s_parts =
    [
        ("noun", [
            ("s", ""), ("ses", "s"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"), ("men", "man"), ("ies", "y")]),
        ("verb", [("s", ""), ("ies", "y"), ("es", "e"), ("es", ""), ("ed", "e"), ("ed", ""), ("ing", "e"), ("ing", "")]),
        ("adj", [("er", ""), ("est", ""), ("er", "e"), ("est", "e")]),
        ("adv", []),
    ];

    private readonly Dictionary<string, long[]>[] _synsets;
    private readonly Dictionary<string, string[]>[] _exceptions;
    private readonly Dictionary<string, HashSet<long>> _known = new(StringComparer.Ordinal);

    private WordNet(string folder, Dictionary<string, long[]>[] synsets, Dictionary<string, string[]>[] exceptions) =>
        (Folder, _synsets, _exceptions) = (folder, synsets, exceptions);

    /// <summary>The folder of the files.</summary>
    public string Folder { get; }

    /// <summary>
    /// Loads the folder that a user named, else that of <see cref="Variable"/>, else <see cref="UsualFolder"/> if it exists.
    /// </summary>
    /// <param name="folder">The folder; <see cref="None"/> for no synonyms; null if none was named.</param>
    /// <returns>The synonyms; null if there are none.</returns>
    /// <exception cref="WordNetException">A folder that was named lacks a file, or a file is malformed.</exception>
    public static WordNet? Find(string? folder)
    {
        var named = folder ?? Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(named))
            return File.Exists(IndexFile(UsualFolder, s_parts[0].Part)) ? Load(UsualFolder) : null;
        return named == None ? null : Load(named);
    }

    /// <summary>Loads a folder's files: index.noun, index.verb, index.adj, index.adv, and the exception lists that are there.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The synonyms.</returns>
    /// <exception cref="WordNetException">A file is missing or malformed.</exception>
    public static WordNet Load(string folder) => new(
        folder, [.. s_parts.Select((part, index) => ReadIndex(IndexFile(folder, part.Part), index))],
        [.. s_parts.Select(part => ReadExceptions(Path.Combine(folder, $"{part.Part}.exc")))]);

    /// <summary>Whether two words share a synset.</summary>
    /// <param name="first">A word in lower case.</param>
    /// <param name="second">A word in lower case.</param>
    /// <returns>Whether they do; false for a word that WordNet lacks.</returns>
    public bool AreSynonyms(string first, string second) => SynsetsOf(first).Overlaps(SynsetsOf(second));

    /// <summary>The numbers of a word's synsets, unique over all parts of speech; empty for an unknown word.</summary>
    private HashSet<long> SynsetsOf(string word)
    {
        if (!_known.TryGetValue(word, out var synsets))
        {
            _known[word] = synsets = [];
            for (var part = 0; part < s_parts.Length; part++)
            {
                foreach (var lemma in Lemmas(word, part))
                    synsets.UnionWith(_synsets[part].GetValueOrDefault(lemma, []));
            }
        }

        return synsets;
    }

    /// <summary>The word, and what it may be an inflected form of; candidates that WordNet lacks have no synsets.</summary>
    private IEnumerable<string> Lemmas(string word, int part) =>
        _exceptions[part].TryGetValue(word, out var irregular) ? irregular.Prepend(word) : s_parts[part].Rules
            .Where(rule => word.Length > rule.Ending.Length && word.EndsWith(rule.Ending, StringComparison.Ordinal))
            .Select(rule => word[..^rule.Ending.Length] + rule.Lemma).Prepend(word);

    private static string IndexFile(string folder, string part) => Path.Combine(folder, $"index.{part}");

    /// <summary>
    /// lemma pos synset_cnt p_cnt [pointers ...] sense_cnt tagsense_cnt synset_offset [synset_offset ...]; the licence's lines begin with
    /// a blank.
    /// </summary>
    private static Dictionary<string, long[]> ReadIndex(string file, int part)
    {
        var synsets = new Dictionary<string, long[]>(StringComparer.Ordinal);
        foreach (var (line, number) in Lines(file).Where(pair => pair.Line.Length > 0 && pair.Line[0] != ' '))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 7 || !Number(fields[2], out var count) || count < 1 || count > fields.Length - 6)
                throw new WordNetException($"{file}:{number}", "is no line of a WordNet index (lemma, part of speech, number of synsets, "
                    + "pointers, counts, offsets)");
            synsets[fields[0]] =
            [
                .. fields[^(int)count..].Select(field => Number(field, out var offset)
                    ? (offset * s_parts.Length) + part
                    : throw new WordNetException($"{file}:{number}", $"has '{Excerpt.Cut(field)}' where a synset's offset is expected")),
            ];
        }

        return synsets;
    }

    /// <summary>An inflected form and its lemmas on each line; no file, no exceptions.</summary>
    private static Dictionary<string, string[]> ReadExceptions(string file) => !File.Exists(file)
        ? [] : Lines(file).Select(pair => pair.Line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(fields => fields.Length > 1)
            .GroupBy(fields => fields[0], StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => same.SelectMany(fields => fields[1..]).ToArray(), StringComparer.Ordinal);

    private static List<(string Line, int Number)> Lines(string file)
    {
        try
        {
            return [.. TextLines.ReadRows(file).Select((line, index) => (line, index + 1))];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or TextEncodingException)
        {
            throw new WordNetException(
                file, $"cannot be read ({problem.Message}); name a folder of WordNet's index files, as Debian's wordnet-base has them, "
                + $"or '{None}'");
        }
    }

    private static bool Number(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

/// <summary>A file of WordNet is missing or malformed.</summary>
/// <param name="place">The file, with the line.</param>
/// <param name="problem">What was found and what was expected.</param>
public sealed class WordNetException(string place, string problem) : Exception($"{place}: {problem}.");
