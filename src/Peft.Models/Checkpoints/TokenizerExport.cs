using System.Globalization;
using System.Text.Json.Nodes;
using Peft.Data;

namespace Peft.Models;

/// <summary>
/// Writes the tokenizer's files of a checkpoint: the source's, with the padding that was used and the class that reads them. Without a
/// padding token in these files, other libraries refuse batches.
/// </summary>
internal static class TokenizerExport
{
    private const string ConfigName = "tokenizer_config.json", JsonName = "tokenizer.json", MapName = "special_tokens_map.json";
    private const string GenerationName = "generation_config.json";

    private static readonly string[] s_copied =
    [
        "vocab.txt", "vocab.json", "merges.txt", "sentencepiece.bpe.model", JsonName, "added_tokens.json", ConfigName, MapName,
    ];

    /// <summary>Copies the files unchanged.</summary>
    /// <param name="source">The source's folder.</param>
    /// <param name="folder">The new folder; not created if the source has no files of a tokenizer.</param>
    public static void Copy(string source, string folder)
    {
        foreach (var file in s_copied.Where(name => File.Exists(Path.Combine(source, name))))
        {
            Directory.CreateDirectory(folder);
            File.Copy(Path.Combine(source, file), Path.Combine(folder, file));
        }
    }

    /// <summary>Writes the files.</summary>
    /// <param name="source">The source's folder.</param>
    /// <param name="folder">The new folder.</param>
    /// <param name="tokenizer">The tokenizer of the source; null copies the files unchanged.</param>
    /// <param name="facts">The model, which decides the side of the padding: decoders that generate pad on the left.</param>
    /// <param name="added">Tokens that were added to the source's vocabulary.</param>
    public static void Write(string source, string folder, ITokenizer? tokenizer, BackboneFacts facts, IReadOnlyList<string> added)
    {
        Copy(source, folder);
        if (File.Exists(Path.Combine(source, GenerationName)))
            File.Copy(Path.Combine(source, GenerationName), Path.Combine(folder, GenerationName));
        if (tokenizer is null)
            return;
        AddTokens(folder, tokenizer, added);
        var padding = tokenizer.TokenOf(tokenizer.PadId);
        Change(Path.Combine(folder, ConfigName), config =>
        {
            config["tokenizer_class"] ??= ClassOf(tokenizer, facts);
            config["model_max_length"] ??= tokenizer.ModelMaxLength;
            config["pad_token"] ??= padding;
            config["padding_side"] = facts is { IsDecoder: true, Classifier: null } ? "left" : "right";
            if (tokenizer is not WordPieceTokenizer { Options: var rules })
                return;
            config["do_lower_case"] ??= rules.LowerCase;
            config["strip_accents"] ??= rules.StripAccents;
            config["tokenize_chinese_chars"] ??= rules.SplitIdeographs;
        });
        if (File.Exists(Path.Combine(folder, MapName)))
            Change(Path.Combine(folder, MapName), map => map["pad_token"] ??= padding);
    }

    /// <summary>Names added tokens in every file that a library may read them from.</summary>
    private static void AddTokens(string folder, ITokenizer tokenizer, IReadOnlyList<string> added)
    {
        if (added.Count == 0)
            return;
        var ids = added.Select(token => (Token: token, Id: tokenizer.IdOf(token)!.Value)).ToList();
        Change(Path.Combine(folder, "added_tokens.json"), map => ids.ForEach(pair => map[pair.Token] = pair.Id));
        Change(Path.Combine(folder, ConfigName), config =>
        {
            if (config["added_tokens_decoder"] is not JsonObject decoder)
                config["added_tokens_decoder"] = decoder = [];
            foreach (var (token, id) in ids)
                decoder[id.ToString(CultureInfo.InvariantCulture)] = Rule(token);
        });
        if (File.Exists(Path.Combine(folder, JsonName)))
            Change(Path.Combine(folder, JsonName), json =>
            {
                if (json["added_tokens"] is not JsonArray list)
                    json["added_tokens"] = list = [];
                foreach (var (token, id) in ids)
                {
                    var rule = Rule(token);
                    rule["id"] = id;
                    list.Add(rule);
                }
            });
    }

    private static JsonObject Rule(string token) => new()
    {
        ["content"] = token, ["lstrip"] = false, ["normalized"] = true, ["rstrip"] = false, ["single_word"] = false, ["special"] = false,
    };

    private static string ClassOf(ITokenizer tokenizer, BackboneFacts facts) => (tokenizer, facts.ModelType) switch
    {
        (UnigramTokenizer, _) => "XLMRobertaTokenizer",
        (WordPieceTokenizer, "distilbert") => "DistilBertTokenizer",
        (WordPieceTokenizer, "electra") => "ElectraTokenizer",
        (WordPieceTokenizer, _) => "BertTokenizer",
        (_, "roberta") => "RobertaTokenizer",
        _ => "GPT2Tokenizer",
    };

    private static void Change(string file, Action<JsonObject> change)
    {
        var content = File.Exists(file) ? JsonText.ParseNode(RegularFile.Read(file, RegularFile.MaxVocabulary)) as JsonObject : null;
        content ??= [];
        change(content);
        foreach (var absent in content.Where(pair => pair.Value is null).Select(pair => pair.Key).ToList())
            content.Remove(absent);
        File.WriteAllText(file, content.ToJsonString(CheckpointConfig.Json) + "\n");
    }
}
