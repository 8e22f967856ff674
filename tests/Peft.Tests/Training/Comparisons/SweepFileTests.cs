using Peft.Training;

namespace Peft.Tests.Training.Comparisons;

public sealed class SweepFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-sweep-file-").FullName;

    private string File => Path.Combine(_folder, "sweep.yaml");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Lists_ranges_seeds_and_options_are_read()
    {
        var plan = Read("""
            options:
              epochs: 7
              set:
                lora.rank: 4
            parameters:
              method: [lora, houlsby]
              learning-rate: {min: 1e-5, max: 1e-2, scale: log}
              batch-size: {min: 8, max: 32}
              lora.alpha: [8, 16]
            seeds: [3, -1]
            trials: 20
            search-seed: 9
            """);
        Assert.Equal((7, "4", 2), (plan.Options.Epochs, plan.Options.Settings["lora.rank"], plan.Options.Seed));
        Assert.Equal([3, -1], plan.Seeds);
        Assert.Equal((20, 9), (plan.Trials, plan.SearchSeed));
        Assert.Equal(["lora", "houlsby"], Assert.IsType<SweepParameter.List>(plan.Parameters[0]).Values);
        Assert.Equal(new SweepParameter.Range("learning-rate", 1e-5, 1e-2, true, false), plan.Parameters[1]);
        Assert.Equal(new SweepParameter.Range("batch-size", 8, 32, false, true), plan.Parameters[2]);
        Assert.Equal("lora.alpha", plan.Parameters[3].Name);
    }

    [Fact]
    public void Without_seeds_and_trials_it_is_a_grid_with_one_seed()
    {
        var plan = Read("parameters:\n  epochs: [1, 2]\n");
        Assert.Equal(0, plan.Trials);
        Assert.Equal([1], plan.Seeds);
        Assert.Equal(2, plan.Options.Seed);
    }

    [Theory]
    [InlineData("", "is empty; expected options and parameters")]
    [InlineData("- a\n", ", line 1: expected a mapping")]
    [InlineData("parameters:\n  epochs: [1]\nparamters: 3\n", ", line 3: there is no key 'paramters'; the nearest is 'parameters'")]
    [InlineData("options:\n  epochs: 3\n", ", line 1: parameters: expected options with the values to try")]
    [InlineData("options:\n  epochs: 3\nparameters:\nseeds: [1]\n", "line 3: parameters: expected options")]
    [InlineData("parameters: {}\n", ", line 1: parameters: expected options")]
    [InlineData("options: 3\nparameters:\n  epochs: [1]\n", ", line 1: options: expected options below it")]
    [InlineData("options:\n  epohcs: 3\nparameters:\n  epochs: [1]\n", ", line 2: there is no option 'epohcs'; the nearest is 'epochs'")]
    [InlineData("parameters:\n  epohcs: [1]\n", ", line 2: there is no option 'epohcs'; the nearest is 'epochs'")]
    [InlineData("parameters:\n  method: [lora]\n  epochs: [1, two]\n", ", line 3: epochs: 'two' is not auto or a whole number")]
    [InlineData("parameters:\n  learning-rate: [1e-3, 11]\n", ", line 2: learning-rate: 11 is not a number above 0 and of at most 10")]
    [InlineData("parameters:\n  class-weights: [none, balancd]\n", ", line 2: class-weights: 'balancd' is not one of none, balanced")]
    [InlineData("parameters:\n  epochs: 3\n", ", line 2: epochs: expected a list of values, as [1, 2]")]
    [InlineData("parameters:\n  epochs: []\n", ", line 2: epochs: expected a list of values, as [1, 2]")]
    [InlineData("parameters:\n  epochs: [[1], [2]]\n", ", line 2: expected one value, found a list or a mapping")]
    [InlineData("parameters:\n  learning-rate: {min: 1e-4, max: 1e-2}\n", ", line 2: learning-rate: a range is for random search")]
    [InlineData("trials: 2\nparameters:\n  warmup-ratio: {min: 0.5, max: 0.5}\n", ", line 3: warmup-ratio: expected min below max")]
    [InlineData("trials: 2\nparameters:\n  epochs: {min: 5, max: 2}\n", ", line 3: epochs: expected min below max")]
    [InlineData("trials: 2\nparameters:\n  weight-decay: {min: 0, max: 1, scale: log}\n", ", line 3: weight-decay: expected min below max, "
        + "both above 0")]
    [InlineData("trials: 2\nparameters:\n  weight-decay: {min: 0, max: 1, scale: lg}\n", ", line 3: weight-decay: scale is linear or log, "
        + "found 'lg'")]
    [InlineData("trials: 2\nparameters:\n  weight-decay: {min: 0, maxx: 1}\n", ", line 3: weight-decay: a range has min, max and scale, "
        + "found 'maxx'")]
    [InlineData("trials: 2\nparameters:\n  weight-decay: {max: 1}\n", ", line 3: weight-decay: expected a number as min")]
    [InlineData("trials: 2\nparameters:\n  lora.alpha: {min: 1, max: many}\n", ", line 3: lora.alpha: expected a number as max")]
    [InlineData("trials: 2\nparameters:\n  epochs: {min: 1.5, max: 3}\n", ", line 3: epochs: '1.5' is not auto or a whole number")]
    [InlineData("trials: 2\nparameters:\n  method: {min: 1, max: 2}\n", ", line 3: method: is not a number")]
    [InlineData("trials: 2\nparameters:\n  keep-last: {min: 0, max: 1}\n", ", line 3: keep-last: is not a number")]
    [InlineData("trials: -2\nparameters:\n  epochs: [1]\n", ", line 1: trials: expected a whole number above 0")]
    [InlineData("trials: few\nparameters:\n  epochs: [1]\n", ", line 1: trials: expected a whole number, found 'few'")]
    [InlineData("search-seed: 1.5\nparameters:\n  epochs: [1]\n", ", line 1: search-seed: expected a whole number, found '1.5'")]
    [InlineData("seeds: [1, 2, 1]\nparameters:\n  epochs: [1]\n", ", line 1: seeds: a seed is listed twice")]
    [InlineData("seeds: [1, one]\nparameters:\n  epochs: [1]\n", ", line 1: seeds: expected a whole number, found 'one'")]
    [InlineData("seeds: 1\nparameters:\n  epochs: [1]\n", ", line 1: seeds: expected a list, as [1, 2, 3]")]
    [InlineData("seeds: []\nparameters:\n  epochs: [1]\n", ", line 1: seeds: expected a list, as [1, 2, 3]")]
    [InlineData("parameters:\n  seed: [1, 2]\n", ", line 2: seed cannot vary, because it does not change the model that is searched; list "
        + "seeds under seeds")]
    [InlineData("parameters:\n  output: [a, b]\n", ", line 2: output cannot vary, because it does not change the model; put it under "
        + "options")]
    [InlineData("parameters:\n  epochs: [1]\n  Epochs: [2]\n", ", line 3: Epochs: is the name of a parameter above")]
    [InlineData("parameters:\n  batch-size: [1]\n  BatchSize: [2]\n", ", line 3: BatchSize: is the name of a parameter above")]
    [InlineData("parameters:\n  epochs: [1, 2\n", " is not valid YAML")]
    public void A_malformed_file_is_refused_with_its_line(string text, string expected)
    {
        var message = Assert.Throws<RunFileException>(() => Read(text)).Message;
        Assert.StartsWith(File, message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_missing_file_is_refused() => Assert.Contains(
        "cannot be read", Assert.Throws<RunFileException>(() => SweepFile.Read(File, new TrainingOptions())).Message);

    private SweepPlan Read(string text)
    {
        System.IO.File.WriteAllText(File, text);
        return SweepFile.Read(File, new TrainingOptions { Seed = 2 });
    }
}
