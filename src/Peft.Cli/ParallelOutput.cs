using Peft.Training;

namespace Peft.Cli;

/// <summary>The folder through which runs of other processes return their results: the user's, else a temporary one.</summary>
internal sealed class ParallelOutput : IDisposable
{
    private readonly string _path;
    private readonly bool _isTemporary;

    private ParallelOutput(string path, bool isTemporary) => (_path, _isTemporary) = (path, isTemporary);

    /// <summary>Creates a temporary folder if the user gave none.</summary>
    /// <param name="output">The user's folder.</param>
    public static ParallelOutput Create(string? output) => output is null
        ? new ParallelOutput(Directory.CreateTempSubdirectory("peft-runs-").FullName, isTemporary: true)
        : new ParallelOutput(output, isTemporary: false);

    /// <summary>The settings of runs of which several compute at once: they write below the folder and share the cores.</summary>
    /// <param name="options">The settings of a run alone.</param>
    /// <param name="count">How many run at once.</param>
    public TrainingOptions Settings(TrainingOptions options, int count) => options with
    {
        Output = _path, Threads = options.Threads > 0 ? options.Threads : RunProcesses.ThreadsOf(count),
    };

    /// <summary>The settings of runs of another machine, which return their results below the folder.</summary>
    /// <param name="options">The settings of a run alone.</param>
    public TrainingOptions Settings(TrainingOptions options) => options with { Output = _path };

    /// <summary>The results, which name no folder that is about to be removed.</summary>
    /// <param name="rows">The results as they are in the folder.</param>
    public IReadOnlyList<ComparisonRow> Results(IReadOnlyList<ComparisonRow> rows) => !_isTemporary ? rows :
    [
        .. rows.Select(row => row with
        {
            Runs = [.. row.Runs.Select(run => run with { Settings = run.Settings with { Output = null } })],
        }),
    ];

    public void Dispose()
    {
        if (_isTemporary)
            Directory.Delete(_path, recursive: true);
    }
}
