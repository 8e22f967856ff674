using TorchSharp.Core;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A source of random numbers with its own state.</summary>
    public unsafe class Generator : IDisposable
    {
        private IntPtr handle;

        /// <summary>A generator of its own, started from the seed.</summary>
        public Generator(ulong seed = 0, Device? device = null)
        {
            this.device = device ?? CPU;
            IntPtr made;
            Native.Check(Native.peft_generator_new(seed, (int)this.device.type, this.device.index, &made));
            handle = made;
        }

        private Generator(IntPtr handle, Device device)
        {
            this.handle = handle;
            this.device = device;
        }

        /// <summary>Frees the native generator of an object that was never disposed.</summary>
        ~Generator() => Dispose(false);

        /// <summary>The CPU's default generator, which <see cref="torch.manual_seed(long)"/> seeds.</summary>
        public static Generator Default => DefaultOf(CPU);

        /// <summary>The native generator.</summary>
        /// <exception cref="ObjectDisposedException">It was disposed.</exception>
        public IntPtr Handle => handle != 0 ? handle : throw new ObjectDisposedException(nameof(Generator));

        /// <summary>Where it makes its numbers.</summary>
        public Device device { get; }

        /// <summary>Starts again from the seed.</summary>
        public Generator manual_seed(long seed)
        {
            Native.Check(Native.peft_generator_set_seed(Handle, unchecked((ulong)seed)));
            return this;
        }

        /// <summary>Starts again from a seed of the machine's own randomness, and returns it.</summary>
        public long seed()
        {
            ulong drawn;
            Native.Check(Native.peft_generator_reseed(Handle, &drawn));
            return unchecked((long)drawn);
        }

        /// <summary>The seed that it was started from.</summary>
        public long initial_seed() => unchecked((long)Native.peft_generator_current_seed(Handle));

        /// <summary>The whole state, a tensor of bytes.</summary>
        public Tensor get_state()
        {
            IntPtr state;
            Native.Check(Native.peft_generator_get_state(Handle, &state));
            return new(state);
        }

        /// <summary>Continues from a state that <see cref="get_state"/> gave.</summary>
        public void set_state(Tensor value)
        {
            Native.Check(Native.peft_generator_set_state(Handle, value.Handle));
            GC.KeepAlive(value);
        }

        /// <summary>A device's default generator.</summary>
        internal static Generator DefaultOf(Device device)
        {
            IntPtr found;
            Native.Check(Native.peft_generator_default((int)device.type, device.index, &found));
            return new(found, device);
        }

        /// <summary>Frees the native generator.</summary>
        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        /// <summary>Frees the native generator.</summary>
        protected virtual void Dispose(bool disposing)
        {
            if (handle != 0)
                Native.peft_generator_free(handle);
            handle = 0;
        }
    }
}
