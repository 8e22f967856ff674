namespace Peft.Training;

/// <summary>The state of the plugins in a catalog's folders.</summary>
/// <param name="Loaded">The loaded plugins.</param>
/// <param name="Failures">The plugins that were left out, with the reason.</param>
/// <param name="Changed">Whether this differs from the report before.</param>
public sealed record PluginReport(IReadOnlyList<LoadedPlugin> Loaded, IReadOnlyList<PluginFailure> Failures, bool Changed);

/// <summary>
/// A plugin that was left out. Other plugins are not affected. If a new build of a plugin fails, its earlier build stays loaded.
/// </summary>
/// <param name="File">The plugin's file.</param>
/// <param name="Problem">
/// Why: <see cref="NotAPluginException"/>, <see cref="ContractMismatchException"/>, <see cref="TorchMismatchException"/>,
/// <see cref="MissingDependencyException"/>, <see cref="DuplicatePluginException"/>, <see cref="DuplicatePluginMethodException"/> or
/// <see cref="PluginCodeException"/>, <see cref="PluginTimeoutException"/> or, of a folder, <see cref="UnreadablePluginFolderException"/>.
/// </param>
public sealed record PluginFailure(string File, Exception Problem);
