using System.Text;
using System.Text.Json;
using Peft.Data;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Peft.Training;

/// <summary>
/// A file with the options of a run, in YAML: <c>peft train --config run.yaml</c>. Keys are the names of the command line's options
/// without the dashes; <c>set</c> holds options of methods.
/// </summary>
public static class RunFile
{
    /// <summary>The key of the methods' options.</summary>
    private const string Settings = "set";

    /// <summary>Reads a file. Options that it does not name keep the values of the given ones.</summary>
    /// <param name="file">The file.</param>
    /// <param name="basis">The options that the file overrides.</param>
    /// <returns>The options.</returns>
    /// <exception cref="RunFileException">The file is missing or not YAML, a key is unknown, or a value is not of its type.</exception>
    public static TrainingOptions Read(string file, TrainingOptions basis) =>
        Parse(file) is { } root ? ReadMapping(file, root, basis) : basis;

    /// <summary>Reads options from a mapping, which may be part of another file.</summary>
    internal static TrainingOptions ReadMapping(string file, YamlMappingNode root, TrainingOptions basis)
    {
        var options = basis;
        foreach (var (key, value) in root.Children)
        {
            var (name, line) = (Scalar(file, key), key.Start.Line);
            if (name == Settings)
            {
                options = options with { Settings = ReadSettings(file, value, options.Settings) };
                continue;
            }

            var option = RunOption.Find(name) ?? throw new RunFileException(file, line, Unknown(name));
            try
            {
                options = option.With(options, Scalar(file, value));
            }
            catch (TrainingOptionsException problem)
            {
                throw new RunFileException(file, line, $"{name}: {problem.Problem}");
            }
        }

        return options;
    }

    /// <summary>Writes every option with its value, in the format of <see cref="Read"/>.</summary>
    /// <param name="options">The options.</param>
    /// <returns>The text.</returns>
    public static string Write(TrainingOptions options)
    {
        var text = new StringBuilder();
        foreach (var option in RunOption.All)
        {
            if (option.Text(options) is { } value)
                text.Append(option.Name).Append(": ").Append(option.IsText ? Quoted(value) : value).Append('\n');
            else
                text.Append("# ").Append(option.Name).Append(": ").Append(option.Help).Append('\n');
        }

        if (options.Settings.Count > 0)
            text.Append(Settings).Append(":\n");
        foreach (var (name, value) in options.Settings.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            text.Append("  ").Append(name).Append(": ").Append(Quoted(value)).Append('\n');
        return text.ToString();
    }

    /// <summary>The mapping that a file holds; null for an empty file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="expected">What the mapping holds, for messages.</param>
    internal static YamlMappingNode? Parse(string file, string expected = "options to values, as 'epochs: 3'")
    {
        try
        {
            using var reader = new StreamReader(
                RegularFile.OpenBounded(file, RegularFile.MaxConfig), new UTF8Encoding(false, throwOnInvalidBytes: true));
            var stream = new YamlStream();
            stream.Load(reader);
            if (stream.Documents.Count == 0)
                return null;
            return stream.Documents[0].RootNode as YamlMappingNode
                ?? throw new RunFileException(
                    file, stream.Documents[0].RootNode.Start.Line, $"expected a mapping of {expected}");
        }
        catch (YamlException problem)
        {
            throw new RunFileException(file, problem.Start.Line, $"is not valid {Format(file)} ({problem.Message})");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw new RunFileException(file, 0, $"cannot be read ({problem.Message})");
        }
    }

    /// <summary>The name of the format in messages. The YAML parser also reads JSON.</summary>
    private static string Format(string file) => file.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? "JSON" : "YAML";

    private static Dictionary<string, string> ReadSettings(string file, YamlNode node, IReadOnlyDictionary<string, string> basis)
    {
        if (node is not YamlMappingNode settings)
            throw new RunFileException(file, node.Start.Line, "set: expected options of methods below it, as 'lora.rank: 8'");
        var all = new Dictionary<string, string>(basis, StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in settings.Children)
            all[Scalar(file, key)] = Scalar(file, value);
        return all;
    }

    /// <summary>The text of a value that is neither a list nor a mapping.</summary>
    internal static string Scalar(string file, YamlNode node) => node is YamlScalarNode { Value: { } value }
        ? value
        : throw new RunFileException(file, node.Start.Line, "expected one value, found a list or a mapping");

    private static string Unknown(string name)
    {
        var known = RunOption.All.Select(option => option.Name).Append(Settings).ToList();
        return $"there is no option '{Excerpt.Cut(name)}'{NearestName.Hint(name, known)} (known: {string.Join(", ", known)})";
    }

    private static string Quoted(string value) => value.Any(char.IsControl)
        ? $"\"{JsonEncodedText.Encode(value)}\"" // in double quotation marks, YAML has JSON's escapes
        : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
}

/// <summary>A run file is missing, malformed, or names an unknown option.</summary>
/// <param name="file">The file.</param>
/// <param name="line">The line, from 1; 0 for the file as a whole.</param>
/// <param name="problem">What was found and what was expected.</param>
public sealed class RunFileException(string file, long line, string problem)
    : Exception(line > 0 ? $"{file}, line {line}: {problem}." : $"{file}: {problem}.");
