using Peft.Data;
using Peft.Training;

namespace Peft.Tests.Training;

/// <summary>A run does not go on as another.</summary>
public sealed class ResumeRefusalTests : IDisposable
{
    private readonly RunPair _run = new(RunPair.Short);
    private readonly string _other = Directory.CreateTempSubdirectory("peft-other-").FullName;

    public void Dispose()
    {
        _run.Dispose();
        Directory.Delete(_other, recursive: true);
    }

    [Fact]
    public void Settings_that_differ_are_named()
    {
        _run.Run(stopAfter: 2);
        Assert.Contains("--batch-size was 16 and is 8", Refused(options => options with { BatchSize = 8 }));
        Assert.Contains("--seed was 1 and is 2", Refused(options => options with { Seed = 2 }));
        Assert.Contains("--epochs was 2 and is 3", Refused(options => options with { Epochs = 3 }));
        Assert.Contains("--set lora.rank was not given and is 4", Refused(
            options => options with { Settings = new Dictionary<string, string> { ["lora.rank"] = "4" } }));
        Assert.Contains("--method was \"lora\" and is \"adamix(lora)\"", Refused(options => options with { Method = "adamix(lora)" }));
        Assert.Contains("--keep-last was false and is true", Refused(options => options with { KeepLast = true }));
    }

    [Fact]
    public void How_often_snapshots_are_written_and_what_is_done_about_losses_may_change()
    {
        _run.Run(stopAfter: 2);
        Assert.False(_run.Run(
            resume: true, change: options =>
            options with { SnapshotEvery = 3, KeepSnapshots = 1, NonFinite = "skip" }).Result.Cancelled);
    }

    [Fact]
    public void Another_backbone_under_the_same_name_is_refused()
    {
        CopyBackbone(factor: 0);
        using var run = new RunPair(RunPair.Short with { Backbone = _other });
        run.Run(stopAfter: 2);
        CopyBackbone(factor: 1);
        Assert.Contains("the backbone's frozen weights", Assert.Throws<ResumeException>(() => run.Run(resume: true)).Message);
    }

    [Theory]
    [InlineData("train.tsv", "a good film , and a long one", 0)]
    [InlineData("train.tsv", "a bad film", 0)]
    [InlineData("train.tsv", "a good film", 1)]
    [InlineData("dev.tsv", "a bad film", 0)]
    [InlineData("dev.tsv", "a good film", 1)]
    public void Other_data_under_the_same_name_are_refused(string part, string text, int label)
    {
        Data("train.tsv", "a good film");
        Data("dev.tsv", "a good film");
        using var run = new RunPair(RunPair.Short with { Task = "sst2", Data = _other });
        run.Run(stopAfter: 2);
        Data(part, text, label);
        var message = Assert.Throws<ResumeException>(() => run.Run(resume: true)).Message;
        Assert.Equal(part == "train.tsv", message.Contains("the training examples", StringComparison.Ordinal));
        Assert.Equal(part == "dev.tsv", message.Contains("the development examples", StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_does_not_overwrite_another_ones_snapshots()
    {
        _run.Run(stopAfter: 2);
        Assert.Contains("--overwrite", Assert.Throws<TrainingOptionsException>(() => _run.Run()).Message);
        File.Delete(Path.Combine(_run.Folder, RunResult.FileName)); // as if it had been killed
        var message = Assert.Throws<ResumeException>(() => _run.Run()).Message;
        Assert.Contains("of an earlier run, the latest of step 2", message);
        Assert.Contains("--resume", message);
        Assert.True(Directory.Exists(Path.Combine(_run.Snapshots, "step-00000002")));
    }

    /// <summary>Resuming would start from the beginning, and replace what was trained.</summary>
    [Fact]
    public void A_finished_run_without_snapshots_is_not_resumed()
    {
        _run.Run(change: options => options with { SnapshotEvery = 0 });
        var before = File.ReadAllBytes(Path.Combine(_run.Folder, RunResult.FileName));
        var problem = Assert.Throws<TrainingOptionsException>(
            () => _run.Run(resume: true, change: options => options with { SnapshotEvery = 0 }));
        Assert.Contains("without snapshots", problem.Message);
        Assert.Contains("--overwrite", problem.Message);
        Assert.DoesNotContain("--resume", Assert.Throws<TrainingOptionsException>(
            () => _run.Run(change: options => options with { SnapshotEvery = 0 })).Message);
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(_run.Folder, RunResult.FileName)));
    }

    [Fact]
    public void A_run_that_overwrites_another_begins_anew_and_leaves_nothing_of_it()
    {
        _run.Run(stopAfter: 2, change: options => options with { Method = "adamix(lora)" });
        Assert.True(Directory.Exists(Path.Combine(_run.Folder, "adapter-merged")));
        var result = _run.Run(change: options => options with { Method = "lora", Overwrite = true, SnapshotEvery = 0 }).Result;
        Assert.Equal(("lora", false), (result.Method, result.Cancelled));
        Assert.False(Directory.Exists(Path.Combine(_run.Folder, "adapter-merged")));
        Assert.Empty(Directory.GetDirectories(_run.Snapshots));
    }

    [Theory]
    [InlineData("snapshot-every", 5, false, "stop")]
    [InlineData("resume", 0, true, "stop")]
    [InlineData("non-finite", 0, false, "rollback")]
    [InlineData("non-finite", 0, false, "ignore")]
    [InlineData("snapshot-every", -1, false, "stop")]
    public void Options_that_do_not_fit_together_are_refused(string option, int every, bool resume, string policy)
    {
        var options = new TrainingOptions { SnapshotEvery = every, Resume = resume, NonFinite = policy };
        Assert.Equal(option, Assert.Throws<TrainingOptionsException>(() => TrainingOptionsCheck.Check(options)).Option);
    }

    [Fact]
    public void A_snapshot_that_cannot_be_written_stops_the_run_and_leaves_those_before()
    {
        _run.Run(stopAfter: 2);
        var before = File.ReadAllBytes(Path.Combine(_run.Snapshots, "step-00000002", "state.safetensors"));
        File.WriteAllText(Path.Combine(_run.Snapshots, "step-00000004.partial"), "a file where a folder must go");
        var message = Assert.Throws<SnapshotWriteException>(() => _run.Run(resume: true)).Message;
        Assert.Contains("the snapshot of step 4 could not be written", message);
        Assert.Contains("The snapshot of step 2 is intact", message);
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(_run.Snapshots, "step-00000002", "state.safetensors")));
        File.Delete(Path.Combine(_run.Snapshots, "step-00000004.partial"));
        RunPair.AssertSame(RunPair.Undisturbed(RunPair.Short), _run.End(_run.Run(resume: true).Result));
    }

    private string Refused(Func<TrainingOptions, TrainingOptions> change) =>
        Assert.Throws<ResumeException>(() => _run.Run(resume: true, change: change)).Message;

    /// <summary>The built-in backbone with one weight changed.</summary>
    private void CopyBackbone(byte factor)
    {
        var source = BackboneSource.Folder(BackboneSource.BuiltIn);
        foreach (var file in Directory.GetFiles(source))
            File.Copy(file, Path.Combine(_other, Path.GetFileName(file)), overwrite: true);
        using var weights = SafetensorsFile.Open(Path.Combine(source, "model.safetensors"));
        SafetensorsWriter.Write(Path.Combine(_other, "model.safetensors"), weights.Tensors.Values.Select(info =>
        {
            var bytes = weights.Bytes(info.Name).ToArray();
            if (info.Name == "bert.encoder.layer.0.output.LayerNorm.weight")
                bytes[0] ^= factor;
            return new TensorSource(info.Name, info.DType, info.Shape, bytes);
        }));
    }

    private void Data(string part, string first, int label = 0)
    {
        var rows = Enumerable.Range(0, 40).Select(row => $"{(row == 0 ? first : $"film number {row}")}\t{(row == 0 ? label : row % 2)}");
        File.WriteAllLines(Path.Combine(_other, part), ["sentence\tlabel", .. rows]);
    }
}
