using static TorchSharp.torch;

namespace Peft.Cli.Verification;

/// <summary>Finds out what a folder holds and verifies it.</summary>
internal static class Verifier
{
    public const string ExpectedName = "expected.safetensors";
    public const string ReferenceName = "reference.safetensors";

    /// <summary>Every check of a case folder, in the order of the forward pass.</summary>
    public static IReadOnlyList<Check> Run(string folder, Device device)
    {
        if (!Directory.Exists(folder))
            throw new VerificationException(folder, "there is no such folder.");
        var path = Directory.Exists(Path.Combine(folder, "hf")) && !File.Exists(Path.Combine(folder, "config.json"))
            ? Path.Combine(folder, "hf") : folder;
        var name = File.Exists(Path.Combine(path, ExpectedName)) ? ExpectedName : ReferenceName;
        if (!File.Exists(Path.Combine(path, name)))
            throw new VerificationException(folder, $"holds neither {ExpectedName}, {ReferenceName} nor cases.jsonl; there is nothing "
                + "to verify against.");
        using var data = new CaseFolder(path, name, device);
        using var scope = NewDisposeScope();
        var isMethod = data.Fields.TryGetProperty("adamix", out _) || data.Fields.TryGetProperty("peft", out _);
        if (data.IsDecoder)
            return isMethod ? DecoderMethodVerifier.Run(data, device) : DecoderVerifier.Run(data, device);
        if (name == ReferenceName)
            return [.. ReferenceVerifier.Run(data, device)];
        return isMethod ? MethodVerifier.Run(data, device) : [.. BackboneVerifier.Run(data, device)];
    }
}
