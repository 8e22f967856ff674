namespace Peft.Training;

/// <summary>A file that should be a plugin.</summary>
/// <param name="Name">The plugin's name: the file's, without its ending.</param>
/// <param name="Path">The file's full path.</param>
internal sealed record PluginFile(string Name, string Path)
{
    private const string Ending = ".dll";

    /// <summary>
    /// The candidates in folders: NAME.dll, and NAME/NAME.dll. They are sorted, so that their order does not depend on the file system.
    /// </summary>
    /// <param name="folders">The folders.</param>
    /// <param name="failed">Receives folders that cannot be read, and folders in place of plugins.</param>
    public static IReadOnlyList<PluginFile> Find(IEnumerable<string> folders, Action<PluginFailure> failed) =>
        [.. folders.SelectMany(folder => Read(folder, () => [.. Beside(folder), .. Below(folder, failed)], failed))];

    private static IEnumerable<PluginFile> Beside(string folder)
    {
        var files = Directory.GetFiles(folder, "*" + Ending).Order(StringComparer.Ordinal).ToList();
        var images = files.ToDictionary(file => file, PluginImage.Read);
        var needed = images.Values.SelectMany(image => image?.References ?? []).Select(reference => reference.Name)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (file, image) in images.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            // Builds also copy the contract and libraries that another file needs into the folder. They are neither plugins nor failures.
            var name = System.IO.Path.GetFileNameWithoutExtension(file);
            var isShared = SharedAssemblies.Find(name) is not null;
            if (image is { HasMethods: true } || (!isShared && (image is { HasExtensions: true } || !needed.Contains(name))))
                yield return new PluginFile(name, file);
        }
    }

    private static IEnumerable<PluginFile> Below(string folder, Action<PluginFailure> failed) =>
        Directory.GetDirectories(folder).Order(StringComparer.Ordinal).SelectMany(below => Read(below, () => In(below, failed), failed));

    private static IReadOnlyList<PluginFile> In(string below, Action<PluginFailure> failed)
    {
        var name = System.IO.Path.GetFileName(below);
        if (Directory.EnumerateFiles(below, "*" + Ending).Any())
            return [new PluginFile(name, System.IO.Path.Combine(below, name + Ending))];
        if (name.EndsWith(Ending, StringComparison.OrdinalIgnoreCase))
            failed(new PluginFailure(below, new NotAPluginException(below, "a folder")));
        return [];
    }

    /// <summary>The candidates in a folder; none if it cannot be read, which is reported and does not affect the other folders.</summary>
    private static IReadOnlyList<PluginFile> Read(string folder, Func<IReadOnlyList<PluginFile>> read, Action<PluginFailure> failed)
    {
        try
        {
            return read();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            failed(new PluginFailure(folder, new UnreadablePluginFolderException(folder, problem)));
            return [];
        }
    }
}
