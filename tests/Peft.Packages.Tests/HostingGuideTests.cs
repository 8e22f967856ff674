using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;

namespace Peft.Packages.Tests;

/// <summary>The steps of docs/guide/hosting.md, from <c>dotnet new web</c> to a healthy service, with the packed packages.</summary>
[Collection(PackedPackages.Name)]
[UnsupportedOSPlatform("windows")]
public sealed partial class HostingGuideTests(PackageFeed feed)
{
    private const string Listening = "Now listening on: ";

    private readonly string _page = File.ReadAllText(Path.Combine(Shell.Root, "docs", "guide", "hosting.md"));

    [Fact]
    public async Task Its_commands_and_files_give_a_service_that_is_healthy()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the guide's first choice of natives is for Linux");
        var folder = Path.Combine(feed.Root, "Tickets");
        foreach (var command in Block("").Split('\n').Select(line => line.Split('#')[0].Trim()))
        {
            var first = command.Split(" && ")[0].Split(' ');
            Assert.Equal("dotnet", first[0]);
            await feed.Dotnet(first[1] == "new" ? feed.Root : folder, first[1..]);
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), Block("csharp"));
        await File.WriteAllTextAsync(Path.Combine(folder, "appsettings.json"), Block("json"));
        await feed.Dotnet(folder, "build", "--nologo", "-v", "quiet", "-o", Path.Combine(folder, "out"));
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(folder, "out", "Tickets"), ["--urls", "http://127.0.0.1:0"])
        {
            WorkingDirectory = folder, RedirectStandardOutput = true,
        })!;
        try
        {
            using var client = new HttpClient { BaseAddress = await Address(process) };
            Assert.Equal("Healthy", await client.GetStringAsync("/health"));
        }
        finally
        {
            process.Kill();
        }
    }

    /// <summary>The page's first block of a language.</summary>
    private string Block(string language) => Blocks().Matches(_page).First(block => block.Groups[1].Value == language).Groups[2].Value;

    private static async Task<Uri> Address(Process process)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.IndexOf(Listening, StringComparison.Ordinal) is var start and >= 0)
                return new Uri(line[(start + Listening.Length)..]);
        }

        throw new InvalidOperationException("the service ended before it listened");
    }

    [GeneratedRegex("^```([a-z]*)\n(.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
