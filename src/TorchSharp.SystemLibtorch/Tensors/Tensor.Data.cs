using System.Globalization;
using TorchSharp.Core;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public unsafe partial class Tensor
    {
        /// <summary>The memory of a contiguous tensor on the CPU. Setting copies bytes into it.</summary>
        /// <exception cref="InvalidOperationException">The tensor is not contiguous or not on the CPU, or the number of bytes is another.</exception>
        public Span<byte> bytes
        {
            get
            {
                if (!is_contiguous())
                    throw new InvalidOperationException("The bytes of a tensor that is not contiguous cannot be had: call contiguous() first.");
                return new((void*)DataPointer(), checked((int)(NumberOfElements * ElementSize)));
            }
            set
            {
                var target = bytes;
                if (value.Length != target.Length)
                    throw new InvalidOperationException($"The tensor has {target.Length} bytes, but {value.Length} were given.");
                value.CopyTo(target);
                GC.KeepAlive(this);
            }
        }

        /// <summary>The elements of a tensor on the CPU, readable and writable.</summary>
        /// <exception cref="ArgumentException">The elements are of another type.</exception>
        /// <exception cref="InvalidOperationException">The tensor is not on the CPU.</exception>
        public TensorAccessor<T> data<T>()
            where T : unmanaged
        {
            RequireElement<T>();
            return new(this);
        }

        /// <summary>The only element.</summary>
        /// <exception cref="ArgumentException">There is not exactly one element, or it is of another type.</exception>
        public T item<T>()
            where T : unmanaged
        {
            if (NumberOfElements != 1)
                throw new ArgumentException($"item() needs a tensor of one element, but this one has {NumberOfElements}.");
            RequireElement<T>();
            using var here = is_cpu() ? null : cpu().DetachFromDisposeScope();
            return *(T*)(here ?? this).DataPointer();
        }

        /// <summary>The only element as a scalar.</summary>
        public Scalar ToScalar() => Scalar.From(Ops.item.CallScalar(this));

        /// <summary>Shape, element type and device; the value too where there is no dimension.</summary>
        public override string ToString()
        {
            if (IsInvalid)
                return "(disposed tensor)";
            var text = $"[{string.Join('x', shape)}], type = {dtype}, device = {device}";
            return Dimensions > 0 || is_meta ? text : $"{text}, value = {Convert.ToString(ValueOf(ToScalar()), CultureInfo.InvariantCulture)}";
        }

        /// <summary>The address of the first element, on the CPU.</summary>
        internal IntPtr DataPointer()
        {
            if (!is_cpu())
                throw new InvalidOperationException($"The elements of a tensor on {device} cannot be read here: call cpu() first.");
            IntPtr pointer;
            Native.Check(Native.peft_tensor_data(Handle, &pointer));
            return pointer;
        }

        private static object ValueOf(Scalar scalar) => scalar.Type switch
        {
            ScalarType.Bool => scalar.ToBoolean(),
            ScalarType.Int64 => scalar.ToInt64(),
            _ => scalar.ToDouble(),
        };

        private void RequireElement<T>()
            where T : unmanaged
        {
            if (Elements.TypeOf<T>() != dtype)
                throw new ArgumentException($"The tensor's elements are {dtype}, not {typeof(T).Name}: convert it first.");
        }
    }
}
