namespace Peft.Training;

/// <summary>How it stands with the plugins of a catalog's folders.</summary>
/// <param name="Loaded">Those whose methods can be named.</param>
/// <param name="Failures">Those that were left out, and why.</param>
/// <param name="Changed">Whether this differs from the report before.</param>
public sealed record PluginReport(IReadOnlyList<LoadedPlugin> Loaded, IReadOnlyList<PluginFailure> Failures, bool Changed);

/// <summary>A plugin that was left out. The others are not affected; of a plugin that was built anew the earlier build stays.</summary>
/// <param name="File">The plugin's file.</param>
/// <param name="Problem">
/// Why: <see cref="NotAPluginException"/>, <see cref="ContractMismatchException"/>, <see cref="TorchMismatchException"/>,
/// <see cref="MissingDependencyException"/>, <see cref="DuplicatePluginException"/>, <see cref="DuplicatePluginMethodException"/> or
/// <see cref="PluginCodeException"/>, <see cref="PluginTimeoutException"/> or, of a folder, <see cref="UnreadablePluginFolderException"/>.
/// </param>
public sealed record PluginFailure(string File, Exception Problem);
