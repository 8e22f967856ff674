using System.Globalization;

namespace Peft.Data;

/// <summary>
/// Reads CoNLL column files: a word and its tag on each line, an empty line between sentences. Columns are separated by tabs where the line
/// has any, and by blanks otherwise. Lines of <c>-DOCSTART-</c> separate documents and are no words.
/// </summary>
public static class ConllReader
{
    /// <summary>The endings of the names of such files.</summary>
    public static IReadOnlyList<string> Endings { get; } = [".conll", ".txt", ".bio", ".iob", ".iob2"];

    /// <summary>The longest word in characters. A longer one is no word, so that the file is most likely another.</summary>
    public const int LongestWord = 10_000;

    private const string DocumentStart = "-DOCSTART-";

    /// <summary>Reads a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="wordColumn">The column of the words, from 1; null for the first.</param>
    /// <param name="tagColumn">The column of the tags, from 1; null for the last.</param>
    /// <param name="skipMalformed">Whether sentences with a malformed line are skipped and counted.</param>
    /// <returns>The sentences.</returns>
    /// <exception cref="TaskFileNotFoundException">The file does not exist.</exception>
    /// <exception cref="TaskFileFormatException">The file is not UTF-8 or has no words.</exception>
    /// <exception cref="TaggedLineException">A line is malformed.</exception>
    /// <exception cref="MalformedFileException">More sentences are malformed than were read.</exception>
    public static TaggedFile Read(string file, int? wordColumn = null, int? tagColumn = null, bool skipMalformed = false)
    {
        var sentences = new List<TaggedSentence>();
        var malformed = new MalformedRows(file, skipMalformed);
        var (columns, number) = (new ColumnLines(file, wordColumn, tagColumn), 0);
        foreach (var line in Lines(file).Append(""))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line) || line.StartsWith(DocumentStart, StringComparison.Ordinal))
            {
                if (columns.Take() is { } sentence)
                    sentences.Add(sentence);
                continue;
            }

            malformed.Try(number, () => columns.Add(line, number));
        }

        var skipped = malformed.Close(sentences.Count);
        return sentences.Count > 0 ? new TaggedFile(file, sentences, skipped) : throw new TaskFileFormatException(
            $"{file}: has no words; expected a word and its tag on each line, and an empty line after each sentence.");
    }

    /// <summary>The lines of a file, which may be compressed with gzip.</summary>
    internal static List<string> Lines(string file) => TaskFile.Open(file, path =>
    {
        var source = TableStream.Open(path);
        using var stream = source.Stream;
        return TextLines.Read(stream, source.Name).ToList();
    });

    /// <summary>Collects the lines of a sentence.</summary>
    private sealed class ColumnLines(string file, int? wordColumn, int? tagColumn)
    {
        private List<string> _words = [];
        private List<string> _tags = [];
        private int _columns;
        private bool _isMalformed;

        public void Add(string line, int number)
        {
            if (_isMalformed)
                return; // the sentence is skipped, and its first bad line was counted
            _isMalformed = true;
            var columns = line.Contains('\t', StringComparison.Ordinal)
                ? line.Split('\t', StringSplitOptions.TrimEntries)
                : line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            var (word, tag) = (wordColumn ?? 1, tagColumn ?? columns.Length);
            if (columns.Length < 2 || Math.Max(word, tag) > columns.Length)
                throw Wrong(number, string.Create(CultureInfo.InvariantCulture, $"expected a word in column {word} and its tag in "
                    + $"{(tagColumn is null ? "the last column" : $"column {tag}")}, separated by tabs or blanks, found "
                    + $"{columns.Length} {(columns.Length == 1 ? "column" : "columns")} ('{Excerpt.Cut(line)}')"));
            if (tagColumn is null && _columns > 0 && columns.Length != _columns)
                throw Wrong(number, $"expected {_columns} columns as in the lines before, found {columns.Length}");
            if (columns[word - 1].Length == 0 || columns[tag - 1].Length == 0)
                throw Wrong(number, $"expected a word and a tag, found an empty {(columns[word - 1].Length == 0 ? "word" : "tag")}");
            if (Math.Max(columns[word - 1].Length, columns[tag - 1].Length) > LongestWord)
                throw Wrong(number, string.Create(CultureInfo.InvariantCulture, $"has a word of {columns[word - 1].Length:N0} characters; "
                    + $"expected at most {LongestWord:N0}: it is most likely no file of words and tags"));
            _isMalformed = false;
            _columns = columns.Length;
            _words.Add(columns[word - 1]);
            _tags.Add(columns[tag - 1]);
        }

        /// <summary>The sentence that has ended; null if it has no words or is malformed.</summary>
        public TaggedSentence? Take()
        {
            var sentence = _isMalformed || _words.Count == 0 ? null : new TaggedSentence(_words, _tags);
            (_words, _tags, _isMalformed) = ([], [], false);
            return sentence;
        }

        private TaggedLineException Wrong(int number, string problem) =>
            new($"{file}, line {number}: {problem}. {MalformedRows.Advice}");
    }
}

/// <summary>A line or record of words and tags is malformed.</summary>
public sealed class TaggedLineException : TaskException
{
    internal TaggedLineException(string message) : base(message) { }
}
