using Peft.Models;
using Peft.Data;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft.Cli.Verification;

/// <summary>An adapter filled from a released checkpoint, and its gradients compared under the released names.</summary>
internal sealed class ForeignAdapter
{
    private const string Prefix = "grad.";

    /// <summary>Of the largest gradient's norm: 1e-4 of this is float32's rounding.</summary>
    private const double NoiseShare = 1e-3;

    private readonly Dictionary<string, ForeignTensor> _places;

    private ForeignAdapter(Dictionary<string, ForeignTensor> places) => _places = places;

    /// <summary>Copies the checkpoint's adapter into ours, strictly.</summary>
    public static ForeignAdapter Fill(Adapter adapter, ITensorArchive archive, string folder)
    {
        var foreignName = ForeignKeys.AdapterName(archive.Tensors.Keys);
        var places = adapter.NamedParameters.ToDictionary(
            pair => pair.Key, pair => ForeignKeys.Foreign(pair.Key, foreignName, adapter.Router is not null));
        var known = places.Values.Select(place => place.Name).ToHashSet();
        var left = archive.Tensors.Keys.Where(ForeignKeys.IsAdapter).Except(known)
            .Where(key => !key.EndsWith("expert_score_weight", StringComparison.Ordinal) && !key.EndsWith("_w", StringComparison.Ordinal))
                .ToList();
        if (left.Count > 0)
            throw new VerificationException(folder, "the checkpoint holds adapter tensors with no counterpart here: "
                + $"{string.Join(", ", left.Take(8))}.");
        using var frozen = no_grad();
        foreach (var (key, parameter) in adapter.NamedParameters.Where(pair => !places[pair.Key].IsDelta))
        {
            var place = places[key];
            var values = archive.Tensors.ContainsKey(place.Name)
                ? PartOf(ArchiveTensors.Read(archive, place.Name), place, parameter) : null;
            if (values is null || !values.shape.SequenceEqual(parameter.shape))
                throw new VerificationException(
                    folder, $"{place.Name} is missing or does not hold [{string.Join(", ", parameter.shape)}].");
            parameter.copy_(values);
        }

        return new ForeignAdapter(places);
    }

    /// <summary>Every expected gradient against ours, and no gradient where none is expected.</summary>
    public IEnumerable<Check> Gradients(CaseFolder data, PeftModel model)
    {
        var compared = new HashSet<string>();
        var leastNorm = NoiseShare * data.Names.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Max(name => Check.Norm(data.Read(name)));
        foreach (var (key, parameter) in model.TrainableParameters)
        {
            var place = _places.GetValueOrDefault(key) ?? new ForeignTensor(key);
            var name = Prefix + place.Name;
            compared.Add(name);
            yield return data.Has(name)
                ? Check.Gradient(place.Part is { } part
                    ? $"{name} part {part}" : name, parameter.grad, PartOf(data.Read(name), place, parameter)!, leastNorm)
                : Check.NoGradient("no gradient: " + key, parameter.grad);
        }

        foreach (var name in data.Names.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && !compared.Contains(name))
            .Order())
            yield return Check.Gradient(name, null, data.Read(name));
    }

    /// <summary>The rows that belong to a parameter; null where there are fewer.</summary>
    private static Tensor? PartOf(Tensor whole, ForeignTensor place, Parameter parameter)
    {
        if (place.Part is not { } part)
            return whole;
        var rows = parameter.shape[0];
        return (part + 1) * rows <= whole.shape[0] ? whole.narrow(0, part * rows, rows) : null;
    }
}
