using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace TorchSharp.Core;

/// <summary>An operator of libtorch, found by its schema name when first called.</summary>
[SkipLocalsInit]
internal sealed unsafe class Op(string name, string overload = "")
{
    private const int ScratchSlots = 64;
    private const int MaxResults = 8;
    private IntPtr _handle;

    /// <summary>The single tensor that the operator returns.</summary>
    internal torch.Tensor Call(params ReadOnlySpan<Arg> arguments)
    {
        var results = stackalloc Value[MaxResults];
        Invoke(arguments, results);
        return new(Expect(results[0], ValueTag.Tensor).Pointer);
    }

    /// <summary>The first tensor where others may follow that nobody wants.</summary>
    internal torch.Tensor CallFirst(params ReadOnlySpan<Arg> arguments)
    {
        var results = stackalloc Value[MaxResults];
        var count = Invoke(arguments, results);
        for (var i = 1; i < count; i++)
            Discard(results[i]);
        return new(Expect(results[0], ValueTag.Tensor).Pointer);
    }

    /// <summary>Two tensors.</summary>
    internal (torch.Tensor, torch.Tensor) Call2(params ReadOnlySpan<Arg> arguments)
    {
        var results = stackalloc Value[MaxResults];
        Invoke(arguments, results);
        return (new(Expect(results[0], ValueTag.Tensor).Pointer), new(Expect(results[1], ValueTag.Tensor).Pointer));
    }

    /// <summary>Three tensors.</summary>
    internal (torch.Tensor, torch.Tensor, torch.Tensor) Call3(params ReadOnlySpan<Arg> arguments)
    {
        var results = stackalloc Value[MaxResults];
        Invoke(arguments, results);
        return (new(Expect(results[0], ValueTag.Tensor).Pointer), new(Expect(results[1], ValueTag.Tensor).Pointer), new(Expect(results[2], ValueTag.Tensor).Pointer));
    }

    /// <summary>A list of tensors.</summary>
    internal torch.Tensor[] CallList(params ReadOnlySpan<Arg> arguments)
    {
        var results = stackalloc Value[MaxResults];
        Invoke(arguments, results);
        var list = Expect(results[0], ValueTag.TensorList);
        var tensors = new torch.Tensor[list.Length];
        for (var i = 0; i < tensors.Length; i++)
            tensors[i] = new(((IntPtr*)list.Pointer)[i]);
        Native.peft_free_array(list.Pointer);
        return tensors;
    }

    /// <summary>Changes <paramref name="self"/>, the first argument, and returns it: in-place operators make no second object.</summary>
    internal torch.Tensor InPlace(torch.Tensor self, params ReadOnlySpan<Arg> arguments)
    {
        var results = stackalloc Value[MaxResults];
        var count = Invoke(arguments, results);
        for (var i = 0; i < count; i++)
            Discard(results[i]);
        return self;
    }

    /// <summary>For an operator called for its effect.</summary>
    internal void Run(params ReadOnlySpan<Arg> arguments)
    {
        var results = stackalloc Value[MaxResults];
        var count = Invoke(arguments, results);
        for (var i = 0; i < count; i++)
            Discard(results[i]);
    }

    /// <summary>A number or a bool.</summary>
    internal Value CallScalar(params ReadOnlySpan<Arg> arguments)
    {
        var results = stackalloc Value[MaxResults];
        Invoke(arguments, results);
        return results[0];
    }

    private Value Expect(Value value, ValueTag tag) => value.Tag == tag
        ? value
        : throw new ExternalException($"{name}: expected a result of kind {tag}, but libtorch gave {value.Tag}.");

    private static void Discard(Value value)
    {
        if (value.Tag == ValueTag.Tensor)
            Native.peft_tensor_free(value.Pointer);
    }

    private IntPtr Find()
    {
        IntPtr found;
        Native.Check(Native.peft_op_find(name, overload, &found));
        return _handle = found;
    }

    private int Invoke(ReadOnlySpan<Arg> arguments, Value* results)
    {
        var handle = _handle != 0 ? _handle : Find();
        var values = stackalloc Value[arguments.Length];
        var scratch = stackalloc long[ScratchSlots];
        var needed = 0;
        foreach (ref readonly var argument in arguments)
            needed += SlotsOf(argument);
        var heap = needed > ScratchSlots ? (long*)NativeMemory.Alloc((nuint)needed, sizeof(long)) : null;
        try
        {
            LayOut(arguments, values, heap is null ? scratch : heap);
            var count = MaxResults;
            Native.Check(Native.peft_op_call(handle, values, arguments.Length, results, &count));
            foreach (ref readonly var argument in arguments)
                GC.KeepAlive(argument.Reference);
            return count;
        }
        finally
        {
            if (heap is not null)
                NativeMemory.Free(heap);
        }
    }

    private static int SlotsOf(in Arg argument) => argument.Tag switch
    {
        ValueTag.IntList or ValueTag.DoubleList or ValueTag.TensorList => ((Array)argument.Reference!).Length,
        ValueTag.String => Encoding.UTF8.GetMaxByteCount(((string)argument.Reference!).Length) / sizeof(long) + 1,
        _ => 0,
    };

    /// <summary>Writes the arguments as the shim reads them; what lists and strings hold is copied into the scratch space.</summary>
    private static void LayOut(ReadOnlySpan<Arg> arguments, Value* values, long* scratch)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            ref readonly var argument = ref arguments[i];
            var value = values + i;
            *value = new() { Tag = argument.Tag, Integer = argument.Bits };
            switch (argument.Tag)
            {
                case ValueTag.Tensor:
                    value->Pointer = Unsafe.As<torch.Tensor>(argument.Reference!).Handle;
                    break;
                case ValueTag.Generator:
                    value->Pointer = Unsafe.As<torch.Generator>(argument.Reference!).Handle;
                    break;
                case ValueTag.IntList or ValueTag.DoubleList or ValueTag.TensorList or ValueTag.String:
                    value->Pointer = (IntPtr)scratch;
                    value->Length = CopyList(argument.Reference!, scratch);
                    scratch += SlotsOf(argument);
                    break;
            }
        }
    }

    private static int CopyList(object list, long* target)
    {
        switch (list)
        {
            case long[] integers:
                integers.CopyTo(new Span<long>(target, integers.Length));
                return integers.Length;
            case double[] numbers:
                numbers.CopyTo(new Span<double>(target, numbers.Length));
                return numbers.Length;
            case string text:
                return Encoding.UTF8.GetBytes(text, new Span<byte>(target, Encoding.UTF8.GetMaxByteCount(text.Length)));
            default:
                var tensors = (torch.Tensor?[])list;
                for (var i = 0; i < tensors.Length; i++)
                    target[i] = tensors[i] is { } tensor ? tensor.Handle : 0;
                return tensors.Length;
        }
    }
}
