using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Peft;

/// <summary>What <c>adapter.json</c> says.</summary>
public sealed record AdapterManifest
{
    /// <summary>The format this version writes and reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The file's format.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>The method's name; null when only a head, or the whole backbone, was trained.</summary>
    public string? Method { get; init; }

    /// <summary>The method's options, as texts by name.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>Where the method acts.</summary>
    public IReadOnlyList<Site> Sites { get; init; } = [];

    /// <summary>How it is mixed; null when plain or merged.</summary>
    public MixtureOptions? Mixture { get; init; }

    /// <summary>Whether the tensors are the uniform average of a mixture.</summary>
    public bool Merged { get; init; }

    /// <summary>What the adapter was trained on.</summary>
    public string? Backbone { get; init; }

    internal static JsonSerializerOptions Json { get; } = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    internal static AdapterManifest Of(PeftModel model, bool merged, string? backbone)
    {
        if (model.Adapter?.Spec is not { } spec)
            return new AdapterManifest { Backbone = backbone };
        return new AdapterManifest
        {
            Method = spec.Method.Name,
            Options = spec.Options.All.ToDictionary(pair => pair.Key, pair => Convert.ToString(pair.Value, CultureInfo.InvariantCulture)!),
            Sites = spec.Sites,
            Mixture = merged ? null : spec.Mixture,
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
        var method = registry.Find(Method ?? throw new InvalidOperationException("the folder holds no method"));
        return new AdapterSpec(method, method.Complete(Options.ToDictionary(pair => pair.Key, pair => (object)pair.Value)), Sites, Mixture);
    }
}
