using System.Text.Json;
using Peft.Data;

namespace Peft.Models;

/// <summary>Opens a checkpoint folder's <c>config.json</c>.</summary>
internal static class ConfigFile
{
    public const string Name = "config.json";

    public static T Read<T>(string folder, Func<ConfigFields, T> read)
    {
        var file = Path.Combine(folder, Name);
        if (!Directory.Exists(folder))
            throw new BackboneConfigurationException(folder, "there is no such folder; expected a checkpoint folder with config.json.");
        if (!File.Exists(file))
            throw new BackboneConfigurationException(
                file, "there is no such file; a checkpoint folder holds config.json beside its weights.");
        try
        {
            using var document = JsonText.Parse(RegularFile.Read(file, RegularFile.MaxConfig), allowDuplicates: false);
            return read(new ConfigFields(file, document.RootElement));
        }
        catch (JsonException problem)
        {
            throw new BackboneConfigurationException(file, $"is not valid JSON ({JsonFault.Describe(problem)}).", problem);
        }
    }
}
