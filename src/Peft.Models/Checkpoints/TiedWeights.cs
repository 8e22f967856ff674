using Peft.Data;
using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>Compares stored copies of tied weights, so that a head that differs from its embedding is not dropped silently.</summary>
internal static class TiedWeights
{
    /// <summary>Compares a stored copy with the tensor that the model uses in its place.</summary>
    /// <param name="archive">The checkpoint.</param>
    /// <param name="copies">Names that the copy may have, without wrappers.</param>
    /// <param name="source">Names that the tensor may have, without wrappers.</param>
    /// <exception cref="TiedWeightsException">Both are stored and differ.</exception>
    public static void Check(ITensorArchive archive, IReadOnlyList<string> copies, IReadOnlyList<string> source)
    {
        var (copy, used) = (Find(archive, copies), Find(archive, source));
        if (copy is null || used is null)
            return;
        using var scope = NewDisposeScope();
        if (!archive.Tensors[copy].Shape.SequenceEqual(archive.Tensors[used].Shape)
            || !ArchiveTensors.Read(archive, copy).eq(ArchiveTensors.Read(archive, used)).all().item<bool>())
            throw new TiedWeightsException(archive.Path, copy, used);
    }

    private static string? Find(ITensorArchive archive, IReadOnlyList<string> names) =>
        archive.Tensors.Keys.FirstOrDefault(key => names.Contains(CheckpointKeys.Plain(key)));
}

/// <summary>A checkpoint stores two different tensors where its config.json says that one is used for both. Nothing was loaded.</summary>
/// <param name="source">The checkpoint.</param>
/// <param name="copy">The name of the tensor that would be dropped.</param>
/// <param name="used">The name of the tensor that would be used in its place.</param>
public sealed class TiedWeightsException(string source, string copy, string used)
    : Exception(
        $"{source}: {copy} differs from {used}, but config.json ties them (tie_word_embeddings is true or absent). Nothing was loaded; set "
            + $"tie_word_embeddings to false if {copy} is the head, or remove it from the file.")
{
    /// <summary>The name of the tensor that would be dropped.</summary>
    public string Copy { get; } = copy;

    /// <summary>The name of the tensor that would be used in its place.</summary>
    public string Used { get; } = used;
}
