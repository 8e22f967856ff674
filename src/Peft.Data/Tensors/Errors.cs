namespace Peft.Data;

/// <summary>Base class of errors about tensor files.</summary>
public abstract class TensorFileException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A file violates the safetensors format.</summary>
public sealed class SafetensorsFormatException : TensorFileException
{
    internal SafetensorsFormatException(string path, string problem, Exception? inner = null)
        : base($"{path}: not a valid safetensors file: {problem}", inner) { }
}

/// <summary>A PyTorch file is damaged or holds something other than tensors and plain values.</summary>
public sealed class TorchFileFormatException : TensorFileException
{
    internal TorchFileFormatException(string path, string problem, Exception? inner = null)
        : base($"{path}: cannot be read as a PyTorch file: {problem}", inner) { }
}

/// <summary>A PyTorch file refers to a function or class that could run code. Nothing was run.</summary>
public sealed class UnsafePickleException : TensorFileException
{
    internal UnsafePickleException(string path, string global)
        : base($"{path}: asks for '{global}', which is not needed for tensors and could run code; nothing was run. " +
               "Expected only tensors, dicts, lists and plain values. " +
               "If you trust the source, save the state_dict alone, best as safetensors.") => Global = global;

    /// <summary>The name of the function or class: <c>module.name</c>.</summary>
    public string Global { get; }
}

/// <summary>A path contains no checkpoint.</summary>
public sealed class CheckpointNotFoundException : TensorFileException
{
    internal CheckpointNotFoundException(string message) : base(message) { }
}

/// <summary>The index of a checkpoint in several files is wrong, or does not match the files.</summary>
public sealed class CheckpointIndexException : TensorFileException
{
    internal CheckpointIndexException(string message, Exception? inner = null) : base(message, inner) { }
}

/// <summary>A file was cut short by another program while it was open.</summary>
public sealed class TensorFileChangedException : TensorFileException
{
    internal TensorFileChangedException(string path, long expected, long found)
        : base($"{path}: had {expected} bytes when it was opened and now ends at {found}: another program changed it. Nothing was "
            + "loaded; write or fetch the file again and repeat the command.") { }
}

/// <summary>An archive has no tensor of that name.</summary>
public sealed class TensorNotFoundException : TensorFileException
{
    private const int NamesShown = 8;

    internal TensorNotFoundException(ITensorArchive archive, string name)
        : base($"{archive.Path}: there is no tensor '{Excerpt.Cut(name)}'. {Describe(archive, name)}") { }

    private static string Describe(ITensorArchive archive, string name)
    {
        if (archive.Tensors.Count == 0) return "The file has no tensors.";
        var last = name[(name.LastIndexOf('.') + 1)..];
        var close = archive.Tensors.Keys
            .Where(other => other.EndsWith(name, StringComparison.Ordinal) || name.EndsWith(other, StringComparison.Ordinal))
            .ToList();
        if (close.Count == 0)
        {
            close =
            [
                .. archive.Tensors.Keys
                    .OrderByDescending(other => other.EndsWith(last, StringComparison.Ordinal))
                        .ThenBy(other => other, StringComparer.Ordinal),
            ];
        }

        return $"It has {archive.Tensors.Count}, among them: {string.Join(", ", close.Take(NamesShown))}.";
    }
}

/// <summary>Tensors cannot be written: a name is repeated or not valid, or data do not match the shape. Nothing was written.</summary>
public sealed class TensorContentException : TensorFileException
{
    internal TensorContentException(string message) : base(message) { }
}

/// <summary>
/// Writing failed, for example because of a full disk or missing permissions. Existing files at the path are not changed.
/// </summary>
public sealed class TensorWriteException : TensorFileException
{
    internal TensorWriteException(string path, Exception inner)
        : base(
            $"{path}: could not be written ({inner.Message}). The file that may have been there is unchanged. " +
            "Check free space and access rights of its folder.",
            inner) { }
}
