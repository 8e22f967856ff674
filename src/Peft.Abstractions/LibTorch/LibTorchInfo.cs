namespace Peft;

/// <summary>The libtorch that a process has loaded.</summary>
/// <param name="Folder">The folder of its libraries.</param>
/// <param name="Version">Its version, such as 2.10.0.</param>
/// <param name="Bridge">The file of TorchSharp's native library, which connects TorchSharp and libtorch.</param>
/// <param name="IsFromTorchDir">Whether the folder comes from <c>TORCH_DIR</c>.</param>
/// <param name="IsBridgeCopied">Whether <paramref name="Bridge"/> is a copy, created because the machine's libstdc++ is older than the
/// library requires.</param>
/// <param name="Warning">A possible problem, such as a version that TorchSharp was not built for; null if none.</param>
public sealed record LibTorchInfo(string Folder, string Version, string Bridge, bool IsFromTorchDir, bool IsBridgeCopied, string? Warning)
{
    /// <summary>The version that TorchSharp was built for.</summary>
    public const string ExpectedVersion = "2.10.0";
}
