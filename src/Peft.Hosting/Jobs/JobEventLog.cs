using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Peft.Training;

namespace Peft.Hosting;

/// <summary>Appends what happens in a job to its <c>events.jsonl</c>.</summary>
internal sealed class JobEventLog : ITrainingObserver, IDisposable
{
    /// <summary>The JSON format of an event.</summary>
    internal static readonly JsonSerializerOptions Json = new(RunResult.Json)
    {
        WriteIndented = false,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // a loss that is not finite
    };

    private readonly FileStream _file;
    private readonly TimeProvider _time;
    private readonly string _host;
    private readonly int _attempt;

    /// <summary>Opens the file, and removes a last line that a killed process wrote in part.</summary>
    public JobEventLog(string path, TimeProvider time, string host, int attempt)
    {
        (_time, _host, _attempt) = (time, host, attempt);
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        _file.SetLength(LengthOfWholeLines(_file, _file.Length));
        _file.Seek(0, SeekOrigin.End);
    }

    private DateTimeOffset Now => _time.GetUtcNow();

    public void Started(RunSummary summary) => Write(new JobStarted(Now, _attempt, _host, summary));

    public void Stepped(TrainingProgress progress) => Write(new JobStepped(Now, progress));

    public void Evaluated(EpochResult epoch) => Write(new JobEvaluated(Now, epoch));

    public void Decoded(int done, int total) => Write(new JobDecoded(Now, done, total));

    public void Noted(string message) => Write(new JobNoted(Now, message));

    /// <summary>The last event.</summary>
    public void Ended(JobState state, string? error) => Write(new JobEnded(Now, state, error));

    /// <summary>Puts a note in the place of the last event, the end: the job goes on, and the numbers of the events stay.</summary>
    public void ReplaceEnd(string note)
    {
        var end = _file.Length;
        var start = LengthOfWholeLines(_file, end - 1);
        var line = new byte[end - start];
        _file.Seek(start, SeekOrigin.Begin);
        _file.ReadExactly(line);
        if (line.Length > 0 && JsonSerializer.Deserialize<JobEvent>(line, Json) is JobEnded)
            _file.SetLength(start);
        _file.Seek(0, SeekOrigin.End);
        Noted(note);
    }

    public void Dispose() => _file.Dispose();

    private void Write(JobEvent happened)
    {
        // One call for each line: a reader never sees a mixture of two.
        _file.Write(Encoding.UTF8.GetBytes(happened.ToJson() + "\n"));
    }

    private static long LengthOfWholeLines(FileStream file, long end)
    {
        for (; end > 0; end--)
        {
            file.Seek(end - 1, SeekOrigin.Begin);
            if (file.ReadByte() == '\n')
                return end;
        }

        return 0;
    }
}
