using System.Diagnostics;
using Peft.Methods;
using Peft.Training;

namespace Peft.Packages.Tests;

/// <summary>Plugins that throw, never return, or are other things than assemblies: one line names each, the others are loaded.</summary>
public sealed class HostilePluginTests : IDisposable
{
    private const string Forever = "System.Threading.Thread.Sleep(System.Threading.Timeout.Infinite);";

    private static readonly PluginPatience s_short = new()
    {
        Notice = TimeSpan.FromMilliseconds(500), Limit = TimeSpan.FromMilliseconds(1500),
    };

    private readonly PluginsFolder _folder = new();

    public HostilePluginTests() => _folder.Add("Good", Sources.Method("good"));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("static class Late { internal static readonly int Value = Wait(); static int Wait() { FOREVER return 4; } }")]
    [InlineData("static class Late { internal const int Value = 4; "
        + "[System.Runtime.CompilerServices.ModuleInitializer] internal static void Wait() { FOREVER } }")]
    public void One_that_never_returns_is_named_and_left_out(string rest)
    {
        _folder.Add("Slow", Sources.Method("slow", rank: "Late.Value", rest: rest.Replace("FOREVER", Forever)));
        var told = new List<string>();
        var waiting = Stopwatch.StartNew();
        AssertFails<PluginTimeoutException>("Slow.dll", "within 1.5 s", s_short with { Told = told.Add });
        Assert.InRange(waiting.Elapsed, TimeSpan.FromSeconds(1.4), TimeSpan.FromSeconds(20));
        Assert.Contains("Slow.dll takes long; after 1.5 s it is left out", Assert.Single(told));
    }

    [Fact]
    public void The_wait_can_be_cancelled()
    {
        _folder.Add("Slow", Sources.Method("slow", rank: "Late.Value", rest: $$"""
            static class Late { internal static readonly int Value = Wait(); static int Wait() { {{Forever}} return 4; } }
            """));
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        using var catalog = new PluginCatalog([_folder.Plugins]) { Patience = new PluginPatience { Cancellation = stop.Token } };
        Assert.ThrowsAny<OperationCanceledException>(() => catalog.AddTo(new MethodRegistry()));
    }

    [Theory]
    [InlineData("static int Value => throw new System.OperationCanceledException(\"no\");", "OperationCanceledException: no")]
    [InlineData("static readonly int Value = int.Parse(\"x\");", "FormatException")]
    [InlineData("static int Value => throw new Odd();", "Odd: a message that cannot be read (NotSupportedException)")]
    [InlineData("static int Value => throw new System.Exception(new string('x', 1_000_000));", "xxx...")]
    public void One_that_throws_anything_is_one_line(string member, string said)
    {
        _folder.Add("Throws", Sources.Method("throws", rank: "Late.Value", rest: $$"""
            static class Late { internal {{member}} }
            sealed class Odd : System.Exception { public override string Message => throw new System.NotSupportedException(); }
            """));
        Assert.True(AssertFails<PluginCodeException>("Throws.dll", said).Problem.Message.Length < 1000);
    }

    [Theory]
    [InlineData("public string Name => throw new System.Exception(\"no name\");", "no name")]
    [InlineData("public string Name => null!;", "NullReferenceException")]
    [InlineData("public string Name => \"s-s-t-2\";", "which is taken")]
    [InlineData("public string Name => new Thrown().ToString()!;", "odd attribute")]
    public void So_is_one_whose_task_does(string name, string said)
    {
        _folder.Add("Task", $$"""
            using Peft; using Peft.Data; using Peft.Training; using System.Collections.Generic;
            [Odd] public sealed class Thrown {
                public override string ToString() => GetType().GetCustomAttributes(false).Length.ToString();
            }
            public sealed class OddAttribute : System.Attribute { public OddAttribute() => throw new System.Exception("odd attribute"); }
            public sealed class Mine : IFineTuningTask
            {
                {{name}}
                public TaskHead Head => new TaskHead.LanguageModel();
                public ITaskData Read(TrainingOptions options) => null!;
                public IReadOnlyList<Prediction> Predict(PeftModel model, ITokenizer tokenizer,
                    IReadOnlyList<(string Text, string? Pair)> texts, TrainingOptions options) => [];
            }
            """);
        var registry = new MethodRegistry();
        using var catalog = _folder.Load(registry);
        Assert.Contains(said, Assert.Single(catalog.Report.Failures).Problem.Message);
        Assert.NotNull(registry.Find("good"));
        catalog.AddTo(new TaskRegistry());
    }

    [Theory]
    [InlineData("Odd.dll", "pipe", "found a pipe")]
    [InlineData("Odd.dll", "device", "found a character device")]
    [InlineData("Odd.dll", "folder", "found a folder")]
    [InlineData("Odd.dll", "empty", "no .NET assembly")]
    [InlineData("Odd.dll", "native", "no .NET assembly")]
    [InlineData("Odd.dll", "huge", "a file of more than 512 MB")]
    [InlineData("Odd/Odd.dll", "pipe", "found a pipe")]
    [InlineData("Odd/Odd.dll", "huge", "a file of more than 512 MB")]
    [InlineData("Copy/Copy.deps.json", "pipe", "Copy.deps.json beside it, which is a pipe")]
    [InlineData("Copy/Copy.pdb", "pipe", "Copy.pdb beside it, which is a pipe")]
    [InlineData("Copy/Copy.runtimeconfig.json", "device", "Copy.runtimeconfig.json beside it, which is a character device")]
    [InlineData("Copy/Copy.deps.json", "huge", "Copy.deps.json beside it with more than 512 MB")]
    public void Other_things_than_assemblies_are_one_line(string name, string kind, string said)
    {
        if (name.StartsWith("Copy", StringComparison.Ordinal))
            _folder.Add("Copy", Sources.Method("copy"));
        var path = Path.Combine(_folder.Plugins, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        switch (kind)
        {
            case "pipe":
                Process.Start("mkfifo", [path])!.WaitForExit();
                break;
            case "device":
                File.CreateSymbolicLink(path, "/dev/zero");
                break;
            case "folder":
                Directory.CreateDirectory(path);
                break;
            case "native":
                File.Copy("/bin/ls", path);
                break;
            default:
                using (var file = File.Create(path))
                    file.SetLength(kind == "huge" ? 20L << 30 : 0); // takes no room on the disk
                break;
        }

        AssertFails<NotAPluginException>(Path.GetFileName(path), said);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("pipe")]
    public void A_path_that_is_no_folder_is_refused(string kind)
    {
        var path = _folder.Outside(kind);
        if (kind == "file")
            File.WriteAllText(path, "");
        else
            Process.Start("mkfifo", [path])!.WaitForExit();
        Assert.Contains($"{path}: is no folder", Assert.Throws<PluginFolderException>(() => new PluginCatalog([path])).Message);
    }

    private PluginFailure AssertFails<T>(string file, string said, PluginPatience? patience = null)
        where T : Exception
    {
        var registry = new MethodRegistry().Add<Lora>();
        using var catalog = new PluginCatalog([_folder.Plugins]) { Patience = patience ?? new PluginPatience() };
        catalog.AddTo(registry);
        var failure = Assert.Single(catalog.Report.Failures);
        Assert.IsType<T>(failure.Problem);
        Assert.All((string[])[file, said], part => Assert.Contains(part, failure.Problem.Message));
        Assert.DoesNotContain('\n', failure.Problem.Message);
        Assert.NotNull(registry.Find("good"));
        return failure;
    }
}
