using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Peft.Methods;
using Peft.Training;

namespace Peft.Tests.Training;

/// <summary>Texts are cut so that virtual tokens fit beside them (reported as adapters#327), in training and in prediction.</summary>
public sealed class TextLimitTests
{
    private static readonly string s_long = string.Join(' ', Enumerable.Repeat("the food was good", 70));

    [Theory]
    [InlineData("builtin", "prompt", 128 - 20)]
    [InlineData("builtin", "adamix(prompt)", 128 - 20)]
    [InlineData("builtin", "prefix", 128)]
    [InlineData("builtin-gpt2", "prompt", 256 - 20)]
    [InlineData("builtin-gpt2", "prefix", 256 - 10, "prefix.shiftPositions")]
    public void Long_texts_train_and_predict(string backbone, string method, int expected, string? flag = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddPeft(peft => peft.AddMethod<Prompt>().AddMethod<Prefix>());
        using var host = builder.Build();
        var task = ClassificationTask.FromExamples(
            "lengths", Enumerable.Range(0, 10).Select(i => (i % 5 == 4 ? s_long : "the food was good", i % 2 == 0 ? "a" : "b")));
        var positions = backbone == "builtin" ? 128 : 256;
        var options = new TrainingOptions
        {
            Backbone = backbone, Method = method, Epochs = 1, MaxLength = positions, BatchSize = 4, Threads = 1,
            Settings = flag is null ? new Dictionary<string, string>() : new Dictionary<string, string> { [flag] = "true" },
        };
        var notes = new Notes();
        using var trained = host.Services.GetRequiredService<FineTuner>().Train(task, options, notes);
        Assert.Equal(expected, TextLimit.Apply(trained.Model, options).MaxLength);
        Assert.Equal(2, trained.Predict([s_long, "good"]).Count);
        Assert.Equal(expected < positions, notes.All.Any(note => note.Contains($"cut to {expected} tokens", StringComparison.Ordinal)));
    }

    [Fact]
    public void More_virtual_tokens_than_positions_are_refused()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddPeft(peft => peft.AddMethod<Prompt>());
        using var host = builder.Build();
        var options = Watching.Short with { Method = "prompt", Settings = new Dictionary<string, string> { ["prompt.length"] = "128" } };
        var problem = Assert.Throws<TrainingOptionsException>(() => host.Services.GetRequiredService<FineTuner>().Run(options));
        Assert.Contains("128 virtual tokens", problem.Message);
    }

    private sealed class Notes : ITrainingObserver
    {
        public List<string> All { get; } = [];

        public void Started(RunSummary summary)
        {
        }

        public void Stepped(TrainingProgress progress)
        {
        }

        public void Evaluated(EpochResult epoch)
        {
        }

        public void Noted(string message) => All.Add(message);
    }
}
