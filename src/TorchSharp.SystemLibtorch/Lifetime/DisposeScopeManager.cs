namespace TorchSharp;

/// <summary>The dispose scopes of the current thread.</summary>
public class DisposeScopeManager
{
    [ThreadStatic]
    private static DisposeScopeManager? threadManager;

    private readonly List<DisposeScope> scopes = [];

    /// <summary>The current thread's lifetime statistics.</summary>
    public static ThreadDisposeScopeStatistics Statistics => Current.ThreadStatistics;

    internal static DisposeScopeManager Current => threadManager ??= new();

    internal ThreadDisposeScopeStatistics ThreadStatistics { get; } = new();

    /// <summary>The scope that new tensors of this thread belong to.</summary>
    internal DisposeScope? Innermost { get; private set; }

    internal DisposeScope Open()
    {
        var scope = new DisposeScope(this, Innermost);
        scopes.Add(scope);
        return Innermost = scope;
    }

    /// <summary>Takes the scope off the stack, wherever in it the scope is.</summary>
    internal void Close(DisposeScope scope)
    {
        scopes.Remove(scope);
        Innermost = scopes.Count > 0 ? scopes[^1] : null;
    }

    /// <summary>Counts a new tensor and puts it into the innermost scope.</summary>
    internal void Register(torch.Tensor tensor)
    {
        if (Innermost is { } scope)
        {
            ThreadStatistics.TensorStatistics.CreatedInScopeCount++;
            scope.Hold(tensor);
        }
        else
        {
            ThreadStatistics.TensorStatistics.CreatedOutsideScopeCount++;
            tensor.Guard();
        }
    }
}
