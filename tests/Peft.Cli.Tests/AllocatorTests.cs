using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Peft.Cli.Tests;

/// <summary>The memory allocator that ./peft starts the program with (build/allocator.sh).</summary>
public sealed class AllocatorTests
{
    private const string Preload = "LD_PRELOAD", Choice = "PEFT_ALLOCATOR";

    [Fact]
    public async Task A_library_that_is_named_is_preloaded() =>
        Assert.Equal((0, "/bin/sh", ""), await Use((Choice, "/bin/sh"), (Preload, null)));

    [Fact]
    public async Task System_keeps_the_allocator_of_the_C_library() =>
        Assert.Equal((0, "", ""), await Use((Choice, "system"), (Preload, null)));

    [Fact]
    public async Task A_preload_of_the_user_stays() =>
        Assert.Equal((0, "/bin/sh", ""), await Use((Choice, "/bin/ls"), (Preload, "/bin/sh")));

    [Fact]
    public async Task Without_a_choice_an_installed_library_or_none_is_preloaded()
    {
        var (exitCode, preload, error) = await Use((Choice, null), (Preload, null));
        Assert.Equal((0, ""), (exitCode, error));
        Assert.True(preload.Length == 0 || File.Exists(preload), preload);
    }

    [Fact]
    public async Task A_library_that_is_missing_is_named()
    {
        var (exitCode, preload, error) = await Use((Choice, "/nowhere/liballocator.so"), (Preload, null));
        Assert.Equal((2, ""), (exitCode, preload));
        Assert.Equal(
            "peft: PEFT_ALLOCATOR is '/nowhere/liballocator.so'; it must be 'system' or the path of an allocator's library.", error);
    }

    /// <summary>
    /// Chooses the allocator, then prints what the next program would be started with. The variables reach the shell as arguments: it runs
    /// without them.
    /// </summary>
    private static async Task<(int ExitCode, string Preload, string Error)> Use(params (string Name, string? Value)[] variables)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "LD_PRELOAD is Linux's");
        var assignments = variables.Select(variable => variable.Value is null
            ? $"unset {variable.Name}; " : $"{variable.Name}='{variable.Value}'; ");
        var start = new ProcessStartInfo("/bin/bash", ["-euo", "pipefail", "-c", $". \"$0\"; {string.Concat(assignments)} "
            + $"use_allocator; printf '%s' \"${{LD_PRELOAD:-}}\"", Script()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var texts = (Output: process.StandardOutput.ReadToEndAsync(), Error: process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await texts.Output, (await texts.Error).Trim());
    }

    private static string Script([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "build", "allocator.sh");
}
