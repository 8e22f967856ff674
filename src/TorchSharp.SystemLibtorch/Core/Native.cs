using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace TorchSharp.Core;

/// <summary>The shim's C functions. Those that only read a field keep the thread in its state (no GC transition).</summary>
internal static unsafe partial class Native
{
    private const string Library = "peft_torch";

    static Native() => NativeLibrary.SetDllImportResolver(typeof(Native).Assembly, Resolve);

    /// <summary>The file that is loaded: PEFT_TORCH_SHIM, or libpeft_torch.so beside this assembly.</summary>
    internal static string ShimPath => Environment.GetEnvironmentVariable("PEFT_TORCH_SHIM") is { Length: > 0 } given
        ? given
        : Path.Combine(Path.GetDirectoryName(typeof(Native).Assembly.Location) is { Length: > 0 } folder ? folder : AppContext.BaseDirectory, "libpeft_torch.so");

    /// <summary>Turns the shim's error code into an exception with libtorch's message, or into our own code's exception if that is what crossed libtorch.</summary>
    internal static void Check(int code)
    {
        if (code == 0)
            return;
        var own = peft_last_exception();
        if (own == 0)
            throw new ExternalException(Marshal.PtrToStringUTF8(peft_last_error()));
        var problem = (Exception)GCHandle.FromIntPtr(own).Target!;
        peft_forget_exception();
        ExceptionDispatchInfo.Throw(problem);
    }

    private static IntPtr Resolve(string library, Assembly assembly, DllImportSearchPath? path)
    {
        if (library != Library)
            return IntPtr.Zero;
        try
        {
            Blas.Prepare();
            return NativeLibrary.Load(ShimPath);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new DllNotFoundException(
                $"The shim over libtorch cannot be loaded from {ShimPath}: {e.Message} "
                + "Install libtorch and a C++ compiler (on Debian: apt-get install libtorch-dev cmake g++) or set TORCH_DIR to an installed PyTorch's folder, "
                + "then run build/native.sh and build again; or set PEFT_TORCH_SHIM to a built libpeft_torch.so.",
                e);
        }
    }

    [LibraryImport(Library)] internal static partial IntPtr peft_last_error();
    [LibraryImport(Library)] internal static partial IntPtr peft_last_exception();
    [LibraryImport(Library)] internal static partial void peft_forget_exception();
    [LibraryImport(Library)] internal static partial IntPtr peft_version();
    [LibraryImport(Library)] internal static partial IntPtr peft_config();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] internal static partial int peft_op_find(string name, string overload, IntPtr* op);
    [LibraryImport(Library)] internal static partial int peft_op_call(IntPtr op, Value* arguments, int given, Value* results, int* returned);
    [LibraryImport(Library)] internal static partial void peft_free_array(IntPtr array);

    [LibraryImport(Library), SuppressGCTransition] internal static partial long peft_live_tensors();
    [LibraryImport(Library)] internal static partial void peft_tensor_free(IntPtr tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial IntPtr peft_tensor_share(IntPtr tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial long peft_tensor_dim(IntPtr tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial long peft_tensor_numel(IntPtr tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial long* peft_tensor_sizes(IntPtr tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial long* peft_tensor_strides(IntPtr tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial long peft_tensor_storage_offset(IntPtr tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int peft_tensor_dtype(IntPtr tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial long peft_tensor_device(IntPtr tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int peft_tensor_is_contiguous(IntPtr tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int peft_tensor_requires_grad(IntPtr tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int peft_tensor_is_leaf(IntPtr tensor);
    [LibraryImport(Library)] internal static partial int peft_tensor_data(IntPtr tensor, IntPtr* data);
    [LibraryImport(Library)] internal static partial int peft_tensor_set_requires_grad(IntPtr tensor, int value);
    [LibraryImport(Library)] internal static partial int peft_tensor_retain_grad(IntPtr tensor);
    [LibraryImport(Library)] internal static partial int peft_tensor_grad(IntPtr tensor, IntPtr* grad);
    [LibraryImport(Library)] internal static partial int peft_tensor_set_grad(IntPtr tensor, IntPtr grad);

    [LibraryImport(Library), SuppressGCTransition] internal static partial int peft_grad_enabled();
    [LibraryImport(Library), SuppressGCTransition] internal static partial void peft_set_grad_enabled(int enabled);
    [LibraryImport(Library)] internal static partial int peft_backward(IntPtr* tensors, IntPtr* grads, int count, IntPtr* inputs, int inputCount, int retainGraph, int createGraph);
    [LibraryImport(Library)]
    internal static partial int peft_grad(
        IntPtr* outputs, IntPtr* grads, int count, IntPtr* inputs, int inputCount, int retainGraph, int createGraph, int allowUnused, IntPtr* results);

    [LibraryImport(Library)]
    internal static partial int peft_function_apply(IntPtr state, FunctionCallbacks* callbacks, IntPtr* inputs, int count, IntPtr** results, int* returned);
    [LibraryImport(Library)] internal static partial void peft_function_result(IntPtr results, IntPtr tensor);
    [LibraryImport(Library)] internal static partial int peft_context_save(IntPtr context, IntPtr* tensors, int count);
    [LibraryImport(Library)] internal static partial int peft_context_mark_dirty(IntPtr context, IntPtr* tensors, int count);
    [LibraryImport(Library)] internal static partial int peft_context_mark_non_differentiable(IntPtr context, IntPtr* tensors, int count);
    [LibraryImport(Library)] internal static partial void peft_context_materialize(IntPtr context, int value);
    [LibraryImport(Library)] internal static partial int peft_context_saved(IntPtr context, IntPtr** results, int* returned);

    [LibraryImport(Library)] internal static partial int peft_manual_seed(ulong seed);
    [LibraryImport(Library)] internal static partial int peft_generator_default(int deviceType, int deviceIndex, IntPtr* generator);
    [LibraryImport(Library)] internal static partial int peft_generator_new(ulong seed, int deviceType, int deviceIndex, IntPtr* generator);
    [LibraryImport(Library)] internal static partial void peft_generator_free(IntPtr generator);
    [LibraryImport(Library)] internal static partial int peft_generator_set_seed(IntPtr generator, ulong seed);
    [LibraryImport(Library)] internal static partial int peft_generator_reseed(IntPtr generator, ulong* seed);
    [LibraryImport(Library)] internal static partial ulong peft_generator_current_seed(IntPtr generator);
    [LibraryImport(Library)] internal static partial int peft_generator_get_state(IntPtr generator, IntPtr* state);
    [LibraryImport(Library)] internal static partial int peft_generator_set_state(IntPtr generator, IntPtr state);

    [LibraryImport(Library)] internal static partial void peft_release_kept_memory();
    [LibraryImport(Library)] internal static partial int peft_get_num_threads();
    [LibraryImport(Library)] internal static partial int peft_get_num_interop_threads();
    [LibraryImport(Library)] internal static partial int peft_set_num_threads(int count);
    [LibraryImport(Library)] internal static partial int peft_set_num_interop_threads(int count);
    [LibraryImport(Library)] internal static partial int peft_cuda_device_count();
    [LibraryImport(Library)] internal static partial int peft_cuda_synchronize(int index);
    [LibraryImport(Library)] internal static partial int peft_cuda_memory(int index, long* current, long* peak);
    [LibraryImport(Library)] internal static partial int peft_cuda_reset_peak(int index);
}
