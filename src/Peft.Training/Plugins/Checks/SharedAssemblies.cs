using System.Reflection;
using TorchSharp;

namespace Peft.Training;

/// <summary>
/// The assemblies that host and plugins have in common, so that a type named on both sides is one type: the contract and TorchSharp. Every
/// other library that a plugin brings is its own.
/// </summary>
internal static class SharedAssemblies
{
    public static Assembly Contract { get; } = typeof(AdaptationMethod).Assembly;

    public static Assembly Torch { get; } = typeof(torch).Assembly;

    public static string ContractName { get; } = Contract.GetName().Name!;

    public static string TorchName { get; } = Torch.GetName().Name!;

    /// <summary>The shared assembly of a name, or null.</summary>
    public static Assembly? Find(string? name) => name == ContractName ? Contract : name == TorchName ? Torch : null;
}
