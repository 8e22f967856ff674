namespace TorchSharp;

/// <summary>Moves and conversions that return the module itself. Parameters stay the same objects, with new storage; only real numbers change type.</summary>
public static class ModuleExtensionMethods
{
    /// <summary>Moves the module to a device.</summary>
    public static T to<T>(this T module, torch.Device device, bool non_blocking = false)
        where T : torch.nn.Module
        => Move(module, null, device, non_blocking);

    /// <summary>Moves the module to a kind of device.</summary>
    public static T to<T>(this T module, DeviceType deviceType, int deviceIndex = -1, bool non_blocking = false)
        where T : torch.nn.Module
        => Move(module, null, new torch.Device(deviceType, deviceIndex), non_blocking);

    /// <summary>Moves the module to a device.</summary>
    public static T to<T>(this T module, string device, bool non_blocking = false)
        where T : torch.nn.Module
        => Move(module, null, new torch.Device(device), non_blocking);

    /// <summary>Converts the module to an element type.</summary>
    public static T to<T>(this T module, torch.ScalarType type, bool non_blocking = false)
        where T : torch.nn.Module
        => Move(module, type, null, non_blocking);

    /// <summary>Moves the module to a device and converts it to an element type.</summary>
    public static T to<T>(this T module, torch.Device device, torch.ScalarType type, bool non_blocking = false)
        where T : torch.nn.Module
        => Move(module, type, device, non_blocking);

    /// <summary>Moves and converts the module to where and what a tensor is.</summary>
    public static T to<T>(this T module, torch.Tensor other, bool non_blocking = false)
        where T : torch.nn.Module
        => Move(module, other.dtype, other.device, non_blocking);

    /// <summary>Moves the module to the CPU.</summary>
    public static T cpu<T>(this T module, bool non_blocking = false)
        where T : torch.nn.Module
        => Move(module, null, torch.CPU, non_blocking);

    /// <summary>Moves the module to a CUDA device.</summary>
    public static T cuda<T>(this T module, int deviceIndex = -1, bool non_blocking = false)
        where T : torch.nn.Module
        => Move(module, null, new torch.Device(DeviceType.CUDA, deviceIndex), non_blocking);

    /// <summary>Converts the module to half precision.</summary>
    public static T half<T>(this T module, bool non_blocking = false)
        where T : torch.nn.Module
        => Move(module, torch.ScalarType.Float16, null, non_blocking);

    /// <summary>Converts the module to bfloat16.</summary>
    public static T bfloat16<T>(this T module, bool non_blocking = false)
        where T : torch.nn.Module
        => Move(module, torch.ScalarType.BFloat16, null, non_blocking);

    /// <summary>Converts the module to single precision.</summary>
    public static T @float<T>(this T module, bool non_blocking = false)
        where T : torch.nn.Module
        => Move(module, torch.ScalarType.Float32, null, non_blocking);

    /// <summary>Converts the module to double precision.</summary>
    public static T @double<T>(this T module, bool non_blocking = false)
        where T : torch.nn.Module
        => Move(module, torch.ScalarType.Float64, null, non_blocking);

    private static T Move<T>(T module, torch.ScalarType? type, torch.Device? device, bool nonBlocking)
        where T : torch.nn.Module
    {
        module.Move(type, device, nonBlocking);
        return module;
    }
}
