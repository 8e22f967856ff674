using System.Buffers.Binary;
using Peft.Methods;
using Peft.Training;
using Tensorboard;

namespace Peft.Tests.Training;

/// <summary>The events of <c>--tensorboard</c>, read back.</summary>
public sealed class TensorboardTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-tensorboard-").FullName;

    private TrainingOptions Options => new()
    {
        Backbone = "builtin", Task = "builtin", Method = "adamix(lora)", TrainLimit = 32, DevLimit = 16, BatchSize = 8, Epochs = 2,
        Threads = 1, Output = Path.Combine(_folder, "run"), Tensorboard = true,
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_curves_are_those_of_the_run()
    {
        var watched = new Watching();
        var result = new FineTuner(new MethodRegistry().Add<Lora>()).Run(Options, watched);
        var curves = Read();
        Assert.Equal(Enumerable.Range(1, 8).Select(step => (long)step), curves["train/loss"].Select(point => point.Step));
        Assert.Equal(watched.Steps.Select(step => (float)step.Loss), curves["train/loss"].Select(point => point.Value));
        Assert.Equal(8, curves["train/learning-rate"].Count);
        Assert.All(curves["train/tokens-per-second"], point => Assert.True(point.Value > 0));
        foreach (var name in result.Metrics.Keys)
            Assert.Equal(
                result.Epochs.Select(epoch => (float)epoch.Metrics[name]), curves[$"development/{name}"].Select(point => point.Value));
        Assert.Equal([1, 2], curves["mixture/expert-similarity"].Select(point => point.Step));
    }

    [Fact]
    public void Without_a_folder_it_is_refused_and_without_the_option_nothing_is_written()
    {
        var tuner = new FineTuner(new MethodRegistry().Add<Lora>());
        var problem = Assert.Throws<TrainingOptionsException>(() => tuner.Run(Options with { Output = null }));
        Assert.Contains("--tensorboard: needs --output", problem.Message);
        tuner.Run(Options with { Tensorboard = false, MaxSteps = 1 });
        Assert.False(Directory.Exists(Path.Combine(_folder, "run", "tensorboard")));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_to_does_not_stop_the_run()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "run"));
        File.WriteAllText(Path.Combine(_folder, "run", "tensorboard"), "a file where the folder would be");
        var watched = new Watching();
        var result = new FineTuner(new MethodRegistry().Add<Lora>()).Run(Options, watched);
        Assert.Equal(8, result.Steps);
        Assert.Single(watched.Notices, note => note.Contains("no more events are written"));
    }

    /// <summary>The points of each curve. A record is a length of 8 bytes, its checksum of 4, the event, and its checksum.</summary>
    private Dictionary<string, List<(long Step, float Value)>> Read()
    {
        var curves = new Dictionary<string, List<(long Step, float Value)>>();
        var bytes = File.ReadAllBytes(Assert.Single(Directory.GetFiles(Path.Combine(_folder, "run", "tensorboard"))));
        for (var position = 0; position < bytes.Length;)
        {
            var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(position));
            var read = Event.Parser.ParseFrom(bytes.AsSpan(position + 12, length).ToArray());
            foreach (var value in read.Summary?.Value ?? [])
            {
                if (!curves.TryGetValue(value.Tag, out var curve))
                    curves[value.Tag] = curve = [];
                curve.Add((read.Step, value.SimpleValue));
            }

            position += length + 16;
        }

        return curves;
    }
}
