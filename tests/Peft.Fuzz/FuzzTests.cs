using System.Globalization;
using Peft.Data;
using Peft.Fuzz.Targets;

[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)] // allocations are counted

namespace Peft.Fuzz;

/// <summary>Every reader, for some seconds in all; <c>tests/fuzz.sh SECONDS [SEED]</c> gives each of them that many.</summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private static readonly FuzzTarget[] s_targets = [SafetensorsTarget.Create(), .. TorchTargets.All(), .. TextTargets.All()];

    public static IEnumerable<TheoryDataRow<string>> Names => s_targets.Select(target => new TheoryDataRow<string>(target.Name));

    private static TimeSpan Time => TimeSpan.FromSeconds(Setting("PEFT_FUZZ_SECONDS", 0.4));

    private static int Seed => (int)Setting("PEFT_FUZZ_SEED", 1);

    [Theory, MemberData(nameof(Names))]
    public void Changed_files_are_taken_or_refused(string name)
    {
        var fuzzer = new Fuzzer(s_targets.Single(target => target.Name == name), Seed);
        fuzzer.Run(Time);
        output.WriteLine($"{name}: {fuzzer.Count.Tried} files, {fuzzer.Count.Taken} of them taken");
        Assert.True(fuzzer.Count.Taken > 0 && fuzzer.Count.Tried > fuzzer.Count.Taken, $"of {fuzzer.Count.Tried} files "
            + $"{fuzzer.Count.Taken} were taken");
    }

    [Fact]
    public void Pickles_that_ask_for_anything_else_are_refused_by_its_name()
    {
        var random = new Random(Seed);
        var folder = Directory.CreateTempSubdirectory("peft-fuzz-").FullName;
        var (file, archive) = (
            Path.Combine(folder, "model.bin"), File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", "state_dict.zip.bin")));
        for (var ends = DateTime.UtcNow + Time; DateTime.UtcNow < ends;)
        {
            var (pickle, name) = Pickles.Asking(random);
            File.WriteAllBytes(file, random.Next(2) == 0 ? TorchTargets.WithPickle(archive, _ => pickle) : pickle);
            Assert.Equal(name, Assert.Throws<UnsafePickleException>(() => TorchBinFile.Open(file)).Global);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static double Setting(string name, double fallback) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? double.Parse(text, CultureInfo.InvariantCulture) : fallback;
}
