using System.Text.Json;
using Peft.Models;
using Peft.Data;
using static TorchSharp.torch;

namespace Peft.Cli.Verification;

/// <summary>A folder of expected numbers: configuration, weights, inputs and outputs.</summary>
internal sealed class CaseFolder : IDisposable
{
    private readonly SafetensorsFile _expected;
    private readonly JsonDocument _config;
    private readonly Device _device;

    public CaseFolder(string path, string expectedName, Device device)
    {
        Path = path;
        _device = device;
        _config = JsonText.Parse(
            RegularFile.Read(System.IO.Path.Combine(path, "config.json"), RegularFile.MaxConfig));
        _expected = SafetensorsFile.Open(System.IO.Path.Combine(path, expectedName));
    }

    public string Path { get; }

    /// <summary>An encoder's sizes; <see cref="IsDecoder"/> says whether there are any.</summary>
    public EncoderConfig Config => EncoderConfigReader.Read(Path);

    public bool IsDecoder => DecoderConfigReader.IsDecoder(Path);

    /// <summary>config.json, for the fields beside the backbone's own.</summary>
    public JsonElement Fields => _config.RootElement;

    public IEnumerable<string> Names => _expected.Tensors.Keys;

    public bool Has(string name) => _expected.Tensors.ContainsKey(name);

    /// <summary>An expected tensor or an input, on the device.</summary>
    public Tensor Read(string name) => Has(name)
        ? ArchiveTensors.Read(_expected, name).to(_device)
        : throw new VerificationException(Path, $"the expected file lacks {name}.");

    public EncoderInputs Inputs() => new(
        Read("input.input_ids"),
        Has("input.attention_mask") ? Read("input.attention_mask") : null,
        Has("input.token_type_ids") ? Read("input.token_type_ids") : null);

    public void Dispose()
    {
        _expected.Dispose();
        _config.Dispose();
    }
}
