namespace Peft.Models;

/// <summary>A configuration file is missing or not valid JSON, or a field is missing or wrong.</summary>
/// <param name="file">The file.</param>
/// <param name="problem">What was expected, what was found and how to fix it.</param>
/// <param name="inner">The cause, if any.</param>
public sealed class BackboneConfigurationException(string file, string problem, Exception? inner = null)
    : Exception($"{file}: {problem}", inner)
{
    /// <summary>The file.</summary>
    public string File { get; } = file;
}
