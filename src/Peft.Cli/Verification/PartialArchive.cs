using Peft.Data;

namespace Peft.Cli.Verification;

/// <summary>
/// The tensors of an archive whose names pass a test: a checkpoint's backbone without the adapter that is stored among it.
/// </summary>
internal sealed class PartialArchive(ITensorArchive inner, Func<string, bool> keep) : ITensorArchive
{
    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; } =
        inner.Tensors.Where(pair => keep(pair.Key)).ToDictionary(pair => pair.Key, pair => pair.Value);

    public string Path => inner.Path;

    public IReadOnlyDictionary<string, string> Metadata => inner.Metadata;

    public void CopyTo(string name, long offset, Span<byte> destination) => inner.CopyTo(name, offset, destination);

    /// <summary>The archive belongs to its opener.</summary>
    public void Dispose()
    {
    }
}
