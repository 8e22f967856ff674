using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>The values by which a run and its resumption are compared, as texts by name.</summary>
internal static class RunIdentity
{
    /// <summary>Every setting that must match, under its name on the command line.</summary>
    public static IReadOnlyDictionary<string, string> Settings(TrainingOptions options)
    {
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var option in RunOption.All.Where(option => !option.IsFreeOnResume))
            settings["--" + option.Name] = option.IsText ? $"\"{option.Text(options)}\"" : option.Text(options) ?? "null";
        foreach (var (name, value) in options.Settings)
            settings[$"--set {name.ToLowerInvariant()}"] = value;
        return settings;
    }

    /// <summary>Hashes of the frozen weights and of the examples.</summary>
    public static IReadOnlyDictionary<string, string> Hashes(PeftModel model, ITaskSession session) => new Dictionary<string, string>
    {
        ["the backbone's frozen weights"] = Frozen(model), ["the training examples"] = Hash(session.AppendTrain),
            ["the development examples"] = Hash(session.AppendDev),
    };

    /// <summary>Values that may differ, but must match for bit-identical results.</summary>
    public static IReadOnlyDictionary<string, string> Machine(PeftModel model) => new Dictionary<string, string>
    {
        ["libtorch"] = TorchSharp.torch.__version__,
        ["threads"] = get_num_threads().ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["device"] = model.Backbone.parameters().First().device.ToString(),
    };

    /// <summary>The names whose texts differ or that one side lacks, with both texts.</summary>
    public static IReadOnlyList<string> Differences(IReadOnlyDictionary<string, string> then, IReadOnlyDictionary<string, string> now) =>
    [
        .. then.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
            .Where(name => then.GetValueOrDefault(name) != now.GetValueOrDefault(name))
            .Select(name => $"{name} was {then.GetValueOrDefault(name) ?? "not given"} and is "
                + $"{now.GetValueOrDefault(name) ?? "not given"}"),
    ];

    private static string Hash(Action<IncrementalHash> append)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        append(hash);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Frozen(PeftModel model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, parameter) in model.Backbone.named_parameters().Where(pair => !pair.Item2.requires_grad)
            .OrderBy(pair => pair.Item1, StringComparer.Ordinal))
        {
            using var scope = NewDisposeScope();
            hash.AppendData(Encoding.UTF8.GetBytes($"{name} {parameter.dtype} {string.Join(',', parameter.shape)}\n"));
            foreach (var (_, part) in TensorParts.Split(parameter.detach().cpu().contiguous()))
                hash.AppendData(part.bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
