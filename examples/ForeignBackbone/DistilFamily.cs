// A third party's family of backbones, found by the model_type of a checkpoint folder:
//   dotnet publish examples/ForeignBackbone/ForeignBackbone.csproj -c Release -o my-plugins/ForeignBackbone
//   ./peft --plugins my-plugins train --backbone my-checkpoint --method "adamix(lora)"
// my-checkpoint holds config.json ({"model_type": "mini-distil", "vocab_size": 8192, "dim": 32, "n_heads": 4, "n_layers": 2}) and
// vocab.txt.
using System.Text.Json;
using Peft.Data;
using Peft.Models;
using static TorchSharp.torch;

namespace ForeignBackbone;

/// <summary>Reads the configuration and the weights, where the folder has some.</summary>
public sealed class DistilFamily : IBackboneFamily
{
    private static readonly string[] s_weights = ["model.safetensors", "pytorch_model.bin"];

    /// <inheritdoc/>
    public IReadOnlyList<string> ModelTypes { get; } = ["mini-distil"];

    /// <inheritdoc/>
    public nn.Module LoadClassifier(string folder, int outputs, BackboneSettings settings)
    {
        var file = Path.Combine(folder, "config.json");
        using var config = JsonDocument.Parse(File.ReadAllBytes(file));
        long Size(string name) => config.RootElement.TryGetProperty(name, out var field) && field.TryGetInt64(out var size) && size > 0
            ? size
            : throw new BackboneConfigurationException(file, $"expected a whole number above 0 for {name}.");
        var model = new DistilClassifier(Size("vocab_size"), Size("dim"), Size("n_heads"), (int)Size("n_layers"), outputs);
        if (!s_weights.Any(name => File.Exists(Path.Combine(folder, name))))
            return model; // random weights, enough for an example
        using var archive = CheckpointFolder.Open(folder);
        CheckpointLoader.Load(model, archive, new LoadRules([DistilClassifier.HeadName + "."], []));
        return model;
    }
}
