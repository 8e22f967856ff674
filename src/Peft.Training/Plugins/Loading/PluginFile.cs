namespace Peft.Training;

/// <summary>A file that should be a plugin.</summary>
/// <param name="Name">The plugin's name: the file's, without its ending.</param>
/// <param name="Path">The file's full path.</param>
internal sealed record PluginFile(string Name, string Path)
{
    private const string Ending = ".dll";

    /// <summary>
    /// The candidates in folders: NAME.dll, and NAME/NAME.dll. Sorted, so that it does not depend on the file system which of two comes
    /// first.
    /// </summary>
    public static IEnumerable<PluginFile> In(IEnumerable<string> folders) =>
        folders.SelectMany(folder => Beside(folder).Concat(Below(folder)));

    private static IEnumerable<PluginFile> Beside(string folder)
    {
        var files = Directory.GetFiles(folder, "*" + Ending).Order(StringComparer.Ordinal).ToList();
        var images = files.ToDictionary(file => file, PluginImage.Read);
        var needed = images.Values.SelectMany(image => image?.References ?? []).Select(reference => reference.Name)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (file, image) in images.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            // A library that another file here needs, or the contract itself, lies where builds put it; it is no plugin, and no failure.
            var name = System.IO.Path.GetFileNameWithoutExtension(file);
            if (image is { HasMethods: true } || (SharedAssemblies.Find(name) is null && !needed.Contains(name)))
                yield return new PluginFile(name, file);
        }
    }

    private static IEnumerable<PluginFile> Below(string folder) =>
        from below in Directory.GetDirectories(folder).Order(StringComparer.Ordinal)
        let name = System.IO.Path.GetFileName(below)
        where Directory.EnumerateFiles(below, "*" + Ending).Any()
        select new PluginFile(name, System.IO.Path.Combine(below, name + Ending));
}
