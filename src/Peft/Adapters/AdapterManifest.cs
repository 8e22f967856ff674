using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Peft;

/// <summary>What <c>adapter.json</c> says.</summary>
public sealed record AdapterManifest
{
    /// <summary>The format this version writes and reads.</summary>
    public const int CurrentFormat = 2;

    /// <summary>The file's format.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>The method's name, or that of a composite; null when nothing was attached.</summary>
    public string? Method { get; init; }

    /// <summary>The methods: one, or the parts of a composite.</summary>
    public IReadOnlyList<PartManifest> Parts { get; init; } = [];

    /// <summary>How it is mixed; null when plain or merged.</summary>
    public MixtureOptions? Mixture { get; init; }

    /// <summary>Whether the tensors are the average of a mixture's experts.</summary>
    public bool Merged { get; init; }

    /// <summary>What the adapter was trained on.</summary>
    public string? Backbone { get; init; }

    internal static JsonSerializerOptions Json { get; } = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    internal static AdapterManifest Of(Adapter? adapter, bool merged, string? backbone)
    {
        if (adapter?.Spec is not { } spec)
            return new AdapterManifest { Backbone = backbone };
        return new AdapterManifest
        {
            Method = spec.Name,
            Parts = [.. spec.Parts.Select(PartManifest.Of)],
            Mixture = merged || spec.Mixture is null ? null : spec.Mixture with { Weights = adapter.Router!.Weights?.Scalars },
            Merged = merged && spec.Mixture is not null,
            Backbone = backbone,
        };
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

    internal static PartManifest Of(MethodPart part) => new()
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
