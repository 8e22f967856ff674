using TorchSharp.Core;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The tensor with that element type; itself where it has it already.</summary>
        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to_type(type, copy, disposeAfter, non_blocking);

        /// <summary>The tensor with that element type; itself where it has it already.</summary>
        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            !copy && type == dtype ? this : DisposeAfter(Ops.to_dtype.Call(this, type, non_blocking, copy), disposeAfter);

        /// <summary>The tensor on that device; itself where it is there already.</summary>
        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(dtype, device, copy, disposeAfter, non_blocking);

        /// <summary>The tensor on that kind of device; itself where it is there already.</summary>
        public Tensor to(DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(deviceType, deviceIndex), copy, disposeAfter, non_blocking);

        /// <summary>The tensor on that device; itself where it is there already.</summary>
        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(device), copy, disposeAfter, non_blocking);

        /// <summary>The tensor with that element type on that device; itself where nothing changes.</summary>
        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            !copy && type == dtype && device.Covers(this.device) ? this : DisposeAfter(Ops.to_device.Call(this, device, type, non_blocking, copy), disposeAfter);

        /// <summary>The tensor with the element type and device of another.</summary>
        public Tensor to(Tensor other, bool non_blocking = false) => to(other.dtype, other.device, non_blocking: non_blocking);

        /// <summary>The tensor with that element type.</summary>
        public Tensor type(ScalarType dtype) => to_type(dtype);

        /// <summary>The tensor with the element type of another.</summary>
        public Tensor type_as(Tensor tensor) => to_type(tensor.dtype);

        /// <summary>The tensor on the CPU; itself where it is there already.</summary>
        public Tensor cpu() => to(CPU);

        /// <summary>The tensor on a CUDA device; itself where it is there already.</summary>
        public Tensor cuda(Device? device = null, bool non_blocking = false) => to(device ?? CUDA, non_blocking: non_blocking);

        /// <summary>The tensor as bools.</summary>
        public Tensor @bool() => to_type(ScalarType.Bool);

        /// <summary>The tensor as unsigned bytes.</summary>
        public Tensor @byte() => to_type(ScalarType.Byte);

        /// <summary>The tensor as signed bytes.</summary>
        public Tensor @char() => to_type(ScalarType.Int8);

        /// <summary>The tensor as 16-bit integers.</summary>
        public Tensor @short() => to_type(ScalarType.Int16);

        /// <summary>The tensor as 32-bit integers.</summary>
        public Tensor @int() => to_type(ScalarType.Int32);

        /// <summary>The tensor as 64-bit integers.</summary>
        public Tensor @long() => to_type(ScalarType.Int64);

        /// <summary>The tensor in IEEE half precision.</summary>
        public Tensor half() => to_type(ScalarType.Float16);

        /// <summary>The tensor in bfloat16.</summary>
        public Tensor bfloat16() => to_type(ScalarType.BFloat16);

        /// <summary>The tensor in single precision.</summary>
        public Tensor @float() => to_type(ScalarType.Float32);

        /// <summary>The tensor in double precision.</summary>
        public Tensor @double() => to_type(ScalarType.Float64);

        private Tensor DisposeAfter(Tensor result, bool dispose)
        {
            if (dispose)
                Dispose();
            return result;
        }
    }
}
