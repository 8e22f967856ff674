namespace Peft.Hosting;

/// <summary>A request that waits for its turn.</summary>
internal interface IWaiting
{
    /// <summary>Whether nobody waits any more.</summary>
    bool IsGivenUp { get; }

    /// <summary>Requests of equal groups can be computed in one forward pass.</summary>
    object Group { get; }

    /// <summary>Ends the request with an error.</summary>
    void Failed(Exception problem);
}

/// <summary>A text that waits for its answer.</summary>
/// <typeparam name="TAnswer">A prediction, or a vector.</typeparam>
internal sealed class WaitingRow<TAnswer> : IWaiting
{
    private readonly TaskCompletionSource<TAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenRegistration _cancellation;

    public WaitingRow(LoadedAdapter adapter, (string Text, string? Pair) text, CancellationToken cancellation)
    {
        (Adapter, Text) = (adapter, text);
        _cancellation = cancellation.Register(() => _answer.TrySetCanceled(cancellation));
    }

    public LoadedAdapter Adapter { get; }

    public object Group => (Adapter, typeof(TAnswer));

    public (string Text, string? Pair) Text { get; }

    public Task<TAnswer> Answer => _answer.Task;

    public bool IsGivenUp => _answer.Task.IsCompleted;

    public void Answered(TAnswer answer) => End(_answer.TrySetResult(answer));

    public void Failed(Exception problem) => End(_answer.TrySetException(problem));

    private void End(bool isFirst)
    {
        if (isFirst)
            _cancellation.Dispose();
    }
}
