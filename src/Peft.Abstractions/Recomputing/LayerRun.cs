using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>The run of a recomputed layer in progress, used by trainables and routers in it.</summary>
internal interface ILayerRun
{
    /// <summary>Called when a trainable is read.</summary>
    /// <returns>The tensor to use instead.</returns>
    Tensor Read(Parameter parameter);

    /// <summary>Called when the layer's computation depends on something that changes from pass to pass.</summary>
    void Consult(IReplayed decider);

    /// <summary>Called when the layer has a side output.</summary>
    /// <param name="side">The tensor.</param>
    /// <param name="deliver">Receives the tensor, or its replacement in the graph.</param>
    void Give(Tensor side, Action<Tensor> deliver);
}

/// <summary>State that determines how a layer runs, and must be restored when the layer is recomputed.</summary>
internal interface IReplayed
{
    /// <summary>Captures the current state.</summary>
    /// <returns>A function that restores that state until its result is disposed.</returns>
    Func<IDisposable> Capture();
}

/// <summary>Holds the thread's run.</summary>
internal static class LayerRun
{
    [ThreadStatic]
    private static ILayerRun? s_current;

    /// <summary>The run in progress; null if layers are run without recomputation.</summary>
    public static ILayerRun? Current => s_current;

    /// <summary>Begins a run, which ends when the result is disposed.</summary>
    public static Ending Begin(ILayerRun run)
    {
        var outer = s_current;
        s_current = run;
        return new Ending(outer);
    }

    internal readonly struct Ending(ILayerRun? outer) : IDisposable
    {
        public void Dispose() => s_current = outer;
    }
}
