using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Hosting;

/// <summary>
/// Lets models of one backbone share the memory of their equal weights, so that a further adapter takes the memory of the adapter alone.
/// Weights are compared by value: a fine-tuned copy keeps its own.
/// </summary>
internal sealed class SharedWeights
{
    private readonly Dictionary<(string Source, string Name), List<(Tensor Weight, int Users)>> _known = [];

    /// <summary>Replaces the weights that a loaded model has equal, and offers its others to later models.</summary>
    /// <param name="source">The backbone.</param>
    /// <param name="module">The model; its weights do not change any more.</param>
    /// <returns>The model's weights, to be given to <see cref="Release"/>.</returns>
    public IReadOnlyList<(string Name, Tensor Weight)> Share(string source, nn.Module module)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var used = new List<(string, Tensor)>();
        var weights = module.named_parameters().Select(found => (Name: found.name, Weight: (Tensor)found.parameter))
            .Concat(module.named_buffers().Select(found => (Name: found.name, Weight: found.buffer)));
        foreach (var (name, weight) in weights)
        {
            var offers = _known.TryGetValue((source, name), out var found) ? found : _known[(source, name)] = [];
            var index = offers.FindIndex(offer => IsEqual(offer.Weight, weight));
            if (index < 0)
            {
                offers.Add((weight.detach().DetachFromDisposeScope(), 1)); // the same memory
                used.Add((name, offers[^1].Weight));
                continue;
            }

            weight.set_(offers[index].Weight);
            offers[index] = offers[index] with { Users = offers[index].Users + 1 };
            used.Add((name, offers[index].Weight));
        }

        return used;
    }

    /// <summary>The bytes of a model's weights that no other model uses.</summary>
    /// <param name="source">The backbone.</param>
    /// <param name="weights">What <see cref="Share"/> returned.</param>
    public long OwnBytes(string source, IReadOnlyList<(string Name, Tensor Weight)> weights) =>
        weights.Where(one => _known[(source, one.Name)].Exists(offer => ReferenceEquals(offer.Weight, one.Weight) && offer.Users == 1))
            .Sum(one => one.Weight.numel() * one.Weight.element_size());

    /// <summary>Frees what no other model uses.</summary>
    public void Release(string source, IReadOnlyList<(string Name, Tensor Weight)> shared)
    {
        foreach (var (name, weight) in shared)
        {
            var offers = _known[(source, name)];
            var index = offers.FindIndex(offer => ReferenceEquals(offer.Weight, weight));
            if (offers[index].Users > 1)
            {
                offers[index] = offers[index] with { Users = offers[index].Users - 1 };
                continue;
            }

            offers[index].Weight.Dispose();
            offers.RemoveAt(index);
            if (offers.Count == 0)
                _known.Remove((source, name));
        }
    }

    private static bool IsEqual(Tensor one, Tensor other) =>
        one.dtype == other.dtype && (one.device_type, one.device_index) == (other.device_type, other.device_index)
            && one.shape.AsSpan().SequenceEqual(other.shape) && one.eq(other).all().ToBoolean();
}
