using System.Reflection;
using Peft.Data;
using Peft.Models;
using TorchSharp;

namespace Peft.Training;

/// <summary>
/// The assemblies that host and plugins have in common, so that a type named on both sides is one type: the contract, TorchSharp and, for
/// plugins with tasks, Peft's own libraries. Every other library that a plugin brings is its own.
/// </summary>
internal static class SharedAssemblies
{
    public static Assembly Contract { get; } = typeof(AdaptationMethod).Assembly;

    public static Assembly Torch { get; } = typeof(torch).Assembly;

    /// <summary>Peft's libraries, which a task's author references.</summary>
    public static IReadOnlyList<Type> LibraryTypes { get; } =
        [typeof(PeftModel), typeof(ITokenizer), typeof(Pretrained), typeof(IFineTuningTask)];

    public static string ContractName { get; } = Contract.GetName().Name!;

    public static string TorchName { get; } = Torch.GetName().Name!;

    /// <summary>The shared assembly of a name, or null.</summary>
    public static Assembly? Find(string? name) =>
        name == ContractName ? Contract : name == TorchName ? Torch : Library(name);

    /// <summary>The library of Peft of a name, or null.</summary>
    public static Assembly? Library(string? name) =>
        LibraryTypes.Select(type => type.Assembly).FirstOrDefault(found => found.GetName().Name == name);
}
