using System.Globalization;
using Peft.Data;

namespace Peft.Models;

/// <summary>
/// Compares the size of the model that a configuration describes with the weights beside it, before memory is allocated: a configuration of
/// 100,000 layers is refused by the header of the weights' file.
/// </summary>
internal static class StatedSize
{
    private const int Slack = 4;
    private const decimal Small = 50_000_000;

    /// <summary>Checks an encoder's weights.</summary>
    /// <exception cref="BackboneConfigurationException">The configuration asks for far more than the weights have.</exception>
    /// <exception cref="NotEnoughMemoryException">The weights do not fit into memory.</exception>
    public static void Check(ITensorArchive archive, string folder, EncoderConfig config) =>
        Check(archive, folder, config.Layers, Parameters(config));

    /// <summary>Checks a decoder's weights.</summary>
    /// <exception cref="BackboneConfigurationException">The configuration asks for far more than the weights have.</exception>
    /// <exception cref="NotEnoughMemoryException">The weights do not fit into memory.</exception>
    public static void Check(ITensorArchive archive, string folder, DecoderConfig config) =>
        Check(archive, folder, config.Layers, Parameters(config));

    /// <summary>Checks that an encoder without weights, made for its shapes, fits into memory.</summary>
    /// <returns>The configuration.</returns>
    /// <exception cref="NotEnoughMemoryException">It does not.</exception>
    public static EncoderConfig Fitting(string folder, EncoderConfig config)
    {
        CheckMemory(Path.Combine(folder, ConfigFile.Name), Parameters(config) * sizeof(float));
        return config;
    }

    /// <summary>Checks that a decoder without weights, made for its shapes, fits into memory.</summary>
    /// <returns>The configuration.</returns>
    /// <exception cref="NotEnoughMemoryException">It does not.</exception>
    public static DecoderConfig Fitting(string folder, DecoderConfig config)
    {
        CheckMemory(Path.Combine(folder, ConfigFile.Name), Parameters(config) * sizeof(float));
        return config;
    }

    private static decimal Parameters(EncoderConfig config) =>
        (config.Layers * LayerParameters(config.HiddenSize, config.IntermediateSize))
        + (((decimal)config.VocabularySize + config.MaxPositions + config.TypeVocabularySize) * config.EmbeddingSize)
        + ((decimal)config.Labels * config.HiddenSize);

    private static decimal Parameters(DecoderConfig config) =>
        (config.Layers * LayerParameters(config.HiddenSize, config.IntermediateSize))
        + (((decimal)config.VocabularySize + config.MaxPositions + config.Labels) * config.HiddenSize);

    /// <summary>Four matrices of attention and two of the feed-forward block.</summary>
    private static decimal LayerParameters(decimal hidden, decimal intermediate) => ((4 * hidden) + (2 * intermediate)) * hidden;

    private static void Check(ITensorArchive archive, string folder, int layers, decimal stated)
    {
        var stored = archive.Tensors.Values.Sum(info => (decimal)info.ElementCount);
        if (stated <= (stored * Slack) + Small && layers <= archive.Tensors.Count)
        {
            CheckMemory(archive.Path, stored * sizeof(float));
            return;
        }

        throw new BackboneConfigurationException(Path.Combine(folder, ConfigFile.Name), string.Create(
            CultureInfo.InvariantCulture,
            $"describes {layers:N0} layers and at least {stated:N0} parameters, and {archive.Path} has {stored:N0} in "
                + $"{archive.Tensors.Count:N0} tensors. Nothing was loaded; take both files from the same checkpoint."));
    }

    private static void CheckMemory(string path, decimal bytes)
    {
        var available = AvailableMemory.Bytes;
        if (bytes > available)
            throw new NotEnoughMemoryException(
                path, string.Create(CultureInfo.InvariantCulture, $"its weights in float32, {bytes / (1 << 30):F1} GiB,"), available,
                "close other programs, or use a smaller backbone");
    }
}
