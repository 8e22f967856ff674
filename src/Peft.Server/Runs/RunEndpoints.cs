using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Peft.Hosting;
using Peft.Training;

namespace Peft.Server;

/// <summary>A file of a run.</summary>
/// <param name="Path">Its path in the run's folder, with <c>/</c>.</param>
/// <param name="Bytes">Its size.</param>
internal sealed record RunFileView(string Path, long Bytes);

/// <summary>The runs in the folder of the jobs, and their files.</summary>
internal static class RunEndpoints
{
    private static readonly EnumerationOptions s_withoutLinks = new()
    {
        RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint,
    };

    /// <summary>Texts that name the run's folder.</summary>
    private static readonly string[] s_texts = [RunResult.FileName, "log.txt", "job.json", "events.jsonl"];

    public static void Map(RouteGroupBuilder group, Problems problems)
    {
        group.MapGet("/runs", (IFineTuningJobs jobs) => Runs(jobs)).WithSummary("Lists the finished runs.");
        group.MapGet("/runs/{name}", (string name, IFineTuningJobs jobs) =>
                ResultView.FromResult(name, RunResult.Read(FolderOf(jobs, name))))
            .WithSummary("Shows the result of a run.");
        group.MapGet("/runs/{name}/files", (string name, IFineTuningJobs jobs) => Files(FolderOf(jobs, name)))
            .WithSummary("Lists the files of a run: adapter, metrics, log.");
        group.MapGet("/runs/{name}/files/{**path}", (string name, string path, IFineTuningJobs jobs, CancellationToken cancellation) =>
                DownloadAsync(FileOf(FolderOf(jobs, name), path), problems, cancellation))
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream")
            .WithSummary("Downloads a file of a run.");
    }

    /// <summary>The names of the finished runs.</summary>
    public static IEnumerable<string> Names(IFineTuningJobs jobs) =>
        Directory.EnumerateDirectories(jobs.Folder)
            .Where(folder => File.Exists(Path.Combine(folder, RunResult.FileName)) && NameRule.Allows(Path.GetFileName(folder)))
            .Select(folder => Path.GetFileName(folder));

    /// <summary>The files of a run; none if it has no folder.</summary>
    public static IEnumerable<RunFileView> ListFiles(IFineTuningJobs jobs, string name) =>
        jobs.FolderOf(name) is var folder && Directory.Exists(folder) ? Files(folder) : [];

    private static IReadOnlyList<ResultView> Runs(IFineTuningJobs jobs) =>
        [.. Names(jobs).Select(name => TryRead(jobs, name)).OfType<ResultView>().OrderByDescending(run => run.Ended)];

    /// <summary>A run; null for one that cannot be read, whose own route gives the reason.</summary>
    private static ResultView? TryRead(IFineTuningJobs jobs, string name)
    {
        try
        {
            return ResultView.FromResult(name, RunResult.Read(jobs.FolderOf(name)));
        }
        catch (RunFolderException)
        {
            return null;
        }
    }

    private static string FolderOf(IFineTuningJobs jobs, string name)
    {
        var folder = jobs.FolderOf(name); // refuses a name that could leave the folder of the runs
        return Directory.Exists(folder) ? folder
            : throw new RequestProblemException($"there is no run '{name}'.", StatusCodes.Status404NotFound);
    }

    private static IEnumerable<RunFileView> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*", s_withoutLinks)
            .Where(file => !Path.GetFileName(file).StartsWith('.'))
            .Select(file => new RunFileView(
                Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'), new FileInfo(file).Length))
            .OrderBy(file => file.Path, StringComparer.Ordinal);

    /// <summary>A file; a text of Peft's is sent without the server's folders.</summary>
    private static async Task<IResult> DownloadAsync(string file, Problems problems, CancellationToken cancellation)
    {
        const string Type = "application/octet-stream";
        var name = Path.GetFileName(file);
        return s_texts.Contains(name)
            ? Results.File(Encoding.UTF8.GetBytes(
                problems.WithoutFolders(await File.ReadAllTextAsync(file, cancellation))), Type, name)
            : Results.File(file, Type, name);
    }

    /// <summary>A listed file. Only those can be downloaded, so that no path or link leaves the folder.</summary>
    private static string FileOf(string folder, string path) => Files(folder).Any(file => file.Path == path)
        ? Path.Combine(folder, path)
        : throw new RequestProblemException("the run has no such file; list its files.", StatusCodes.Status404NotFound);
}
