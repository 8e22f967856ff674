namespace Peft.Data;

/// <summary>Base of what this library throws for bad input.</summary>
public abstract class MetricException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>There is no metric of that name.</summary>
public sealed class UnknownMetricException : MetricException
{
    internal UnknownMetricException(string name, IEnumerable<string> known)
        : base($"there is no metric '{name}'; there are {string.Join(", ", known)}.") { }
}

/// <summary>A file of hypotheses or references is not there.</summary>
public sealed class CorpusFileNotFoundException : MetricException
{
    internal CorpusFileNotFoundException(string file) : base($"{file}: no such file; expected a text file with one text on each line.") { }
}

/// <summary>A file of hypotheses or references is not UTF-8.</summary>
public sealed class CorpusEncodingException : MetricException
{
    internal CorpusEncodingException(string file, Exception inner)
        : base($"{file}: is not UTF-8 text; convert it first (iconv -t UTF-8).", inner) { }
}

/// <summary>There is nothing to score.</summary>
public sealed class EmptyCorpusException : MetricException
{
    internal EmptyCorpusException(string what) : base($"{what}: holds no text; expected at least one.") { }
}

/// <summary>There are not as many hypotheses as records of references.</summary>
public sealed class CorpusSizeException : MetricException
{
    internal CorpusSizeException(string hypotheses, int hypothesisCount, string references, int referenceCount)
        : base(
            $"{hypotheses} holds {hypothesisCount} hypotheses, but {references} holds references for {referenceCount}: "
            + "both must be in the same order and of the same number.") { }
}

/// <summary>A record has no reference, so nothing can be said about its hypothesis.</summary>
public sealed class MissingReferenceException : MetricException
{
    internal MissingReferenceException(int record, string where)
        : base($"record {record} ({where}) has no reference; every hypothesis needs at least one: add it, or take the record out of "
            + "both.") { }
}
