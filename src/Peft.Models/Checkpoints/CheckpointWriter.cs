using Peft.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>
/// Writes a model as a plain Hugging Face checkpoint folder, which any tool loads: <c>config.json</c>, <c>model.safetensors</c> with the
/// architecture's own names, and the vocabulary's files.
/// </summary>
public static class CheckpointWriter
{
    /// <summary>The file of weights.</summary>
    public const string WeightsName = "model.safetensors";

    /// <summary>Writes the folder atomically.</summary>
    /// <param name="model">A <see cref="SequenceClassifier"/>, <see cref="MaskedWordModel"/>, <see cref="CausalLanguageModel"/> or
    /// <see cref="DecoderClassifier"/>.</param>
    /// <param name="source">The checkpoint folder that the model was loaded from. Its <c>config.json</c> and vocabulary are copied.</param>
    /// <param name="folder">The new folder.</param>
    /// <param name="dtype">F32, F16 or BF16.</param>
    /// <param name="labels">The names of a classifier's outputs; null keeps those of the source.</param>
    /// <param name="tokenizer">The tokenizer that was used; its padding is written to the configurations. Null copies the tokenizer's files
    /// unchanged.</param>
    /// <param name="addedTokens">Tokens that were added to the vocabulary, whose embeddings the model has; null for none.</param>
    /// <param name="isMultiLabel">Whether a text may have several labels of a classifier, so that other libraries use the sigmoid.</param>
    /// <exception cref="CheckpointExportException">The model's kind is not supported, or a weight is out of the dtype's range; nothing was
    /// written.</exception>
    /// <exception cref="BackboneConfigurationException">The source's config.json is missing or not valid JSON.</exception>
    /// <exception cref="FolderNotEmptyException">The new folder is not empty.</exception>
    /// <exception cref="TensorWriteException">The disk is full, or the folder is not writable.</exception>
    public static void Write(
        nn.Module model, string source, string folder, DType dtype = DType.F32, IReadOnlyList<string>? labels = null,
        ITokenizer? tokenizer = null, IReadOnlyList<string>? addedTokens = null, bool isMultiLabel = false)
    {
        if (Types.All(pair => pair.Type != dtype))
            throw new CheckpointExportException(
                folder, $"weights cannot be written as {dtype.SafetensorsName()}; expected F32, F16 or BF16");
        var config = CheckpointConfig.Create(model, source, folder, dtype, labels, tokenizer, isMultiLabel);
        AtomicFolder.Write(folder, place =>
        {
            File.WriteAllText(Path.Combine(place, "config.json"), config.ToJsonString(CheckpointConfig.Json) + "\n");
            SafetensorsWriter.Write(Path.Combine(place, WeightsName), Tensors(model, dtype, folder));
            TokenizerExport.Write(source, place, tokenizer, ((IBackbone)model).Facts!, addedTokens ?? []);
        });
    }

    /// <summary>Puts added rows into the word embedding, as other libraries expect them.</summary>
    private static Dictionary<string, Tensor> WholeWords(nn.Module model, Dictionary<string, Tensor> parameters)
    {
        if (model is not IExtendedVocabulary { Added: { } added } extended)
            return parameters;
        parameters.Remove(extended.AddedPart + ".weight");
        using var frozen = no_grad();
        parameters[extended.WordsKey] = AddedWords.Whole(extended.Words, added);
        return parameters;
    }

    private static (DType Type, ScalarType Scalar)[] Types { get; } =
        [(DType.F32, ScalarType.Float32), (DType.F16, ScalarType.Float16), (DType.BF16, ScalarType.BFloat16)];

    /// <summary>The tensors under the architecture's own names. Each is created only when it is written.</summary>
    private static IEnumerable<TensorSource> Tensors(nn.Module model, DType dtype, string folder)
    {
        var parameters = WholeWords(model, model.named_parameters().ToDictionary(pair => pair.Item1, pair => (Tensor)pair.Item2));
        var stored = model is IBackbone { Facts.IsConv1D: true }
            ? Conv1DLayout.FromParameters(parameters) : parameters.Select(StoredTensor.FromParameter);
        var scalar = Types.First(pair => pair.Type == dtype).Scalar;
        var prefix = model is IBackbone { Facts: { IsBare: true, KeyPrefix: var body } } ? body + "." : "";
        return stored.Select(tensor => new TensorSource(tensor.Name[prefix.Length..], dtype, tensor.Shape, stream =>
        {
            using var frozen = no_grad();
            using var scope = NewDisposeScope();
            var made = tensor.Make().detach().cpu();
            var values = made.to_type(scalar).contiguous();
            if (!values.isfinite().all().ToBoolean())
                throw new CheckpointExportException(
                    folder, $"{tensor.Name} has values that are not finite as {dtype.SafetensorsName()}; write F32 or BF16, or check "
                    + "the training");
            TensorParts.Write(values, stream);
        }));
    }
}

/// <summary>A tensor as a checkpoint stores it.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Make">Creates it.</param>
internal sealed record StoredTensor(string Name, IReadOnlyList<long> Shape, Func<Tensor> Make)
{
    public static StoredTensor FromParameter(KeyValuePair<string, Tensor> pair) => new(pair.Key, [.. pair.Value.shape], () => pair.Value);
}

/// <summary>A model cannot be written as a Hugging Face checkpoint. Nothing was written.</summary>
/// <param name="folder">The folder to be written.</param>
/// <param name="problem">The reason and how to fix it.</param>
public sealed class CheckpointExportException(string folder, string problem) : Exception($"{folder}: {problem}. Nothing was written.");
