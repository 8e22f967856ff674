using System.Globalization;

namespace Peft.Data;

/// <summary>A table, or a row of it, cannot be parsed.</summary>
public sealed class TableFormatException : TaskException
{
    internal TableFormatException(string message, Exception? inner = null) : base(message, inner) { }
}

/// <summary>A cell, a row or a table is larger than one of text.</summary>
public sealed class TableLimitException : TaskException
{
    internal TableLimitException(string place, string problem)
        : base($"{place}: {problem}; a text may have at most {TableLimits.Cell.ToString("N0", CultureInfo.InvariantCulture)} bytes and a "
            + $"table {TableLimits.Columns.ToString("N0", CultureInfo.InvariantCulture)} columns. It is most likely another file, or a "
            + "quotation mark is not closed.")
    {
    }
}

/// <summary>A table lacks a column, or its columns' names are not usable.</summary>
public sealed class TableColumnException : TaskException
{
    internal TableColumnException(string message) : base(message) { }
}

/// <summary>A row's value cannot be used: an empty text, a missing label, a target that is no number.</summary>
public sealed class TableValueException : TaskException
{
    internal TableValueException(string message) : base(message) { }
}
