namespace Peft.Data;

/// <summary>How a table is read.</summary>
public sealed record TableOptions
{
    /// <summary>Skips and counts malformed rows, up to half of the file; otherwise the first one is an error.</summary>
    public bool SkipMalformed { get; init; }
}

/// <summary>The formats of tables.</summary>
internal enum TableFormat
{
    /// <summary>Comma-separated values (RFC 4180).</summary>
    Csv,

    /// <summary>Tab-separated values, quoted as in CSV.</summary>
    Tsv,

    /// <summary>A JSON object on each line.</summary>
    JsonLines,

    /// <summary>A JSON array of objects.</summary>
    Json,

    /// <summary>Apache Parquet.</summary>
    Parquet,
}
