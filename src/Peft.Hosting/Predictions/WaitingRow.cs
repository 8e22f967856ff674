namespace Peft.Hosting;

/// <summary>A request that waits for its turn.</summary>
internal interface IWaiting
{
    /// <summary>Whether no answer is needed any more.</summary>
    bool IsGivenUp { get; }

    /// <summary>Requests of equal groups can be computed in one forward pass.</summary>
    object Group { get; }

    /// <summary>The adapter that answers. Where more wait than fit in a pass, adapters take turns.</summary>
    LoadedAdapter Adapter { get; }

    /// <summary>Ends the request with an error.</summary>
    void Failed(Exception problem);
}

/// <summary>A text that waits for its answer.</summary>
/// <typeparam name="TAnswer">A prediction, or a vector.</typeparam>
internal sealed class WaitingRow<TAnswer> : IWaiting
{
    private readonly TaskCompletionSource<TAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenRegistration _cancellation;

    /// <summary>A text for an adapter.</summary>
    /// <param name="adapter">The adapter.</param>
    /// <param name="passes">Adapters of equal values share forward passes.</param>
    /// <param name="text">The text.</param>
    /// <param name="cancellation">Gives it up.</param>
    public WaitingRow(LoadedAdapter adapter, object passes, (string Text, string? Pair) text, CancellationToken cancellation)
    {
        (Adapter, Group, Text) = (adapter, (passes, typeof(TAnswer)), text);
        _cancellation = cancellation.Register(() => _answer.TrySetCanceled(cancellation));
    }

    public LoadedAdapter Adapter { get; }

    public object Group { get; }

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
