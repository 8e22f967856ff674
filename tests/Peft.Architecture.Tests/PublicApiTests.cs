using System.Reflection;

namespace Peft.Architecture.Tests;

/// <summary>The public API of every assembly, as text: a change is a change of a file, to be read. PEFT_UPDATE_BASELINES=1 writes it anew.</summary>
public sealed class PublicApiTests
{
    private static readonly string[] s_compilerMade = ["<Clone>$", "PrintMembers", "EqualityContract", "Deconstruct", "GetHashCode()", "ToString()", " Equals(", "op_Equality", "op_Inequality"];

    public static TheoryData<string> Assemblies =>
    [
        .. Directory.GetFiles(AppContext.BaseDirectory, "Peft*.dll").Select(file => Path.GetFileNameWithoutExtension(file))
            .Where(name => !name.EndsWith(".Tests", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    [Theory, MemberData(nameof(Assemblies))]
    public void Is_the_approved_one(string name)
    {
        var lines = PublicSurface.Describe(Assembly.Load(name)).OrderBy(type => type.Type, StringComparer.Ordinal).SelectMany(Lines);
        var current = string.Join('\n', lines) + "\n";
        var file = Path.Combine(Repository.Root, "tests", "Peft.Architecture.Tests", "PublicApi", name + ".txt");
        if (Environment.GetEnvironmentVariable("PEFT_UPDATE_BASELINES") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, current);
            return;
        }

        Assert.True(File.Exists(file), $"{name} is new: PEFT_UPDATE_BASELINES=1 writes {file}");
        Assert.Equal(File.ReadAllText(file), current);
    }

    /// <summary>A type and its members, without what the compiler adds to records.</summary>
    private static IEnumerable<string> Lines((string Type, List<string> Bases, List<string> Members) type) =>
    [
        type.Bases.Count == 0 ? type.Type : $"{type.Type} : {string.Join(", ", type.Bases)}",
        .. type.Members.Where(member => !s_compilerMade.Any(made => member.Contains(made, StringComparison.Ordinal))).Order(StringComparer.Ordinal).Select(member => "    " + member),
    ];
}
