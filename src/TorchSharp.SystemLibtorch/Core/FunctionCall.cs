using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace TorchSharp.Core;

/// <summary>The three C functions by which a node of the graph calls back; the shim declares the same.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct FunctionCallbacks
{
    internal delegate* unmanaged[Cdecl]<IntPtr, IntPtr, IntPtr, IntPtr> Forward;
    internal delegate* unmanaged[Cdecl]<IntPtr, IntPtr, IntPtr*, int, IntPtr, IntPtr> Backward;
    internal delegate* unmanaged[Cdecl]<IntPtr, void> Free;
}

/// <summary>A custom function's two passes, and its name for messages.</summary>
internal sealed record FunctionPasses(
    string Name, Func<AutogradContext, object[], List<Tensor>> Forward, Func<AutogradContext, List<Tensor>, List<Tensor>> Backward);

/// <summary>One application of a custom function: what its node holds on to, by a GC handle that the node frees when it dies.</summary>
internal sealed unsafe class FunctionCall
{
    private static FunctionCallbacks callbacks = new() { Forward = &Forward, Backward = &Backward, Free = &Free };
    private static long liveHandles;

    private readonly FunctionPasses passes;
    private readonly AutogradContext context = new();
    private readonly bool[] isTensor;
    private object[]? arguments;
    private List<Tensor> results = [];

    private FunctionCall(FunctionPasses passes, object[] arguments)
    {
        this.passes = passes;
        this.arguments = arguments;
        isTensor = Array.ConvertAll(arguments, IsTensor);
    }

    /// <summary>GC handles that nodes, and exceptions on their way, hold.</summary>
    internal static long LiveHandles => Interlocked.Read(ref liveHandles);

    /// <summary>Runs the forward pass without gradients and puts it into the graph. The arguments are forgotten then; what is saved is the context's.</summary>
    internal static List<Tensor> Apply(FunctionPasses passes, object[] arguments)
    {
        var call = new FunctionCall(passes, arguments);
        IntPtr[] inputs = [.. arguments.Where(IsTensor).Select(argument => ((Tensor)argument).Handle)];
        IntPtr* handles;
        int count;
        fixed (IntPtr* given = inputs)
        fixed (FunctionCallbacks* table = &callbacks)
            Native.Check(Native.peft_function_apply(Hold(call), table, given, inputs.Length, &handles, &count));
        GC.KeepAlive(arguments);
        try
        {
            for (var i = 0; i < count; i++)
                call.results[i] = Wrapped(call.results[i], handles[i]);
            return call.results;
        }
        finally
        {
            Native.peft_free_array((IntPtr)handles);
            call.results = [];
        }
    }

    private static bool IsTensor(object? argument) => argument is Tensor { IsInvalid: false };

    /// <summary>libtorch writes the history into the tensor itself, so that the pass's own object serves; only an input that was passed on becomes a view.</summary>
    private static Tensor Wrapped(Tensor own, IntPtr handle)
    {
        if (own.Handle != handle)
            return new Tensor(handle);
        Native.peft_tensor_free(handle);
        return own;
    }

    private static IntPtr Hold(object target)
    {
        Interlocked.Increment(ref liveHandles);
        return GCHandle.ToIntPtr(GCHandle.Alloc(target));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Free(IntPtr handle)
    {
        GCHandle.FromIntPtr(handle).Free();
        Interlocked.Decrement(ref liveHandles);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static IntPtr Forward(IntPtr state, IntPtr nativeContext, IntPtr results)
    {
        try
        {
            var call = (FunctionCall)GCHandle.FromIntPtr(state).Target!;
            using var lent = call.context.Lend(nativeContext);
            call.results = [.. call.passes.Forward(call.context, call.arguments!)];
            call.arguments = null;
            foreach (var result in call.results)
                Native.peft_function_result(results, (result ?? throw new InvalidOperationException($"{call.passes.Name}: forward returned null among its tensors.")).Handle);
            return 0;
        }
        catch (Exception problem)
        {
            return Hold(problem);
        }
    }

    /// <summary>A scope of its own: what the pass makes is freed when it is done, but for the gradients, which libtorch then holds.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static IntPtr Backward(IntPtr state, IntPtr nativeContext, IntPtr* handles, int count, IntPtr results)
    {
        try
        {
            using var scope = NewDisposeScope();
            var given = new List<Tensor>(count);
            for (var i = 0; i < count; i++)
                given.Add(handles[i] == 0 ? null! : new Tensor(handles[i]));
            var call = (FunctionCall)GCHandle.FromIntPtr(state).Target!;
            using var lent = call.context.Lend(nativeContext);
            call.Give(call.passes.Backward(call.context, given), results);
            return 0;
        }
        catch (Exception problem)
        {
            return Hold(problem);
        }
    }

    /// <summary>A gradient for every argument, null for those that are no tensors, and for any that has none. Nulls behind them are allowed.</summary>
    private void Give(List<Tensor> gradients, IntPtr results)
    {
        if (gradients.Count < isTensor.Length || gradients.Skip(isTensor.Length).Any(IsTensor))
        {
            throw new InvalidOperationException(
                $"{passes.Name}: backward returned {gradients.Count} gradients for {isTensor.Length} arguments of forward; return one for each, null where there is none.");
        }
        for (var i = 0; i < isTensor.Length; i++)
        {
            if (isTensor[i])
                Native.peft_function_result(results, IsTensor(gradients[i]) ? gradients[i].Handle : 0);
            else if (IsTensor(gradients[i]))
                throw new InvalidOperationException($"{passes.Name}: backward returned a gradient for argument {i + 1}, which is no tensor; return null there.");
        }
    }
}
