namespace TorchSharp;

/// <summary>C#'s types for libtorch's element types.</summary>
internal static class Elements
{
    private static readonly Dictionary<Type, torch.ScalarType> Types = new()
    {
        [typeof(byte)] = torch.ScalarType.Byte,
        [typeof(sbyte)] = torch.ScalarType.Int8,
        [typeof(short)] = torch.ScalarType.Int16,
        [typeof(int)] = torch.ScalarType.Int32,
        [typeof(long)] = torch.ScalarType.Int64,
        [typeof(Half)] = torch.ScalarType.Float16,
        [typeof(float)] = torch.ScalarType.Float32,
        [typeof(double)] = torch.ScalarType.Float64,
        [typeof(bool)] = torch.ScalarType.Bool,
    };

    /// <summary>The element type that a C# type is.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    internal static torch.ScalarType TypeOf<T>() => TypeOf(typeof(T));

    /// <inheritdoc cref="TypeOf{T}"/>
    internal static torch.ScalarType TypeOf(Type type) => Types.TryGetValue(type, out var found)
        ? found
        : throw new ArgumentException($"{type.Name} is not the type of a tensor's elements: known are {string.Join(", ", Types.Keys.Select(t => t.Name))}.");
}
