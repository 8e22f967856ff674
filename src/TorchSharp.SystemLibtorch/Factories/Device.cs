using System.Globalization;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Where a tensor is: a kind of device and, for all but the CPU, which one.</summary>
    public class Device
    {
        /// <summary>A device of that kind; index -1 is the current one.</summary>
        public Device(DeviceType deviceType, int index = -1)
        {
            type = deviceType;
            this.index = deviceType == DeviceType.CPU ? -1 : index;
        }

        /// <summary>A device of that name ("cpu", "cuda") and index.</summary>
        public Device(string deviceType, int index = -1)
            : this(Parse(deviceType), index)
        {
        }

        /// <summary>The CUDA device of that index.</summary>
        public Device(int index)
            : this(DeviceType.CUDA, index)
        {
        }

        /// <summary>A device from its description: "cpu", "cuda", "cuda:1".</summary>
        /// <exception cref="ArgumentException">The description names no device.</exception>
        public Device(string description)
        {
            var parts = description.Split(':');
            type = Parse(parts[0]);
            if (parts.Length > 2 || (parts.Length == 2 && !int.TryParse(parts[1], CultureInfo.InvariantCulture, out _)))
                throw new ArgumentException($"'{description}' is not a device: give 'cpu', 'cuda' or 'cuda:' and a number.", nameof(description));
            index = type == DeviceType.CPU || parts.Length == 1 ? -1 : int.Parse(parts[1], CultureInfo.InvariantCulture);
        }

        /// <summary>The kind of device.</summary>
        public DeviceType type { get; }

        /// <summary>Which one; -1 on the CPU and for the current device of its kind.</summary>
        public int index { get; }

        /// <summary>"cpu", "cuda", "cuda:1".</summary>
        public override string ToString()
        {
            var name = type.ToString().ToLowerInvariant();
            return index < 0 ? name : $"{name}:{index.ToString(CultureInfo.InvariantCulture)}";
        }

        /// <inheritdoc cref="Device(string)"/>
        public static implicit operator Device(string description) => new(description);

        internal long Pack() => ((long)index << 32) | (uint)type;

        internal static Device Unpack(long packed) => new((DeviceType)(packed & 0xff), (int)(packed >> 32));

        /// <summary>Whether a tensor there is already on this device; no index means any of its kind.</summary>
        internal bool Covers(Device other) => type == other.type && (index < 0 || index == other.index);

        private static DeviceType Parse(string name) => Enum.TryParse<DeviceType>(name, ignoreCase: true, out var type) && !char.IsAsciiDigit(name[0])
            ? type
            : throw new ArgumentException($"'{name}' is not a kind of device: known are {string.Join(", ", Enum.GetNames<DeviceType>()).ToLowerInvariant()}.", nameof(name));
    }
}
