using System.Reflection;
using PublicApiGenerator;

namespace Peft.Architecture.Tests;

/// <summary>
/// The public API of every assembly, as C# text: a change of it is a change of a file in review. PEFT_UPDATE_BASELINES=1 rewrites the
/// files.
/// </summary>
public sealed class PublicApiTests
{
    private static readonly ApiGeneratorOptions s_options = new()
    {
        IncludeAssemblyAttributes = false, // versions and repository addresses among them
        DenyNamespacePrefixes = [],        // "System" and "Microsoft" otherwise: extension methods for hosts are API too
    };

    public static TheoryData<string> Assemblies =>
    [
        .. Directory.GetFiles(AppContext.BaseDirectory, "Peft*.dll").Select(file => Path.GetFileNameWithoutExtension(file))
            .Where(name => !name.EndsWith(".Tests", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    [Theory, MemberData(nameof(Assemblies))]
    public void Is_the_approved_one(string name)
    {
        var current = Assembly.Load(name).GeneratePublicApi(s_options).ReplaceLineEndings("\n") + "\n";
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
}
