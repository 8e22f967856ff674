using Peft.Data;
using YamlDotNet.RepresentationModel;

namespace Peft.Training;

/// <summary>A user's prompt in a file, in YAML or JSON.</summary>
/// <remarks>
/// <code>
/// template: "{text} It was {mask}."
/// words:
///   negative: terrible
///   positive: great
/// </code>
/// </remarks>
internal static class ClozePromptFile
{
    private const string Template = "template", Words = "words";

    private static readonly string[] s_keys = [Template, Words];

    /// <summary>Reads a file.</summary>
    /// <exception cref="PromptException">It is malformed; the message names the file and the key.</exception>
    public static ClozePrompt Read(string file)
    {
        try
        {
            var root = RunFile.Parse(file, "template and words, as 'template: \"{text} It was {mask}.\"'")
                ?? throw new PromptException($"{file}: is empty; expected template and words.");
            foreach (var (key, _) in root.Children)
            {
                if (RunFile.Scalar(file, key) is var name && !s_keys.Contains(name))
                    throw new PromptException($"{file}, line {key.Start.Line}: there is no key '{Excerpt.Cut(name)}'"
                        + $"{NearestName.Hint(name, s_keys)}; expected {string.Join(" and ", s_keys)}.");
            }

            return ClozePrompt.Create(
                Path.GetFileNameWithoutExtension(file), RunFile.Scalar(file, Find(file, root, Template)), ReadWords(file, root), file);
        }
        catch (RunFileException problem)
        {
            throw new PromptException(problem.Message, problem);
        }
    }

    private static List<LabelWord> ReadWords(string file, YamlMappingNode root) => Find(file, root, Words) is YamlMappingNode words
        ? [.. words.Children.Select(pair => new LabelWord(RunFile.Scalar(file, pair.Key), Word(file, pair.Key, pair.Value)))]
        : throw new PromptException($"{file}, words: expected a word for each label below it, as 'positive: great'.");

    private static string Word(string file, YamlNode label, YamlNode value) => value is YamlScalarNode { Value: { } word }
        ? word
        : throw new PromptException($"{file}, line {value.Start.Line}, words: expected one word for the label '{Excerpt.Cut($"{label}")}', "
            + "found a list or a mapping.");

    private static YamlNode Find(string file, YamlMappingNode root, string key) =>
        root.Children.TryGetValue(new YamlScalarNode(key), out var value)
            ? value : throw new PromptException($"{file}: lacks the key '{key}'; expected {string.Join(" and ", s_keys)}.");
}
