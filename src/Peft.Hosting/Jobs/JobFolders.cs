using System.Text.Json;
using Microsoft.Extensions.Options;
using Peft.Data;
using Peft.Training;

namespace Peft.Hosting;

/// <summary>
/// The folders of the jobs. Each holds <c>job.json</c>, which says what the job is and does, <c>events.jsonl</c> and the files of its run.
/// The queue itself is in Quartz's database.
/// </summary>
internal sealed class JobFolders
{
    private const string JobFile = "job.json", EventsFile = "events.jsonl", CancelFile = "cancel";

    private static readonly JsonSerializerOptions s_json = new(RunResult.Json)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    private readonly Lock _lock = new();

    public JobFolders(IOptions<FineTuningJobOptions> options)
    {
        Root = CreateFolder(options.Value.Folder, "the folder of the jobs", "Jobs:Folder");
    }

    /// <summary>The full path of the folder that holds those of the jobs.</summary>
    public string Root { get; }

    /// <summary>Creates a folder that the options name.</summary>
    /// <returns>Its full path.</returns>
    /// <exception cref="JobStoreException">It cannot be created.</exception>
    public static string CreateFolder(string folder, string what, string option)
    {
        var path = Path.GetFullPath(folder);
        try
        {
            Directory.CreateDirectory(path);
            return path;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new JobStoreException($"{what}, {path}, cannot be created ({problem.Message}); name another in {option}.", problem);
        }
    }

    /// <summary>The folder of a job.</summary>
    /// <exception cref="JobRequestException">The name is none that a job can have.</exception>
    public string FolderOf(string name) => NameRule.Allows(name)
        ? Path.Combine(Root, name)
        : throw new JobRequestException($"'{Shown(name)}' is no name of a job; expected {NameRule.Expected}.");

    /// <summary>The events of a job, one JSON object in a line.</summary>
    public string EventsOf(string name) => Path.Combine(FolderOf(name), EventsFile);

    /// <summary>Creates a job's folder.</summary>
    /// <exception cref="JobExistsException">Something of the name exists.</exception>
    /// <exception cref="JobStoreException">The folder cannot be written to.</exception>
    public void Create(FineTuningJob job)
    {
        var folder = FolderOf(job.Name);
        if (Path.Exists(folder))
            throw new JobExistsException(job.Name);
        try
        {
            Directory.CreateDirectory(folder);
            using var file = new FileStream(Path.Combine(folder, JobFile), FileMode.CreateNew); // of two at once, one fails
            JsonSerializer.Serialize(file, job, s_json);
        }
        catch (IOException) when (File.Exists(Path.Combine(folder, JobFile)))
        {
            throw new JobExistsException(job.Name);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new JobStoreException($"the folder of the job '{job.Name}' cannot be written to ({problem.Message}).", problem);
        }
    }

    /// <summary>Removes the folder of a job that could not be queued.</summary>
    public void Remove(string name) => Directory.Delete(FolderOf(name), recursive: true);

    /// <summary>Reads a job.</summary>
    /// <exception cref="UnknownJobException">There is none of the name.</exception>
    /// <exception cref="JobStoreException">Its file is damaged.</exception>
    public FineTuningJob Read(string name) => NameRule.Allows(name) && TryRead(name) is { } job ? job : throw new UnknownJobException(name);

    /// <summary>Changes a job.</summary>
    /// <returns>The changed job.</returns>
    public FineTuningJob Update(string name, Func<FineTuningJob, FineTuningJob> change)
    {
        lock (_lock)
        {
            var job = change(Read(name));
            var path = Path.Combine(FolderOf(name), JobFile);
            var partial = $"{path}.{Environment.ProcessId}.partial";
            File.WriteAllBytes(partial, JsonSerializer.SerializeToUtf8Bytes(job, s_json));
            File.Move(partial, path, overwrite: true);
            return job;
        }
    }

    /// <summary>All jobs whose files can be read, in the order of their submission.</summary>
    /// <param name="damaged">Receives the name and the error of each other job; null to leave them out silently.</param>
    public IReadOnlyList<FineTuningJob> List(Action<string, JobStoreException>? damaged = null) =>
    [
        .. Directory.EnumerateDirectories(Root).Select(Path.GetFileName).OfType<string>().Where(name => NameRule.Allows(name))
            .Select(name => ReadOrReport(name, damaged)).OfType<FineTuningJob>()
            .OrderBy(job => job.Submitted).ThenBy(job => job.Name, StringComparer.Ordinal),
    ];

    /// <summary>Records that a job is to be cancelled, so that a host that takes it over does not train it.</summary>
    public void RequestCancel(string name) => File.WriteAllBytes(Path.Combine(FolderOf(name), CancelFile), []);

    /// <summary>Forgets that a job was to be cancelled.</summary>
    public void WithdrawCancel(string name) => File.Delete(Path.Combine(FolderOf(name), CancelFile));

    /// <summary>Whether a job is to be cancelled.</summary>
    public bool IsCancelRequested(string name) => File.Exists(Path.Combine(FolderOf(name), CancelFile));

    private FineTuningJob? ReadOrReport(string name, Action<string, JobStoreException>? damaged)
    {
        try
        {
            return TryRead(name);
        }
        catch (JobStoreException problem)
        {
            damaged?.Invoke(name, problem);
            return null;
        }
    }

    private FineTuningJob? TryRead(string name)
    {
        var path = Path.Combine(FolderOf(name), JobFile);
        try
        {
            return JsonSerializer.Deserialize<FineTuningJob>(File.ReadAllBytes(path), s_json);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null; // a run that is no job
        }
        catch (JsonException) when (new FileInfo(path) is { Length: 0 })
        {
            return null; // being created
        }
        catch (Exception problem) when (problem is JsonException or IOException or UnauthorizedAccessException)
        {
            var reason = problem is JsonException fault ? JsonFault.Describe(fault) : problem.Message;
            throw new JobStoreException(
                $"{JobFile} of the job '{name}' cannot be read ({reason}); repair it, or remove the job's folder.", problem);
        }
    }

    private static string Shown(string name) => name.Length > 100 ? string.Concat(name.AsSpan(0, 100), "...") : name;
}
