namespace Peft.Server;

/// <summary>What clients of the HTTP API may do.</summary>
public sealed class PeftServerOptions
{
    /// <summary>
    /// The key that each request must carry, as <c>Authorization: Bearer KEY</c> or <c>X-Api-Key: KEY</c>; null for none. It is never
    /// logged.
    /// </summary>
    public string? ApiKey { get; set; }

    /// <summary>The folder that a job's <c>data</c>, <c>train</c>, <c>dev</c>, <c>test</c> and <c>template</c> are in; null: jobs name no
    /// files.</summary>
    public string? DataFolder { get; set; }

    /// <summary>The backbones that a job may name. A checkpoint folder is named as the server sees it.</summary>
    public ICollection<string> Backbones { get; } = ["minilm", "builtin", "builtin-gpt2"];

    /// <summary>
    /// Whether <see cref="PeftServerExtensions.MapPeft"/> also serves the live page, at <c>/</c>. False for an application that has a page
    /// of its own there, or Blazor components of its own.
    /// </summary>
    public bool Pages { get; set; } = true;

    /// <summary>The largest body of a request, in bytes.</summary>
    public long MaxBodyBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>The most texts of a request.</summary>
    public int MaxTexts { get; set; } = 1024;

    /// <summary>How long a prediction may take, waiting included.</summary>
    public TimeSpan PredictionTimeout { get; set; } = TimeSpan.FromSeconds(60);
}
