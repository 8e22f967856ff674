namespace Peft.Data;

/// <summary>Receives the progress of a metric: how many of how many records are done.</summary>
/// <param name="done">Records that are done.</param>
/// <param name="all">All records.</param>
internal delegate void RecordProgress(int done, int all);

/// <summary>Extensions of progress.</summary>
internal static class RecordProgresses
{
    /// <summary>The records, with a report after each.</summary>
    public static IEnumerable<TokenRecord> Over(this RecordProgress? progress, IReadOnlyList<TokenRecord> records)
    {
        for (var index = 0; index < records.Count; index++)
        {
            yield return records[index];
            progress?.Invoke(index + 1, records.Count);
        }
    }
}
