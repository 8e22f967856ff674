using System.Globalization;

namespace Peft.Data;

/// <summary>Base class of errors about invalid input of metrics.</summary>
public abstract class MetricException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A metric's name is unknown.</summary>
public sealed class UnknownMetricException : MetricException
{
    internal UnknownMetricException(string name, IEnumerable<string> known)
        : base($"there is no metric '{name}'; there are {string.Join(", ", known)}.") { }
}

/// <summary>A file of hypotheses or references does not exist.</summary>
public sealed class CorpusFileNotFoundException : MetricException
{
    internal CorpusFileNotFoundException(string file) : base($"{file}: no such file; expected a text file with one text on each line.") { }
}

/// <summary>A file of hypotheses or references is not UTF-8.</summary>
public sealed class CorpusEncodingException : MetricException
{
    internal CorpusEncodingException(TextEncodingException problem) : base(problem.Message, problem) { }
}

/// <summary>The corpus is empty.</summary>
public sealed class EmptyCorpusException : MetricException
{
    internal EmptyCorpusException(string what) : base($"{what}: holds no text; expected at least one.") { }
}

/// <summary>The numbers of hypotheses and records of references differ.</summary>
public sealed class CorpusSizeException : MetricException
{
    internal CorpusSizeException(string hypotheses, int hypothesisCount, string references, int referenceCount)
        : base(
            $"{hypotheses} holds {hypothesisCount} hypotheses, but {references} holds references for {referenceCount}: "
            + "both must be in the same order and of the same number.") { }
}

/// <summary>A record has no reference, so its hypothesis cannot be scored.</summary>
public sealed class MissingReferenceException : MetricException
{
    internal MissingReferenceException(int record, string where)
        : base($"record {record} ({where}) has no reference; every hypothesis needs at least one. Add it, or give {MalformedRows.Option} "
            + "to leave such records out.") { }
}

/// <summary>A text is too long for a metric whose time or memory grows faster than the text.</summary>
public sealed class TextTooLongException : MetricException
{
    private TextTooLongException(string metric, int record, int words, int most)
        : base(string.Create(
            CultureInfo.InvariantCulture, $"record {record}: has a text of {words:N0} words, but {metric} compares texts of at most "
                + $"{most:N0} words. Split the text, or leave {metric} out of --metrics.")) { }

    internal static void Check(string metric, IReadOnlyList<TokenRecord> records, int most)
    {
        for (var index = 0; index < records.Count; index++)
        {
            var longest = records[index].References.Append(records[index].Hypothesis).Max(text => text.Length);
            if (longest > most) throw new TextTooLongException(metric, index + 1, longest, most);
        }
    }
}

/// <summary>Records without a reference were to be left out, but more than half of the records have none.</summary>
public sealed class MalformedCorpusException : MetricException
{
    internal MalformedCorpusException(string message) : base(message) { }
}
