namespace Peft.Data;

/// <summary>The addresses of the hub and its cache, from the environment variables of the hub's own tools.</summary>
public sealed record HubSettings
{
    /// <summary>The endpoint if <c>HF_ENDPOINT</c> is not set.</summary>
    public const string DefaultEndpoint = "https://huggingface.co";

    private static readonly string[] s_true = ["1", "ON", "YES", "TRUE"];

    /// <summary>The hub's address, without a slash at the end.</summary>
    public string Endpoint { get; init; } = DefaultEndpoint;

    /// <summary>The folder of repositories.</summary>
    public required string Cache { get; init; }

    /// <summary>The access token, sent only to the endpoint's host; null for none.</summary>
    public string? Token { get; init; }

    /// <summary>Where the token comes from, for messages.</summary>
    internal string? TokenSource { get; init; }

    /// <summary>Whether to use only the cache.</summary>
    public bool Offline { get; init; }

    /// <summary>How often to retry a broken connection, 429 or 5xx.</summary>
    public int Retries { get; init; } = 5;

    /// <summary>The wait before the first retry, doubled each time; <c>Retry-After</c> has precedence.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest accepted wait of <c>Retry-After</c>.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a connection may be silent before it counts as broken.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Reads the settings from the environment. Endpoint: <c>HF_ENDPOINT</c>. Cache: <c>HF_HUB_CACHE</c>, or <c>hub</c> in <c>HF_HOME</c>,
    /// whose default is <c>huggingface</c> in <c>XDG_CACHE_HOME</c> or <c>~/.cache</c>. Token: <c>HF_TOKEN</c>, or the file
    /// <c>HF_TOKEN_PATH</c> or <c>token</c> in <c>HF_HOME</c>. Offline mode: <c>HF_HUB_OFFLINE</c>.
    /// </summary>
    /// <param name="variable">Returns the value of a variable; null to use the process's own environment.</param>
    /// <returns>The settings.</returns>
    /// <exception cref="HubNameException">The endpoint is not a valid address.</exception>
    /// <exception cref="HubTokenException">The file of the token cannot be read.</exception>
    public static HubSettings FromEnvironment(Func<string, string?>? variable = null)
    {
        string? Get(string name) => (variable ?? Environment.GetEnvironmentVariable)(name) is { Length: > 0 } value ? value.Trim() : null;
        var caches = Get("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var home = Get("HF_HOME") ?? Path.Combine(caches, "huggingface");
        var endpoint = (Get("HF_ENDPOINT") ?? DefaultEndpoint).TrimEnd('/');
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new HubNameException($"HF_ENDPOINT: '{endpoint}' is no address; expected http:// or https:// and a host.");
        var token = HubToken.Find(Get("HF_TOKEN"), Get("HF_TOKEN_PATH"), Path.Combine(home, "token"));
        return new HubSettings
        {
            Endpoint = endpoint,
            Cache = Get("HF_HUB_CACHE") ?? Path.Combine(home, "hub"),
            Token = token?.Text,
            TokenSource = token?.Source,
            Offline = Get("HF_HUB_OFFLINE") is { } offline && s_true.Contains(offline.ToUpperInvariant()),
        };
    }
}
