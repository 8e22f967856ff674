using Peft.Backbones;
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

    /// <summary>Writes texts for contexts of the run's task.</summary>
    public ContextDecoder Contexts => new(Model, Tokenizer, Result.Task);

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
        DeviceChoice.CheckFits(DeviceChoice.Of(device), decoder);
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

    /// <summary>Frees the model.</summary>
    public void Dispose() => Model.Dispose();
}
