using TorchSharp.Modules;
using static TorchSharp.torch;
using LoraKeys = Peft.Models.HuggingFace.LoraKeys;

namespace Peft.Models;

/// <summary>Converts trained biases: files store the biases themselves, this library stores the change from the frozen ones.</summary>
internal static class BiasFiles
{
    /// <summary>The biases of linear maps and norms.</summary>
    /// <param name="tensors">The trainables of the bias methods.</param>
    /// <param name="modules">The backbone's modules.</param>
    /// <param name="wrapped">PEFT's names of modules with LoRA, whose bias it stores one level deeper.</param>
    public static IEnumerable<TensorLink> Links(IEnumerable<AdapterTensor> tensors, BackboneModules modules, HashSet<string> wrapped)
    {
        foreach (var group in tensors.GroupBy(tensor => ModuleNames.Foreign(tensor.Module).Module))
        {
            var key = group.Key + (wrapped.Contains(group.Key) ? LoraKeys.AdaptedBias : LoraKeys.Bias);
            var parts = group.ToDictionary(tensor => tensor.Module);
            if (modules.IsNorm(group.Key))
                yield return Links(key, group.First(), modules.Norm(group.Key).Norm.bias!);
            else
                yield return Joined(key, [.. modules.Maps(group.Key)
                    .Select(map => (parts.GetValueOrDefault(map), modules.Projection(map).Linear.bias!))]);
        }
    }

    /// <summary>A value that files store as it is and this library as the change from a frozen parameter.</summary>
    public static TensorLink Links(string key, AdapterTensor delta, Parameter frozen) => Joined(key, [(delta, frozen)]);

    private static TensorLink Joined(string key, IReadOnlyList<(AdapterTensor? Delta, Parameter Frozen)> parts) => new(
        key,
        [parts.Sum(part => part.Frozen.shape[0])],
        values =>
        {
            var at = 0L;
            foreach (var (delta, frozen) in parts)
            {
                if (delta is not null)
                    TensorLink.Fill(delta, values.narrow(0, at, frozen.shape[0]) - frozen);
                at += frozen.shape[0];
            }
        },
        () => cat([.. parts.Select(part => part.Delta is null ? part.Frozen : part.Frozen + part.Delta.Merged())], 0));
}
