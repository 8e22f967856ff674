using Peft.Backbones;
using Peft.Tasks;
using Peft.Text;
using TorchSharp;

namespace Peft.Training;

/// <summary>A finished run on a data-to-text task, loaded again: decoder and adapter, ready to write.</summary>
public sealed class TrainedDecoder : IDisposable
{
    private TrainedDecoder(RunResult result, PeftModel model, ITokenizer tokenizer) => (Result, Model, Tokenizer) = (result, model, tokenizer);

    /// <summary>What the run reported.</summary>
    public RunResult Result { get; }

    /// <summary>Decoder and adapter.</summary>
    public PeftModel Model { get; }

    /// <summary>The decoder's tokenizer.</summary>
    public ITokenizer Tokenizer { get; }

    /// <summary>Loads a run's folder.</summary>
    /// <param name="folder">A folder that a run wrote.</param>
    /// <param name="registry">The known methods.</param>
    /// <param name="device"><c>auto</c>, <c>cpu</c> or <c>cuda</c>.</param>
    /// <param name="backbone">The backbone, or null for the one it was trained on.</param>
    /// <returns>The model, in evaluation mode.</returns>
    /// <exception cref="RunFolderException">The folder holds no readable result.</exception>
    /// <exception cref="AdapterFolderException">The adapter does not fit the backbone.</exception>
    public static TrainedDecoder Load(string folder, MethodRegistry registry, string device = "auto", string? backbone = null)
    {
        var result = RunResult.Read(folder);
        ComputeThreads.Use(result.Settings.Threads);
        var source = BackboneSource.Folder(backbone ?? result.Settings.Backbone);
        var decoder = Pretrained.LanguageModel(source);
        decoder.to(DeviceChoice.Of(device));
        var model = new PeftModel(decoder);
        try
        {
            AdapterFolder.Load(model, Path.Combine(folder, "adapter"), registry);
            decoder.eval();
            return new TrainedDecoder(result, model, TokenizerFiles.Load(source));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Writes a text for each context of a set.</summary>
    /// <param name="set">The set.</param>
    /// <param name="options">How to decode; null: as AdaMix's released code (<see cref="GenerationOptions.AdaMixNlg"/>).</param>
    /// <param name="batchSize">Contexts at a time.</param>
    /// <param name="decoded">Told after each batch how many contexts are done; may be null.</param>
    /// <param name="cancellation">Asked before every step.</param>
    /// <returns>Texts and references.</returns>
    public DecodedSet Decode(
        GenerationSet set, GenerationOptions? options = null, int batchSize = 16, Action<int>? decoded = null, CancellationToken cancellation = default)
    {
        var records = set.Unique();
        var texts = new ContextDecoder(Model, Tokenizer).Decode(
            [.. records.Select(record => record.Context)],
            options ?? GenerationOptions.AdaMixNlg(((CausalLanguageModel)Model.Backbone).Decoder.Config.VocabularySize), batchSize, decoded, cancellation);
        return new DecodedSet(Result.Task, records, texts);
    }

    /// <summary>Frees the model.</summary>
    public void Dispose() => Model.Dispose();
}
