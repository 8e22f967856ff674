namespace TorchSharp;

/// <summary>How many tensors one thread created, scoped and disposed.</summary>
public class LifetimeStatistics
{
    /// <summary>Tensors created while no dispose scope was open.</summary>
    public long CreatedOutsideScopeCount { get; internal set; }

    /// <summary>Tensors disposed that belonged to no scope.</summary>
    public long DisposedOutsideScopeCount { get; internal set; }

    /// <summary>Tensors created into a scope.</summary>
    public long CreatedInScopeCount { get; internal set; }

    /// <summary>Tensors disposed while they belonged to a scope.</summary>
    public long DisposedInScopeCount { get; internal set; }

    /// <summary>Tensors given to a scope after they had been in none.</summary>
    public long AttachedToScopeCount { get; internal set; }

    /// <summary>Tensors taken out of every scope.</summary>
    public long DetachedFromScopeCount { get; internal set; }

    /// <summary>Tensors created and not yet disposed on this thread.</summary>
    public long ThreadTotalLiveCount => CreatedInScopeCount + CreatedOutsideScopeCount - DisposedInScopeCount - DisposedOutsideScopeCount;

    /// <summary>Sets every count to zero.</summary>
    public void Reset()
    {
        CreatedOutsideScopeCount = DisposedOutsideScopeCount = 0;
        CreatedInScopeCount = DisposedInScopeCount = 0;
        AttachedToScopeCount = DetachedFromScopeCount = 0;
    }

    /// <summary>All counts on one line.</summary>
    public override string ToString() =>
        $"ThreadTotalLiveCount: {ThreadTotalLiveCount}; (CreatedOutside: {CreatedOutsideScopeCount}, DisposedOutside: {DisposedOutsideScopeCount}, "
        + $"CreatedIn: {CreatedInScopeCount}, DisposedIn: {DisposedInScopeCount}, Attached: {AttachedToScopeCount}, Detached: {DetachedFromScopeCount})";
}
