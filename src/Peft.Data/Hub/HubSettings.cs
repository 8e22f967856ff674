namespace Peft.Data;

/// <summary>Where the hub and its cache are, as the variables of its own tools say.</summary>
public sealed record HubSettings
{
    /// <summary>The endpoint where <c>HF_ENDPOINT</c> names none.</summary>
    public const string DefaultEndpoint = "https://huggingface.co";

    private static readonly string[] s_true = ["1", "ON", "YES", "TRUE"];

    /// <summary>The hub's address, without a slash at the end.</summary>
    public string Endpoint { get; init; } = DefaultEndpoint;

    /// <summary>The folder of repositories.</summary>
    public required string Cache { get; init; }

    /// <summary>Sent to the endpoint's host and to no other; null for none.</summary>
    public string? Token { get; init; }

    /// <summary>Whether only the cache is used.</summary>
    public bool Offline { get; init; }

    /// <summary>How often a broken connection, 429 or 5xx is tried again.</summary>
    public int Retries { get; init; } = 5;

    /// <summary>The wait before the first of these, doubled each time; <c>Retry-After</c> goes before.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait that <c>Retry-After</c> may ask for.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long nothing may arrive before a connection counts as broken.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// <c>HF_ENDPOINT</c>; <c>HF_HUB_CACHE</c>, or <c>hub</c> in <c>HF_HOME</c>, which is <c>huggingface</c> in <c>XDG_CACHE_HOME</c> or
    /// <c>~/.cache</c>; <c>HF_TOKEN</c>, or the file
    /// <c>HF_TOKEN_PATH</c> or <c>token</c> in <c>HF_HOME</c>; <c>HF_HUB_OFFLINE</c>.
    /// </summary>
    /// <param name="variable">Gives the value of a variable; null for the process's own.</param>
    /// <returns>The settings.</returns>
    /// <exception cref="HubNameException">The endpoint is no address.</exception>
    public static HubSettings FromEnvironment(Func<string, string?>? variable = null)
    {
        string? Get(string name) => (variable ?? Environment.GetEnvironmentVariable)(name) is { Length: > 0 } value ? value.Trim() : null;
        var caches = Get("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var home = Get("HF_HOME") ?? Path.Combine(caches, "huggingface");
        var endpoint = (Get("HF_ENDPOINT") ?? DefaultEndpoint).TrimEnd('/');
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new HubNameException($"HF_ENDPOINT: '{endpoint}' is no address; expected http:// or https:// and a host.");
        return new HubSettings
        {
            Endpoint = endpoint,
            Cache = Get("HF_HUB_CACHE") ?? Path.Combine(home, "hub"),
            Token = Get("HF_TOKEN") ?? ReadToken(Get("HF_TOKEN_PATH") ?? Path.Combine(home, "token")),
            Offline = Get("HF_HUB_OFFLINE") is { } offline && s_true.Contains(offline.ToUpperInvariant()),
        };
    }

    private static string? ReadToken(string file) =>
        File.Exists(file) && File.ReadAllText(file).Trim() is { Length: > 0 } token ? token : null;
}
