using System.Text;
using Peft.Data;

namespace Peft.Training;

/// <summary>The generated texts of a data-to-text set, and their scores.</summary>
/// <param name="Task">The task's name, which determines the metrics.</param>
/// <param name="Records">One record for each context, with all its references.</param>
/// <param name="Texts">A text for each record.</param>
public sealed record DecodedSet(string Task, IReadOnlyList<GenerationRecord> Records, IReadOnlyList<string> Texts)
{
    /// <summary>The file of texts in a folder, one on each line.</summary>
    public const string TextsName = "generated.txt";

    /// <summary>The file of references: records separated by an empty line, as <c>peft score</c> reads them.</summary>
    public const string ReferencesName = "references.txt";

    private static readonly string[] s_e2eMetrics = ["bleu", "nist", "meteor", "rouge-l", "cider"];
    private static readonly string[] s_triplesMetrics = ["multi-bleu", "meteor", "ter"];

    /// <summary>
    /// WebNLG and DART are scored in lower case, with blanks around every character other than letters and digits (AdaMix's released
    /// decoding script).
    /// </summary>
    private bool IsOfTriples => Task is "webnlg" or "dart";

    /// <summary>
    /// Computes the metrics that the field reports for the task. If the set has seen and unseen categories, each score is reported for all
    /// records, and also with <c>-seen</c> and <c>-unseen</c> appended to its name. A metric for which a text is too long is left out, so
    /// that the others and the run's result are not lost.
    /// </summary>
    /// <param name="notice">Receives a line for each metric that is left out; null for none.</param>
    /// <returns>Scores by name.</returns>
    public IReadOnlyDictionary<string, double> Score(Action<string>? notice = null)
    {
        var scores = new Dictionary<string, double>();
        var meteor = new MeteorOptions { Synonyms = Synonyms(notice) };
        Add(scores, "", _ => true, meteor, notice);
        if (Records.Any(record => record.IsSeen) && Records.Any(record => !record.IsSeen))
        {
            Add(scores, "-seen", record => record.IsSeen, meteor, notice);
            Add(scores, "-unseen", record => !record.IsSeen, meteor, notice);
        }

        return scores;
    }

    /// <summary>Writes the texts and the references, each file atomically.</summary>
    /// <param name="folder">The folder; created if missing.</param>
    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        Write(Path.Combine(folder, ReferencesName), string.Join(
            "\n", Records.Select(record => string.Concat(record.References.Select(text => Shown(text) + "\n")))));
        Write(Path.Combine(folder, TextsName), string.Concat(Texts.Select(text => Shown(text) + "\n")));
    }

    private static void Write(string file, string contents) =>
        AtomicFile.Write(file, stream => stream.Write(Encoding.UTF8.GetBytes(contents)));

    private void Add(
        Dictionary<string, double> scores, string suffix, Func<GenerationRecord, bool> chosen, MeteorOptions meteor,
        Action<string>? notice)
    {
        var part = Records.Zip(Texts).Where(pair => chosen(pair.First)).ToList();
        var corpus = GenerationCorpus.From(
            [.. part.Select(pair => Shown(pair.Second))],
            [.. part.Select(pair => (IReadOnlyList<string>)[.. pair.First.References.Select(Shown)])]);
        foreach (var metric in IsOfTriples ? s_triplesMetrics : s_e2eMetrics)
        {
            try
            {
                foreach (var score in GenerationScorer.Score(corpus, [metric], meteor))
                    scores[score.Name + suffix] = score.Value;
            }
            catch (TextTooLongException problem)
            {
                notice?.Invoke($"{metric}{suffix} is not among the scores: {problem.Message}");
            }
        }
    }

    /// <summary>
    /// METEOR's synonyms, if they are installed. If their folder cannot be read, a notice is given, so that the run's result is not lost.
    /// </summary>
    private static WordNet? Synonyms(Action<string>? notice)
    {
        try
        {
            var found = WordNet.Find(null);
            if (found is not null)
                notice?.Invoke($"meteor: with WordNet's synonyms of {found.Folder}");
            return found;
        }
        catch (WordNetException problem)
        {
            notice?.Invoke($"meteor: without synonyms: {problem.Message}");
            return null;
        }
    }

    private string Shown(string text)
    {
        var line = OneLine.Flatten(text).Trim();
        return IsOfTriples ? ScriptText.Separate(line.ToLowerInvariant()) : line;
    }
}
