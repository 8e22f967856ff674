using Peft.Training;

namespace Peft.Hosting;

/// <summary>A text that waits for its answer.</summary>
internal sealed class WaitingRow
{
    private readonly TaskCompletionSource<Prediction> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenRegistration _cancellation;

    public WaitingRow(LoadedAdapter adapter, (string Text, string? Pair) text, CancellationToken cancellation)
    {
        (Adapter, Text) = (adapter, text);
        _cancellation = cancellation.Register(() => _answer.TrySetCanceled(cancellation));
    }

    public LoadedAdapter Adapter { get; }

    public (string Text, string? Pair) Text { get; }

    public Task<Prediction> Answer => _answer.Task;

    /// <summary>Whether nobody waits any more.</summary>
    public bool IsGivenUp => _answer.Task.IsCompleted;

    public void Answered(Prediction prediction) => End(_answer.TrySetResult(prediction));

    public void Failed(Exception problem) => End(_answer.TrySetException(problem));

    private void End(bool isFirst)
    {
        if (isFirst)
            _cancellation.Dispose();
    }
}
