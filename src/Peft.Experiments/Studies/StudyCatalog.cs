using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Peft.Experiments;

/// <summary>The studies that come with the command.</summary>
internal static class StudyCatalog
{
    /// <summary>The word that stands for every study.</summary>
    public const string Everything = "all";

    private static readonly string[] s_names =
    [
        .. Enumerable.Range(1, 10).Select(number => $"table{number}"), "figure5", "routing",
        .. "abcdefgh".Select(letter => $"study-{letter}"),
    ];

    private static readonly Lazy<IReadOnlyList<Study>> s_all = new(() => [.. s_names.Select(Read)]);

    /// <summary>Every study, in the order of the paper, then those of this project.</summary>
    public static IReadOnlyList<Study> All => s_all.Value;

    /// <summary>Finds studies by name.</summary>
    /// <param name="name">A study's name, or <see cref="Everything"/>.</param>
    /// <exception cref="UnknownNameException">There is no such study.</exception>
    public static IReadOnlyList<Study> Find(string name) => name == Everything ? All
        : All.FirstOrDefault(study => study.Name == name) is { } found ? [found]
        : throw new UnknownNameException("study", name, [.. s_names, Everything]);

    private static Study Read(string name)
    {
        using var stream = typeof(StudyCatalog).Assembly.GetManifestResourceStream($"{name}.yaml")!;
        using var reader = new StreamReader(stream);
        return new DeserializerBuilder().WithNamingConvention(HyphenatedNamingConvention.Instance).WithDuplicateKeyChecking().Build()
            .Deserialize<Study>(reader) with { Name = name };
    }
}
