namespace Peft;

/// <summary>libtorch or TorchSharp's native library cannot be loaded.</summary>
/// <param name="message">Which file or setting, what was expected, what was found and how to fix it.</param>
/// <param name="cause">The underlying failure, if any.</param>
public sealed class LibTorchException(string message, Exception? cause = null) : Exception(message, cause);
