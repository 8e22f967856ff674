namespace Peft.Data;

/// <summary>The JSON files of a tokenizer's folder, each if it is there.</summary>
internal sealed class TokenizerFolder : IDisposable
{
    /// <summary>The file of the <c>tokenizers</c> library: model, added tokens and rules.</summary>
    public const string TokenizerName = "tokenizer.json";

    private const string ConfigName = "tokenizer_config.json", SpecialName = "special_tokens_map.json", AddedName = "added_tokens.json";

    /// <param name="folder">The folder.</param>
    /// <param name="tokenizerFile">A file to read in place of the folder's <c>tokenizer.json</c>.</param>
    public TokenizerFolder(string folder, string? tokenizerFile)
    {
        try
        {
            Tokenizer = OpenIfThere(tokenizerFile ?? Path.Combine(folder, TokenizerName));
            Config = OpenIfThere(Path.Combine(folder, ConfigName), RegularFile.MaxConfig);
            Special = OpenIfThere(Path.Combine(folder, SpecialName), RegularFile.MaxConfig);
            Added = OpenIfThere(Path.Combine(folder, AddedName));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary><c>tokenizer.json</c>.</summary>
    public JsonFile? Tokenizer { get; }

    /// <summary><c>tokenizer_config.json</c>.</summary>
    public JsonFile? Config { get; }

    /// <summary><c>special_tokens_map.json</c>.</summary>
    public JsonFile? Special { get; }

    /// <summary><c>added_tokens.json</c>.</summary>
    public JsonFile? Added { get; }

    public void Dispose()
    {
        foreach (var file in (JsonFile?[])[Tokenizer, Config, Special, Added]) file?.Dispose();
    }

    private static JsonFile? OpenIfThere(string path, long most = RegularFile.MaxVocabulary) =>
        File.Exists(path) ? JsonFile.Open(path, most) : null;
}
