using System.Globalization;
using System.IO.Compression;
using System.Text;
using Peft.Cli.Output;
using Peft.Data;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary>Predicts the rows of a table and writes them again with the predictions, in constant memory.</summary>
/// <param name="trained">The run.</param>
/// <param name="table">The table, whose columns are chosen.</param>
/// <param name="batchSize">Rows in a forward pass.</param>
/// <param name="top">How many classes are written; null for the most likely one only.</param>
internal sealed class PredictedRows(TrainedModel trained, PredictionTable table, int batchSize, int? top)
{
    private readonly RowProgress _progress = new();

    /// <summary>Writes all rows. A file appears complete or not at all.</summary>
    /// <param name="target">Where they are written.</param>
    /// <param name="json">Whether the summary is JSON.</param>
    /// <param name="cancellation">Cancels between batches.</param>
    /// <exception cref="TaskException">A row is malformed.</exception>
    /// <exception cref="TensorWriteException">The file cannot be written.</exception>
    public void Write(PredictionTarget target, bool json, CancellationToken cancellation)
    {
        if (target.Path is not { } path)
        {
            WriteRows(Console.Out, target, cancellation);
            CommonOptions.Report(table.Table.Skipped);
            return;
        }

        OutputFile.Write(path, file => WriteFile(file, target, cancellation));
        CommonOptions.Report(table.Table.Skipped);
        if (json)
            JsonOutput.Print(new
            {
                output = path, rows = _progress.Rows, skipped = table.Table.Skipped?.Count ?? 0, seconds = _progress.Seconds,
            });
        else
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{_progress.Rows:N0} {(_progress.Rows == 1 ? "row" : "rows")}: {path}"));
    }

    private void WriteFile(Stream file, PredictionTarget target, CancellationToken cancellation)
    {
        using var stream = target.IsCompressed ? new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true) : null;
        using var writer = new StreamWriter(
            stream ?? file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 1 << 16, leaveOpen: true);
        WriteRows(writer, target, cancellation);
    }

    private void WriteRows(TextWriter writer, PredictionTarget target, CancellationToken cancellation)
    {
        var (waiting, rows, later) = (new Queue<TableRow>(), (IRowWriter?)null, (LaterColumns?)null);
        var columns = table.Table.Columns; // grows while JSON is read
        foreach (var prediction in trained.PredictStream(Texts(), batchSize, cancellation))
        {
            var row = waiting.Dequeue();
            if (rows is null)
            {
                var added = PredictionColumns.Choose(prediction, top, isFlat: target.Delimiter is not null, columns);
                later = new LaterColumns(columns.Count, added.Names, isFixed: target.Delimiter is not null);
                rows = target.Delimiter is { } delimiter
                    ? new DelimitedRowWriter(writer, added, delimiter) : new JsonRowWriter(writer, added);
            }

            later!.Check(row, columns);
            rows.Write(columns, row, prediction);
            _progress.Add();
        }

        _progress.End();

        IEnumerable<(string Text, string? Pair)> Texts()
        {
            foreach (var (row, text, pair) in table.Rows())
            {
                waiting.Enqueue(row);
                yield return (text, pair);
            }
        }
    }
}
