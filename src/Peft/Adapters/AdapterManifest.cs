using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Peft.Data;

namespace Peft;

/// <summary>The content of <c>adapter.json</c>.</summary>
public sealed record AdapterManifest
{
    /// <summary>The format that this version writes. It reads all formats from <see cref="OldestFormat"/> on.</summary>
    public const int CurrentFormat = 3;

    /// <summary>The oldest format that this version reads.</summary>
    public const int OldestFormat = 2;

    /// <summary>The file's format.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>
    /// The oldest format whose readers may ignore unknown fields of the file. If it is later than the reader's format, the file has
    /// additions that affect the result. 0 in files before format 3.
    /// </summary>
    public int ReadableFrom { get; init; }

    /// <summary>Versions of the software that wrote the file, by name; empty in files before format 3.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; init; } = new Dictionary<string, string>();

    /// <summary>The method's name, or that of a composite; null when nothing was attached.</summary>
    public string? Method { get; init; }

    /// <summary>The methods: one, or the parts of a composite.</summary>
    public IReadOnlyList<PartManifest> Parts { get; init; } = [];

    /// <summary>The mixture's settings; null if plain or merged.</summary>
    public MixtureOptions? Mixture { get; init; }

    /// <summary>Whether the tensors are the average of a mixture's experts.</summary>
    public bool Merged { get; init; }

    /// <summary>The backbone that the adapter was trained on: a name or a folder.</summary>
    public string? Backbone { get; init; }

    /// <summary>
    /// The identity of the backbone that the adapter was trained on (<see cref="Peft.BackboneIdentity"/>); null in files before format 3.
    /// </summary>
    public string? BackboneIdentity { get; init; }

    /// <summary>The shape of each of the head's tensors, by name; null in files before format 3.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<long>>? Head { get; init; }

    /// <summary>
    /// The kind of the head (<see cref="PeftModel.HeadKind"/>); null for a classifier of texts, for none, and in older files.
    /// </summary>
    public string? HeadKind { get; init; }

    /// <summary>The names of the head's outputs, in their order; null for scores and texts, and in older files.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>Tokens that were added to the backbone's vocabulary, in the order of their ids; empty in older files.</summary>
    public IReadOnlyList<string> AddedTokens { get; init; } = [];

    /// <summary>Third-party assemblies that the adapter was trained with; empty in older files.</summary>
    public IReadOnlyList<PluginReference> Plugins { get; init; } = [];

    /// <summary>The SHA-256 of the file of tensors, in hexadecimal digits; null in files before format 3.</summary>
    public string? Checksum { get; init; }

    /// <summary>Fields that this version does not know.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }

    internal static JsonSerializerOptions Json { get; } = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    internal static JsonSerializerOptions Reading { get; } = JsonRecord.Strict(Json);

    internal static AdapterManifest Describe(Adapter? adapter, bool merged, string? backbone)
    {
        var common = new AdapterManifest
        {
            ReadableFrom = CurrentFormat,
            Versions = new Dictionary<string, string> { ["peft"] = Version, ["torch"] = TorchSharp.torch.__version__ },
            Backbone = backbone,
        };
        if (adapter?.Spec is not { } spec)
            return common;
        return common with
        {
            Method = spec.Name,
            Parts = [.. spec.Parts.Select(PartManifest.Describe)],
            Mixture = merged || spec.Mixture is null ? null : spec.Mixture with { Weights = adapter.Router!.Weights?.Scalars },
            Merged = merged && spec.Mixture is not null,
        };
    }

    internal static string Version { get; } =
        typeof(AdapterManifest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
            ?? "unknown";

    /// <summary>The reason why this version cannot read the file, or null.</summary>
    internal string? Problem
    {
        get
        {
            if (Format < OldestFormat)
                return $"is of format {Format}; this version, {Version}, reads formats from {OldestFormat} on.";
            if (Mixture?.Problem is { } problem)
                return $"has mixture settings that cannot be used: {problem}.";
            var overrides = Parts.SelectMany(part => part.Overrides.Keys);
            if (overrides.FirstOrDefault(key => !key.Contains('@', StringComparison.Ordinal)) is { } odd)
                return $"has the override '{odd}'; expected option@module, as rank@query.";
            if (Format <= CurrentFormat || ReadableFrom is > 0 and <= CurrentFormat)
                return null;
            var writer = Versions.GetValueOrDefault("peft") is { } version ? $"Peft {version}" : "a later version";
            var unknown = Unknown is { Count: > 0 } ? $" It has {string.Join(", ", Unknown.Keys)}, which this version does not know." : "";
            return $"is of format {Format}, written by {writer}, and readers of format {(ReadableFrom > 0 ? ReadableFrom : Format)} or "
                + $"later are needed; this version, {Version}, knows formats up to {CurrentFormat}.{unknown} Read it with that version.";
        }
    }

    /// <summary>The specification that the manifest describes.</summary>
    /// <param name="registry">The known methods.</param>
    /// <returns>The specification.</returns>
    /// <exception cref="UnknownNameException">The method is not known.</exception>
    /// <exception cref="MethodOptionException">An option is unknown or not allowed.</exception>
    public AdapterSpec ToSpec(MethodRegistry registry)
    {
        var name = Method ?? throw new InvalidOperationException("the folder holds no method");
        return new AdapterSpec(name, [.. Parts.Select(part => part.ToPart(registry))], Mixture);
    }
}

/// <summary>A method of an adapter's manifest.</summary>
public sealed record PartManifest
{
    /// <summary>The method's name.</summary>
    public required string Method { get; init; }

    /// <summary>The method's options, as texts by name.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>Options of some modules, as texts by <c>option@pattern</c>.</summary>
    public IReadOnlyDictionary<string, string> Overrides { get; init; } = new Dictionary<string, string>();

    /// <summary>Where the method acts.</summary>
    public ModuleSelection Where { get; init; } = new();

    internal static PartManifest Describe(MethodPart part) => new()
    {
        Method = part.Method.Name,
        Options = part.Options.All.ToDictionary(pair => pair.Key, pair => Text(pair.Value)),
        Overrides = part.Overrides.ToDictionary(change => $"{change.Option}@{change.Modules.Text}", change => Text(change.Value)),
        Where = part.Where,
    };

    internal MethodPart ToPart(MethodRegistry registry)
    {
        var method = registry.Find(Method);
        return new MethodPart(method, method.Complete(Options.ToDictionary(pair => pair.Key, pair => (object)pair.Value)), Where)
        {
            Overrides = [.. Overrides.Select(pair => MethodExpression.ReadOverride(method, pair.Key, pair.Value))],
        };
    }

    private static string Text(object value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
