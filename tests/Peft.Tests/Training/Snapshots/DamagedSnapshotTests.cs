namespace Peft.Tests.Training;

/// <summary>A snapshot that is not whole is not used, and the one before it is.</summary>
public sealed class DamagedSnapshotTests : IDisposable
{
    private static readonly Lazy<(byte[] Adapter, string Epochs, string Metrics)> s_expected =
        new(() => RunPair.Undisturbed(RunPair.Short with { Method = "adamix(lora)" }));
    private readonly RunPair _run = new(RunPair.Short with { Method = "adamix(lora)" });

    public void Dispose() => _run.Dispose();

    public static TheoryData<string> Damages { get; } = ["cut", "bit", "checksum", "checksum of nothing", "empty", "no file"];

    [Theory, MemberData(nameof(Damages))]
    public void The_one_before_is_used_and_that_is_said(string damage)
    {
        _run.Run(stopAfter: 4);
        Damage(damage, "step-00000004");
        var (result, observer) = _run.Run(resume: true);
        Assert.Contains("the snapshot of step 4 is damaged and not used", observer.Notes[0]);
        Assert.Equal("resumed from the snapshot of step 2", observer.Notes[1]);
        Assert.Equal(3, observer.Losses.Keys.Min());
        RunPair.AssertSame(s_expected.Value, _run.End(result));
        Assert.Contains("is damaged and not used", File.ReadAllText(Path.Combine(_run.Folder, "log.txt")));
    }

    [Fact]
    public void With_all_of_them_damaged_it_begins_at_the_beginning()
    {
        _run.Run(stopAfter: 4);
        Damage("bit", "step-00000002");
        Damage("cut", "step-00000004");
        var (result, observer) = _run.Run(resume: true);
        Assert.Equal(3, observer.Notes.Count);
        Assert.Equal(1, observer.Losses.Keys.Min());
        RunPair.AssertSame(s_expected.Value, _run.End(result));
    }

    [Fact]
    public void What_an_interrupted_write_left_is_no_snapshot_and_goes()
    {
        _run.Run(stopAfter: 2);
        var partial = Path.Combine(_run.Snapshots, "step-00000004.partial");
        Directory.CreateDirectory(partial);
        File.Copy(Path.Combine(_run.Snapshots, "step-00000002", "state.safetensors"), Path.Combine(partial, "state.safetensors"));
        var (result, observer) = _run.Run(resume: true);
        Assert.Equal("resumed from the snapshot of step 2", Assert.Single(observer.Notes));
        RunPair.AssertSame(s_expected.Value, _run.End(result));
        Assert.False(Directory.Exists(partial));
    }

    private void Damage(string damage, string name)
    {
        var (state, sums) = (Path.Combine(_run.Snapshots, name, "state.safetensors"), Path.Combine(_run.Snapshots, name, "SHA256SUMS"));
        var bytes = File.ReadAllBytes(state);
        switch (damage)
        {
            case "cut":
                File.WriteAllBytes(state, bytes[..(bytes.Length / 2)]);
                break;
            case "bit":
                bytes[^5000] ^= 4;
                File.WriteAllBytes(state, bytes);
                break;
            case "checksum":
                File.Delete(sums);
                break;
            case "checksum of nothing":
                File.WriteAllText(sums, "");
                break;
            case "empty":
                File.WriteAllBytes(state, []);
                break;
            default:
                File.Delete(state);
                break;
        }
    }
}
