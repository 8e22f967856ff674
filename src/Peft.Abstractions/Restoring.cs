namespace Peft;

/// <summary>Puts something back once, however often it is disposed of.</summary>
internal sealed class Restoring(Action restore) : IDisposable
{
    private Action? _restore = restore;

    public void Dispose() => Interlocked.Exchange(ref _restore, null)?.Invoke();
}
