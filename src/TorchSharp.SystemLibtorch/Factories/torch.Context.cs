using TorchSharp.Core;

namespace TorchSharp;

/// <content>Devices, threads, gradient mode, scopes and seeds.</content>
public static partial class torch
{
    /// <summary>The processor.</summary>
    public static Device CPU = new(DeviceType.CPU);

    /// <summary>The current CUDA device.</summary>
    public static Device CUDA => new(DeviceType.CUDA);

    /// <summary>The version of libtorch.</summary>
    public static string __version__ => SystemLibtorch.Version;

    /// <summary>The thread's innermost dispose scope.</summary>
    public static DisposeScope? CurrentDisposeScope => DisposeScopeManager.Current.Innermost;

    /// <summary>Opens a dispose scope: tensors that this thread makes belong to it until it is disposed.</summary>
    public static DisposeScope NewDisposeScope() => DisposeScopeManager.Current.Open();

    /// <inheritdoc cref="Device(string)"/>
    public static Device device(string description) => new(description);

    /// <inheritdoc cref="Device(string, int)"/>
    public static Device device(string deviceType, int index = -1) => new(deviceType, index);

    /// <inheritdoc cref="Device(DeviceType, int)"/>
    public static Device device(DeviceType deviceType, int index = -1) => new(deviceType, index);

    /// <inheritdoc cref="Device(int)"/>
    public static Device device(int index) => new(index);

    /// <summary>Whether this thread records operations for gradients.</summary>
    public static bool is_grad_enabled() => Native.peft_grad_enabled() != 0;

    /// <summary>Records nothing until the result is disposed.</summary>
    public static IDisposable no_grad() => new GradMode(false);

    /// <summary>Records, or not, until the result is disposed.</summary>
    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    /// <summary>Records, or not, from now on; disposing the result goes back.</summary>
    public static IDisposable set_grad_enabled(bool mode = true) => new GradMode(mode);

    /// <summary>The threads that operators use.</summary>
    public static int get_num_threads() => Native.peft_get_num_threads();

    /// <summary>Sets the threads that operators use.</summary>
    public static void set_num_threads(int num) => Native.Check(Native.peft_set_num_threads(num));

    /// <summary>The threads that run operators side by side.</summary>
    public static int get_num_interop_threads() => Native.peft_get_num_interop_threads();

    /// <summary>Sets the threads that run operators side by side; only before the first use.</summary>
    public static void set_num_interop_threads(int num) => Native.Check(Native.peft_set_num_interop_threads(num));

    /// <summary>Whether there is a CUDA device.</summary>
    public static bool cuda_is_available() => cuda.is_available();

    /// <summary>Seeds the default generators of every device.</summary>
    public static Generator manual_seed(long seed) => random.manual_seed(seed);

    /// <summary>Seeds the default generators from the machine's own randomness and returns the seed.</summary>
    public static long seed() => random.seed();

    /// <summary>The seed that the CPU's default generator was started from.</summary>
    public static long initial_seed() => random.initial_seed();

    /// <summary>The state of the CPU's default generator.</summary>
    public static Tensor get_rng_state() => random.get_rng_state();

    /// <summary>Sets the state of the CPU's default generator.</summary>
    public static void set_rng_state(Tensor new_state) => random.set_rng_state(new_state);

    /// <summary>The default generators.</summary>
    public static partial class random
    {
        /// <summary>Seeds the default generators of every device.</summary>
        public static Generator manual_seed(long seed)
        {
            Native.Check(Native.peft_manual_seed(unchecked((ulong)seed)));
            return Generator.Default;
        }

        /// <summary>Seeds the default generators from the machine's own randomness and returns the seed.</summary>
        public static long seed()
        {
            var drawn = Random.Shared.NextInt64();
            manual_seed(drawn).Dispose();
            return drawn;
        }

        /// <summary>The seed that the CPU's default generator was started from.</summary>
        public static long initial_seed()
        {
            using var generator = Generator.Default;
            return generator.initial_seed();
        }

        /// <summary>The state of the CPU's default generator.</summary>
        public static Tensor get_rng_state()
        {
            using var generator = Generator.Default;
            return generator.get_state();
        }

        /// <summary>Sets the state of the CPU's default generator.</summary>
        public static void set_rng_state(Tensor new_state)
        {
            using var generator = Generator.Default;
            generator.set_state(new_state);
        }
    }

    /// <summary>CUDA devices.</summary>
    public static partial class cuda
    {
        /// <summary>Whether there is a CUDA device.</summary>
        public static bool is_available() => device_count() > 0;

        /// <summary>How many CUDA devices there are.</summary>
        public static int device_count() => Native.peft_cuda_device_count();

        /// <summary>Waits for all work on the device.</summary>
        public static void synchronize(Device? device = null) => Native.Check(Native.peft_cuda_synchronize(device?.index ?? -1));

        /// <summary>Seeds the CUDA generators, with all others.</summary>
        public static void manual_seed(long seed) => random.manual_seed(seed).Dispose();

        /// <summary>Seeds the CUDA generators, with all others.</summary>
        public static void manual_seed_all(long seed) => random.manual_seed(seed).Dispose();
    }

    private sealed class GradMode : IDisposable
    {
        private readonly bool previous = is_grad_enabled();

        internal GradMode(bool enabled) => Native.peft_set_grad_enabled(enabled ? 1 : 0);

        public void Dispose() => Native.peft_set_grad_enabled(previous ? 1 : 0);
    }
}
