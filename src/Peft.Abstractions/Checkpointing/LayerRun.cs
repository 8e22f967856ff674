using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>The run of a checkpointed layer in progress, as trainables and routers in it see it.</summary>
internal interface ILayerRun
{
    /// <summary>A trainable is read.</summary>
    /// <returns>What is to be used in its place.</returns>
    Tensor Read(Parameter parameter);

    /// <summary>Something that changes from pass to pass decides what the layer does.</summary>
    void Consult(IReplayed decider);

    /// <summary>The layer gives a tensor beside its output.</summary>
    /// <param name="side">The tensor.</param>
    /// <param name="deliver">Takes it, or what stands for it in the graph.</param>
    void Give(Tensor side, Action<Tensor> deliver);
}

/// <summary>What decides how a layer runs and must decide so again when the layer is computed again.</summary>
internal interface IReplayed
{
    /// <summary>Notes how things are now.</summary>
    /// <returns>Makes them so again, until its result is disposed of.</returns>
    Func<IDisposable> Capture();
}

/// <summary>Holds the thread's run.</summary>
internal static class LayerRun
{
    [ThreadStatic]
    private static ILayerRun? s_current;

    /// <summary>The run in progress; null where layers are simply run.</summary>
    public static ILayerRun? Current => s_current;

    /// <summary>Begins a run; disposing of the result ends it.</summary>
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
