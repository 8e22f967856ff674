using System.Diagnostics;
using Peft.Data.Tests;
using Peft.Training;

namespace Peft.Cli.Tests;

/// <summary>A hub on this machine that has the built-in encoder as owner/name, and the environment that leads to it.</summary>
internal sealed class HubRepository : IDisposable
{
    public const string Name = FakeHub.Id;

    private static readonly string[] s_variables = ["HF_HOME", "HF_HUB_CACHE", "HF_HUB_OFFLINE", "HF_ENDPOINT", "HF_TOKEN"];

    private readonly string?[] _before = [.. s_variables.Select(Environment.GetEnvironmentVariable)];

    public HubRepository()
    {
        Hub.Files.Clear();
        foreach (var file in Directory.GetFiles(BackboneSource.Folder(BackboneSource.BuiltIn)))
            Hub.Files[Path.GetFileName(file)] = File.ReadAllBytes(file);
        string?[] values = [Home, null, null, Hub.Server.Address, "secret"];
        for (var i = 0; i < s_variables.Length; i++)
            Environment.SetEnvironmentVariable(s_variables[i], values[i]);
    }

    public FakeHub Hub { get; } = new();

    public string Home { get; } = Directory.CreateTempSubdirectory("peft-home-").FullName;

    public int Requests => Hub.Server.Requests.Count;

    /// <summary>Files that came in part.</summary>
    public IReadOnlyList<string> Partial => Directory.Exists(Path.Combine(Home, "hub"))
        ? Directory.GetFiles(Path.Combine(Home, "hub"), "*.incomplete", SearchOption.AllDirectories) : [];

    public void Dispose()
    {
        for (var i = 0; i < s_variables.Length; i++)
            Environment.SetEnvironmentVariable(s_variables[i], _before[i]);
        Hub.Dispose();
        Directory.Delete(Home, recursive: true);
    }

    /// <summary>Sends a part of the weights and then nothing more.</summary>
    public void Stall() => Hub.Before = async exchange =>
    {
        if (exchange.Method != "GET" || !exchange.Path.EndsWith("model.safetensors", StringComparison.Ordinal))
            return false;
        await exchange.Head(200, Hub.Files["model.safetensors"].Length, Hub.Headers("model.safetensors"));
        await exchange.Body(Hub.Files["model.safetensors"].AsMemory(0, 100_000));
        await Task.Delay(TimeSpan.FromMinutes(5));
        return true;
    };

    /// <summary>The command in a process of its own.</summary>
    public static Process Start(string? shell, params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Peft.Cli");
        var start = shell is null
            ? new ProcessStartInfo("/usr/bin/env", ["--default-signal=INT,HUP,TERM", program, .. arguments])
            : new ProcessStartInfo("/bin/bash", ["-c", shell, program, .. arguments]);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        return Process.Start(start)!;
    }
}
