using System.Globalization;

namespace Peft.Tests.Goldens;

/// <summary>
/// I38: what every version of the adapter format wrote is read, and gives the outputs that it gave then. Goldens/README.md says how to add
/// a version.
/// </summary>
public sealed class VersionedGoldenTests
{
    private static readonly string s_root = Path.Combine(Root(), "tests", "Peft.Tests", "Goldens");

    public static IEnumerable<TheoryDataRow<string, string>> Cases =>
        from format in Directory.GetDirectories(s_root, "format-*").Order(StringComparer.Ordinal)
        from name in Directory.GetDirectories(format).Order(StringComparer.Ordinal)
        select new TheoryDataRow<string, string>(Path.GetFileName(format), Path.GetFileName(name));

    private static string Current => string.Create(CultureInfo.InvariantCulture, $"format-{AdapterManifest.CurrentFormat}");

    [Theory, MemberData(nameof(Cases))]
    public void It_is_read_and_gives_what_it_gave(string format, string name)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        var golden = new GoldenCase(Path.Combine(s_root, format), name);
        using var model = golden.Load();
        var outputs = golden.Outputs(model);
        var recorded = golden.Recorded;
        Assert.Equal(recorded.Keys, outputs.Keys);
        foreach (var (inference, logits) in recorded)
        {
            Assert.Equal(9, logits.Length);
            foreach (var (expected, found) in logits.Zip(outputs[inference]))
                Assert.Equal(expected, found, 1e-5f);
        }

        if (format != Current)
            return;
        var folder = Directory.CreateTempSubdirectory("peft-test-").FullName;
        AdapterFolder.Save(model, folder, backbone: "tiny");
        Assert.Equal(golden.Tensors, File.ReadAllBytes(Path.Combine(folder, AdapterFolder.TensorsName)));
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>
    /// With PEFT_UPDATE_BASELINES=1, writes the cases of the present format that are not there; those that are stay as they are.
    /// </summary>
    [Fact]
    public void The_present_format_has_every_case()
    {
        var folder = Path.Combine(s_root, Current);
        foreach (var (name, _, _, _) in GoldenCase.Now.Where(known => !Directory.Exists(Path.Combine(folder, known.Name))))
        {
            Assert.True(Environment.GetEnvironmentVariable(
                "PEFT_UPDATE_BASELINES") == "1", $"{Current}/{name} is missing; Goldens/README.md says how to write it");
            new GoldenCase(folder, name).Write();
        }
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Peft.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
