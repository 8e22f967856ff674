namespace TorchSharp;

/// <summary>
/// Owns the tensors created while it is the innermost scope of its thread, and disposes what it still owns when it is disposed.
/// Opened by <see cref="torch.NewDisposeScope"/>. Scopes nest; a tensor is in at most one.
/// </summary>
public sealed partial class DisposeScope : IDisposable
{
    private readonly DisposeScopeManager manager;

    // In order of arrival; a disposable that left has left a null. Tensors know their slot, so that leaving costs no search.
    private List<IDisposable?> held = [];
    private int count;

    internal DisposeScope(DisposeScopeManager manager, DisposeScope? outer)
    {
        this.manager = manager;
        OuterScope = outer;
    }

    /// <summary>The scope that was innermost when this one was opened.</summary>
    internal DisposeScope? OuterScope { get; }

    /// <summary>A copy of what the scope holds now.</summary>
    public IReadOnlyList<IDisposable> DisposablesView => held.OfType<IDisposable>().ToList();

    /// <summary>How many disposables the scope holds.</summary>
    public int DisposablesCount => count;

    private LifetimeStatistics Statistics => manager.ThreadStatistics.TensorStatistics;

    /// <summary>Whether the scope holds the disposable.</summary>
    public bool Contains(IDisposable disposable) => SlotOf(disposable) >= 0;

    /// <summary>Takes over a disposable, from another scope if it is in one.</summary>
    public void Attach(IDisposable disposable) => Attach([disposable]);

    /// <inheritdoc cref="Attach(IDisposable)"/>
    public void Attach(params IDisposable[] disposables) => Attach((IEnumerable<IDisposable>)disposables);

    /// <inheritdoc cref="Attach(IDisposable)"/>
    public IReadOnlyList<IDisposable> Attach(IEnumerable<IDisposable> disposables)
    {
        var attached = disposables.ToList();
        foreach (var disposable in attached)
        {
            if (Contains(disposable))
                continue;
            if (disposable is torch.Tensor tensor)
            {
                if (tensor.OwningDisposeScope is { } other)
                    other.Release(tensor);
                else if (!tensor.IsInvalid)
                    Statistics.AttachedToScopeCount++;
            }
            Hold(disposable);
        }
        return attached;
    }

    /// <summary>Takes disposables out of this scope and into none: whoever holds them must dispose them.</summary>
    public void Detach(IEnumerable<IDisposable> disposables)
    {
        foreach (var disposable in disposables)
        {
            if (Release(disposable) && disposable is torch.Tensor tensor)
            {
                Statistics.DetachedFromScopeCount++;
                if (!tensor.IsInvalid)
                    tensor.Guard();
            }
        }
    }

    /// <summary>Moves disposables of this scope into another; into none if that is null.</summary>
    public void MoveToOther(DisposeScope? scope, IEnumerable<IDisposable> disposables)
    {
        if (scope is null)
        {
            Detach(disposables);
            return;
        }
        foreach (var disposable in disposables)
        {
            if (Release(disposable))
                scope.Hold(disposable);
        }
    }

    /// <summary>Moves disposables of this scope into the scope around it; into none where there is none.</summary>
    public void MoveToOuter(IEnumerable<IDisposable> disposables) => MoveToOther(OuterScope, disposables);

    /// <summary>Disposes what the scope holds; it stays open.</summary>
    public void DisposeEverything() => DisposeEverythingBut([]);

    /// <summary>Disposes what the scope holds except the given ones, which stay in it.</summary>
    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        var keep = new HashSet<IDisposable>(inKeep, ReferenceEqualityComparer.Instance);
        var old = held;
        held = new(keep.Count);
        count = 0;
        foreach (var disposable in old)
        {
            if (disposable is null)
                continue;
            if (keep.Contains(disposable))
            {
                Hold(disposable);
                continue;
            }
            if (disposable is torch.Tensor tensor)
            {
                // The scope has let go already: the tensor need not tell it.
                tensor.OwningDisposeScope = null;
                Statistics.DisposedInScopeCount++;
                tensor.FreeHandle();
            }
            else
            {
                disposable.Dispose();
            }
        }
    }

    /// <summary>Takes out a disposable that was disposed by other means; tensors do this by themselves.</summary>
    public void MarkAsDisposed(IDisposable disposable)
    {
        if (Release(disposable) && disposable is torch.Tensor)
            Statistics.DisposedInScopeCount++;
    }

    /// <summary>Disposes what the scope holds and closes it.</summary>
    public void Dispose()
    {
        DisposeEverything();
        manager.Close(this);
    }

    /// <summary>Adds without counting.</summary>
    internal void Hold(IDisposable disposable)
    {
        if (disposable is torch.Tensor tensor)
        {
            tensor.OwningDisposeScope = this;
            tensor.ScopeSlot = held.Count;
        }
        held.Add(disposable);
        count++;
    }

    /// <summary>Puts <paramref name="successor"/> in the place of a tensor that gave its handle away.</summary>
    internal void Replace(torch.Tensor tensor, torch.Tensor successor)
    {
        Release(tensor);
        Hold(successor);
    }

    /// <summary>Removes without counting; false if the scope does not hold it.</summary>
    private bool Release(IDisposable disposable)
    {
        var slot = SlotOf(disposable);
        if (slot < 0)
            return false;
        held[slot] = null;
        count--;
        while (held.Count > 0 && held[^1] is null)
            held.RemoveAt(held.Count - 1);
        if (disposable is torch.Tensor tensor)
            tensor.OwningDisposeScope = null;
        return true;
    }

    private int SlotOf(IDisposable disposable)
    {
        if (disposable is torch.Tensor tensor)
            return tensor.OwningDisposeScope == this ? tensor.ScopeSlot : -1;
        return held.FindIndex(other => ReferenceEquals(other, disposable));
    }
}
