namespace Peft;

/// <summary>Restores something when disposed, once even if disposed several times.</summary>
internal sealed class Restoring(Action restore) : IDisposable
{
    private Action? _restore = restore;

    public void Dispose() => Interlocked.Exchange(ref _restore, null)?.Invoke();
}
