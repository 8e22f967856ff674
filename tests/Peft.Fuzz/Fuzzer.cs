using System.Diagnostics;

namespace Peft.Fuzz;

/// <summary>
/// Feeds a reader with changed files until its time is up. A file that it neither takes nor refuses by an exception of this project's own
/// is kept.
/// </summary>
internal sealed class Fuzzer(FuzzTarget target, int seed)
{
    /// <summary>
    /// The most that a reader may allocate: so many times the bytes of its files, and a constant for what the file does not decide.
    /// </summary>
    public const long BytesForEachByte = 400;
    public const long BytesInAnyCase = 4 << 20;

    /// <summary>So many are tried also on a machine that is too busy for more in the given time.</summary>
    private const int FewestFiles = 40;

    private static readonly TimeSpan s_hang = TimeSpan.FromSeconds(30);

    private readonly Random _random = new(seed);
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-fuzz-").FullName;
    private long _startedAt;

    /// <summary>Files tried, and how many of them were taken.</summary>
    public (int Tried, int Taken) Count { get; private set; }

    /// <summary>Runs.</summary>
    /// <exception cref="FuzzFindingException">A file was found.</exception>
    public void Run(TimeSpan time)
    {
        var watch = Stopwatch.StartNew();
        using var watchdog = new Timer(_ => FailOnHang(), null, s_hang, TimeSpan.FromSeconds(1));
        for (var tried = 0; tried < FewestFiles || watch.Elapsed < time; tried++)
        {
            var files = target.Corpus[_random.Next(target.Corpus.Count)];
            var content = tried < target.Corpus.Count ? target.Corpus[tried][0] : target.Mutate(_random, files[0]);
            Write(tried < target.Corpus.Count ? target.Corpus[tried] : files, content);
            Count = (tried + 1, Count.Taken + (Try(content, mustBeTaken: tried < target.Corpus.Count) ? 1 : 0));
        }

        Directory.Delete(_folder, recursive: true);
    }

    private void Write(byte[][] files, byte[] first)
    {
        for (var file = 0; file < files.Length; file++)
            File.WriteAllBytes(Path.Combine(_folder, target.Files[file]), file == 0 ? first : files[file]);
    }

    private bool Try(byte[] content, bool mustBeTaken)
    {
        var size = target.Files.Sum(name => new FileInfo(Path.Combine(_folder, name)).Length);
        Interlocked.Exchange(ref _startedAt, Stopwatch.GetTimestamp());
        var before = GC.GetAllocatedBytesForCurrentThread();
        Exception? refusal = null;
        try
        {
            target.Read(_folder);
        }
        catch (Exception problem)
        {
            refusal = problem;
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Interlocked.Exchange(ref _startedAt, 0);
        if (refusal is not null && (mustBeTaken || !IsOwn(refusal)))
            throw new FuzzFindingException(target.Name, Keep(content), seed, refusal);
        var limit = BytesInAnyCase + (BytesForEachByte * size);
        if (allocated > limit)
            throw new FuzzFindingException(target.Name, Keep(content), seed, $"{allocated} bytes were allocated for files of {size}; at "
                + $"most {limit} are allowed");
        return refusal is null;
    }

    /// <summary>The exceptions by which this project refuses files: of its own types, not those of .NET or TorchSharp.</summary>
    private static bool IsOwn(Exception problem) =>
        problem.GetType().Namespace is "Peft" or "Peft.Data" or "Peft.Data" or "Peft.Data" or "Peft.Models" && problem.Message.Length > 0;

    private string Keep(byte[] content)
    {
        var file = Path.Combine(Path.GetTempPath(), $"peft-fuzz-{target.Name}-{Guid.NewGuid():N}-{target.Files[0]}");
        File.WriteAllBytes(file, content);
        return file;
    }

    /// <summary>A hang cannot be thrown out of; the process ends, its files stay where they are.</summary>
    private void FailOnHang()
    {
        var started = Interlocked.Read(ref _startedAt);
        if (started != 0 && Stopwatch.GetElapsedTime(started) > s_hang)
            Environment.FailFast($"{target.Name} did not come to an end with the files in {_folder} (seed {seed})");
    }
}

/// <summary>A file that a reader neither takes nor refuses as it should.</summary>
internal sealed class FuzzFindingException : Exception
{
    public FuzzFindingException(string target, string file, int seed, Exception problem)
        : base($"{target} met {file} (seed {seed}) with {problem.GetType().FullName}: {problem.Message}\n{problem.StackTrace}", problem) { }

    public FuzzFindingException(string target, string file, int seed, string problem)
        : base($"{target} met {file} (seed {seed}): {problem}") { }
}
