using Peft.Data;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary>Writes rows of a table with their predictions.</summary>
internal interface IRowWriter
{
    /// <summary>Writes one row.</summary>
    /// <param name="columns">The names of the table's columns.</param>
    /// <param name="row">The row.</param>
    /// <param name="prediction">Its prediction.</param>
    void Write(IReadOnlyList<string> columns, TableRow row, Prediction prediction);
}
