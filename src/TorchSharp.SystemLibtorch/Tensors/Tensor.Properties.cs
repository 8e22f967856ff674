using TorchSharp.Core;

namespace TorchSharp;

public static unsafe partial class torch
{
    public partial class Tensor
    {
        /// <summary>The number of dimensions.</summary>
        public long ndim => Dimensions;

        /// <summary>The number of dimensions.</summary>
        public long Dimensions => Native.peft_tensor_dim(Handle);

        /// <summary>The number of elements.</summary>
        public long NumberOfElements => Native.peft_tensor_numel(Handle);

        /// <summary>Bytes per element.</summary>
        public long ElementSize => dtype.ElementSize();

        /// <summary>The element type.</summary>
        public ScalarType dtype => (ScalarType)Native.peft_tensor_dtype(Handle);

        /// <summary>Where the tensor is.</summary>
        public Device device => Device.Unpack(Native.peft_tensor_device(Handle));

        /// <summary>The kind of device the tensor is on.</summary>
        public DeviceType device_type => (DeviceType)(Native.peft_tensor_device(Handle) & 0xff);

        /// <summary>Which device of its kind; -1 on the CPU.</summary>
        public int device_index => device.index;

        /// <summary>Whether the tensor is on a CUDA device.</summary>
        public bool is_cuda => device_type == DeviceType.CUDA;

        /// <summary>Whether the tensor has a shape but no data.</summary>
        public bool is_meta => device_type == DeviceType.META;

        /// <summary>The size of each dimension.</summary>
        public long[] shape => new ReadOnlySpan<long>(Native.peft_tensor_sizes(Handle), (int)Dimensions).ToArray();

        /// <summary>The transpose: dimensions in reverse order.</summary>
        public Tensor T => Ops.numpy_T.Call(this);

        /// <summary>The transpose of the last two dimensions.</summary>
        public Tensor mT => Ops.mT.Call(this);

        /// <summary>The number of dimensions.</summary>
        public long dim() => Dimensions;

        /// <summary>The size of each dimension.</summary>
        public long[] size() => shape;

        /// <summary>The size of one dimension; negative counts from the last.</summary>
        /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
        public long size(int dim) => Native.peft_tensor_sizes(Handle)[Wrap(dim)];

        /// <summary>The number of elements.</summary>
        public long numel() => NumberOfElements;

        /// <summary>Bytes per element.</summary>
        public long element_size() => ElementSize;

        /// <summary>For each dimension, how many elements apart two neighbours are.</summary>
        public long[] stride() => new ReadOnlySpan<long>(Native.peft_tensor_strides(Handle), (int)Dimensions).ToArray();

        /// <summary>How many elements apart two neighbours in one dimension are.</summary>
        /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
        public long stride(int dim) => Native.peft_tensor_strides(Handle)[Wrap(dim)];

        /// <summary>Where in its storage the tensor starts, in elements.</summary>
        public long storage_offset() => Native.peft_tensor_storage_offset(Handle);

        /// <summary>Whether the elements lie one after the other, the last dimension fastest.</summary>
        public bool is_contiguous() => Native.peft_tensor_is_contiguous(Handle) != 0;

        /// <summary>Whether the tensor is on the CPU.</summary>
        public bool is_cpu() => device_type == DeviceType.CPU;

        /// <summary>Whether the elements are real numbers.</summary>
        public bool is_floating_point() => torch.is_floating_point(dtype);

        /// <summary>Whether the elements are whole numbers.</summary>
        public bool is_integral() => torch.is_integral(dtype);

        /// <summary>Whether the elements are complex numbers.</summary>
        public bool is_complex() => torch.is_complex(dtype);

        private int Wrap(int dim)
        {
            var count = (int)Dimensions;
            return dim >= -count && dim < count
                ? dim < 0 ? dim + count : dim
                : throw new ArgumentOutOfRangeException(nameof(dim), dim, $"The tensor has {count} dimensions.");
        }
    }
}
