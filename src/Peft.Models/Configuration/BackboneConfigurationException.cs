namespace Peft.Models;

/// <summary>A configuration file is missing, is not valid JSON, or lacks or misstates a field.</summary>
/// <param name="file">The file.</param>
/// <param name="problem">What was expected, what was found, what to do.</param>
/// <param name="inner">The cause, if any.</param>
public sealed class BackboneConfigurationException(string file, string problem, Exception? inner = null)
    : Exception($"{file}: {problem}", inner)
{
    /// <summary>The file.</summary>
    public string File { get; } = file;
}
