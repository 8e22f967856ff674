using TorchSharp.Core;

namespace TorchSharp;

/// <summary>PyTorch's functions, under PyTorch's names.</summary>
public static partial class torch
{
    /// <summary>A multi-dimensional array of one element type on one device, with the record of how it was computed where gradients are wanted.</summary>
    public partial class Tensor : IDisposable
    {
        private static long liveCount;
        private static long peakCount;

        private IntPtr handle;
        private HandleGuard? guard;

        /// <summary>Owns the handle from now on; the tensor joins the thread's innermost dispose scope.</summary>
        internal Tensor(IntPtr handle)
        {
            this.handle = handle;
            CountOne();
            DisposeScopeManager.Current.Register(this);
        }

        /// <summary>Takes the place of another tensor, which becomes invalid: its handle, its scope.</summary>
        private protected Tensor(Tensor predecessor)
        {
            handle = predecessor.Handle;
            guard = predecessor.guard;
            predecessor.handle = 0;
            predecessor.guard = null;
            predecessor.OwningDisposeScope?.Replace(predecessor, this);
        }

        /// <summary>Tensor objects that hold a native tensor now.</summary>
        public static long TotalCount => Interlocked.Read(ref liveCount);

        /// <summary>The most that <see cref="TotalCount"/> has been.</summary>
        public static long PeakCount => Interlocked.Read(ref peakCount);

        /// <summary>The native tensor.</summary>
        /// <exception cref="ObjectDisposedException">The tensor was disposed, or became a parameter.</exception>
        public IntPtr Handle => handle != 0
            ? handle
            : throw new ObjectDisposedException(GetType().Name, "The tensor was disposed (by itself or by its dispose scope), or it became a Parameter.");

        /// <summary>Whether the native tensor is gone.</summary>
        public bool IsInvalid => handle == 0;

        /// <summary>The scope that will dispose the tensor.</summary>
        internal DisposeScope? OwningDisposeScope { get; set; }

        /// <summary>The tensor's place in its scope.</summary>
        internal int ScopeSlot { get; set; }

        /// <summary>A tensor object that takes over a native handle.</summary>
        public static Tensor UnsafeCreateTensor(IntPtr handle) => new(handle);

        /// <summary>Gives the native handle away: the tensor becomes invalid and the caller must free the handle.</summary>
        public IntPtr DecoupleFromNativeHandle()
        {
            var given = Handle;
            OwningDisposeScope?.MarkAsDisposed(this);
            Forget();
            return given;
        }

        /// <summary>Moves the tensor into the scope around its own; into none where there is none.</summary>
        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        /// <summary>Takes the tensor out of every scope: whoever holds it must dispose it.</summary>
        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        /// <summary>Moves the tensor into another scope.</summary>
        public Tensor MoveToOtherDisposeScope(DisposeScope other)
        {
            if (OwningDisposeScope is { } own)
                own.MoveToOther(other, this);
            else
                other.Attach(this);
            return this;
        }

        /// <summary>Moves the tensor into the scope of another tensor; out of every scope if that is in none.</summary>
        public Tensor MoveToOtherDisposeScope(Tensor other) =>
            other.OwningDisposeScope is { } scope ? MoveToOtherDisposeScope(scope) : DetachFromDisposeScope();

        /// <summary>Frees the native tensor.</summary>
        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        /// <summary>Frees the native tensor and tells its scope.</summary>
        protected virtual void Dispose(bool disposing)
        {
            if (handle == 0)
                return;
            if (disposing)
            {
                if (OwningDisposeScope is { } scope)
                    scope.MarkAsDisposed(this);
                else
                    DisposeScopeManager.Statistics.TensorStatistics.DisposedOutsideScopeCount++;
            }
            FreeHandle();
        }

        /// <summary>Frees the native tensor and tells nobody.</summary>
        internal void FreeHandle()
        {
            if (handle == 0)
                return;
            Native.peft_tensor_free(handle);
            Forget();
        }

        /// <summary>Has the garbage collector free the native tensor if nobody else does: from now on no scope will.</summary>
        internal void Guard() => guard ??= new(handle);

        /// <summary>A second object on the same native tensor: the same values, gradient and graph.</summary>
        internal Tensor Share()
        {
            var shared = new Tensor(Native.peft_tensor_share(Handle));
            GC.KeepAlive(this);
            return shared;
        }

        private void Forget()
        {
            handle = 0;
            Interlocked.Decrement(ref liveCount);
            if (guard is null)
                return;
            GC.SuppressFinalize(guard);
            guard = null;
        }

        private static void CountOne()
        {
            var live = Interlocked.Increment(ref liveCount);
            if (live > Volatile.Read(ref peakCount))
                Interlocked.Exchange(ref peakCount, live);
        }

        /// <summary>
        /// Frees the native tensor of an object that nobody disposed. Only tensors outside scopes have one: an object with a finaliser costs more than a small
        /// operator's overhead, and a scope disposes its tensors anyway.
        /// </summary>
        private sealed class HandleGuard(IntPtr handle)
        {
            ~HandleGuard()
            {
                Native.peft_tensor_free(handle);
                Interlocked.Decrement(ref liveCount);
            }
        }
    }
}
