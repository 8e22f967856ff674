using Peft.Training;

namespace Peft.Tests.Training;

/// <summary>Options of a run: declared once, read from files and texts, checked by their declaration.</summary>
public sealed class RunFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-run-file-").FullName;

    private string File => Path.Combine(_folder, "run.yaml");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_property_but_the_options_of_methods_is_an_option() => Assert.Equal(
        typeof(TrainingOptions).GetProperties().Where(property => property.CanWrite).Select(property => property.Name).Order().ToList(),
        RunOption.All.Select(option => option.Key).Append(nameof(TrainingOptions.Settings)).Order().ToList());

    [Fact]
    public void What_is_written_is_read_back()
    {
        var options = new TrainingOptions
        {
            Method = "adamix(houlsby)", Task = "sst2", Data = "a: folder's # name", Epochs = 7, LearningRate = 3e-4, BackboneDropout = 0,
            DecayAll = true, Score = "test", Settings = new Dictionary<string, string> { ["adamix.experts"] = "8", ["lora.alpha"] = "1e1" },
        };
        System.IO.File.WriteAllText(File, RunFile.Write(options));
        var read = RunFile.Read(File, new TrainingOptions { Epochs = 99, Seed = 5 });
        foreach (var option in RunOption.All)
            Assert.Equal(option.Text(options), option.Text(read));
        Assert.Equal(options.Settings, read.Settings);
    }

    [Theory]
    [InlineData("label-separator", " ", " ")]
    [InlineData("label-separator", "\t", "\t")]
    [InlineData("label-separator", " ; ", ";")]
    [InlineData("text-column", " text ", "text")]
    [InlineData("text-column", " ", "")]
    public void A_blank_is_a_value_where_it_can_be_one(string name, string given, string expected)
    {
        var option = RunOption.Find(name)!;
        var options = option.With(new TrainingOptions(), given);
        Assert.Equal(expected, option.Text(options));
        System.IO.File.WriteAllText(File, RunFile.Write(options));
        if (expected.Length > 0)
            Assert.Equal(expected, option.Text(RunFile.Read(File, new TrainingOptions())));
    }

    [Fact]
    public void A_file_replaces_what_it_names_alone()
    {
        System.IO.File.WriteAllText(File, "# a comment\nbatch-size: 4\nset:\n  lora.rank: 2\n");
        var basis = new TrainingOptions {
            Seed = 9, Settings = new Dictionary<string, string> { ["lora.rank"] = "1", ["lora.alpha"] = "3" } };
        var read = RunFile.Read(File, basis);
        Assert.Equal((4, 9), (read.BatchSize, read.Seed));
        Assert.Equal(["lora.alpha 3", "lora.rank 2"], read.Settings.Select(pair => $"{pair.Key} {pair.Value}").Order());
        System.IO.File.WriteAllText(File, "");
        Assert.Equal(basis, RunFile.Read(File, basis));
    }

    [Theory]
    [InlineData("epochs: 3\nlearning-rat: 1e-3\n", "line 2: there is no option 'learning-rat'; the nearest is 'learning-rate'")]
    [InlineData("epochs: many\n", "line 1: epochs: 'many' is not auto or a whole number")]
    [InlineData("learning-rate: 0,003\n", "learning-rate: '0,003' is not a number with a decimal point")]
    [InlineData("epochs: 1,000\n", "epochs: '1,000' is not auto or a whole number")]
    [InlineData("decay-all: yes\n", "decay-all: 'yes' is not true or false")]
    [InlineData("epochs: [1, 2]\n", "expected one value")]
    [InlineData("set: lora\n", "set: expected options of methods below it")]
    [InlineData("- epochs\n", "expected a mapping")]
    [InlineData("epochs: 3\n epochs: 4\n", "is not valid YAML")]
    [InlineData("epochs: 3\nepochs: 4\n", "is not valid YAML")]
    public void What_cannot_be_read_is_named_with_its_line(string text, string problem)
    {
        System.IO.File.WriteAllText(File, text);
        var found = Assert.Throws<RunFileException>(() => RunFile.Read(File, new TrainingOptions()));
        Assert.StartsWith(File, found.Message);
        Assert.Contains(problem, found.Message);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("cannot be read", Assert.Throws<RunFileException>(() => RunFile.Read(File, new TrainingOptions())).Message);

    [Theory]
    [InlineData("batch-size", "0", "0 is too small; expected a whole number of at least 1")]
    [InlineData("warmup-ratio", "1.5", "1.5 is not a number from 0 to 1")]
    [InlineData("learning-rate", "NaN", "NaN is not a number above 0")]
    [InlineData("device", "cud", "'cud' is not one of auto, cpu, cuda; the nearest is 'cuda'")]
    public void The_declaration_says_what_is_allowed(string name, string value, string problem)
    {
        var options = RunOption.Find(name)!.With(new TrainingOptions(), value);
        var found = Assert.Throws<TrainingOptionsException>(() => TrainingOptionsCheck.Check(options));
        Assert.Equal(name, found.Option);
        Assert.Contains(problem, found.Message);
    }
}
