namespace Peft.Server.Pages.Runs;

/// <summary>An order of the list of runs.</summary>
/// <param name="Name">What a user chooses.</param>
/// <param name="Key">What is compared.</param>
/// <param name="IsDescending">Whether the highest comes first.</param>
internal sealed record RunOrder(string Name, Func<RunRow, object?> Key, bool IsDescending)
{
    /// <summary>Every order; the first is the default.</summary>
    public static IReadOnlyList<RunOrder> All { get; } =
    [
        new("Latest", row => row.At, IsDescending: true), new("Name", row => row.Name, IsDescending: false),
        new("State", row => row.State, IsDescending: false), new("Method", row => row.Method, IsDescending: false),
        new("Task", row => row.Task, IsDescending: false), new("Metric", row => row.Metric, IsDescending: true),
        new("Time left", row => row.Remaining, IsDescending: true), new("Parameters", row => row.Tunable, IsDescending: false),
    ];

    public static RunOrder Find(string name) => All.First(order => order.Name == name);

    /// <summary>Sorts; rows without a value come last.</summary>
    public IEnumerable<RunRow> Sort(IEnumerable<RunRow> rows)
    {
        var complete = rows.OrderBy(row => Key(row) is null);
        return IsDescending ? complete.ThenByDescending(Key) : complete.ThenBy(Key);
    }
}
