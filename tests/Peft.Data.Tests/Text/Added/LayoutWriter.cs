using System.Text.Json.Nodes;

namespace Peft.Data.Tests;

/// <summary>Writes a tokenizer's folder in one of the layouts, as Transformers does.</summary>
internal static class LayoutWriter
{
    public static void Write(LayoutCase one, TokenizerLayout layout, string folder)
    {
        Directory.CreateDirectory(folder);
        if (layout != TokenizerLayout.TokenizerJson) WriteModel(one, folder);
        if (layout is TokenizerLayout.AddedList or TokenizerLayout.Everything) WriteLists(one, folder);
        if (layout is TokenizerLayout.TokenizerJson or TokenizerLayout.Both or TokenizerLayout.Everything)
            Put(folder, "tokenizer.json", TokenizerJson(one));
        Put(folder, "tokenizer_config.json", Config(one, layout is TokenizerLayout.Decoder or TokenizerLayout.Everything));
    }

    private static void WriteModel(LayoutCase one, string folder)
    {
        if (one.IsBytePair)
        {
            File.WriteAllText(Path.Combine(folder, "vocab.json"), BytePairFiles.VocabularyJson(one.Model));
            File.WriteAllText(Path.Combine(folder, "merges.txt"), BytePairFiles.MergesText());
            return;
        }

        File.WriteAllText(Path.Combine(folder, "vocab.txt"), string.Concat(one.Model.Select(token => token + "\n")));
    }

    private static void WriteLists(LayoutCase one, string folder)
    {
        Put(folder, "added_tokens.json", new JsonObject(one.Added.Select(token => KeyValuePair.Create(
            token.Token.Content, (JsonNode?)token.Id))));
        var map = new JsonObject();
        foreach (var (key, token) in one.Named) map[key] = token.Content;
        map["additional_special_tokens"] = new JsonArray(
            [.. one.Added.Where(token => token.Token.Special).Select(token => Rules(token.Token, withSpecial: false))]);
        Put(folder, "special_tokens_map.json", map);
    }

    private static JsonObject Config(LayoutCase one, bool withDecoder)
    {
        var config = new JsonObject
        {
            ["tokenizer_class"] = one.Family switch { "bert" => "BertTokenizer", "roberta" => "RobertaTokenizer", _ => "GPT2Tokenizer" },
        };
        if (!one.IsBytePair) config["do_lower_case"] = one.LowerCase;
        foreach (var (key, token) in one.Named) config[key] = token.Content;
        if (withDecoder) config["added_tokens_decoder"] = new JsonObject(one.All.Select(token => KeyValuePair.Create(
            $"{token.Id}", (JsonNode?)Rules(token.Token))));
        return config;
    }

    private static JsonObject TokenizerJson(LayoutCase one)
    {
        var added = new JsonArray();
        foreach (var (id, token) in one.All)
        {
            var item = Rules(token);
            item.Insert(0, "id", id);
            added.Add(item);
        }

        var model = new JsonObject(one.Model.Select((token, id) => KeyValuePair.Create(token, (JsonNode?)id)));
        var merges = new JsonArray([.. BytePairFiles.Merges.Select(merge => (JsonNode)$"{merge.Left} {merge.Right}")]);
        return new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = added,
            ["normalizer"] = one.IsBytePair ? null : JsonNode.Parse($$"""
                {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null,
                 "lowercase": {{(one.LowerCase ? "true" : "false")}} }
                """),
            ["pre_tokenizer"] = JsonNode.Parse(one.IsBytePair
                ? """{"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}"""
                : """{"type": "BertPreTokenizer"}"""),
            ["post_processor"] = JsonNode.Parse(one.Family switch
            {
                "roberta" => """
                    {"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 0], "trim_offsets": true, "add_prefix_space": false}
                    """,
                "gpt2" => """{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false, "use_regex": true}""",
                _ => """{"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]}""",
            }),
            ["decoder"] = JsonNode.Parse(one.IsBytePair
                ? """{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}"""
                : """{"type": "WordPiece", "prefix": "##", "cleanup": true}"""),
            ["model"] = one.IsBytePair
                ? new JsonObject
                {
                    ["type"] = "BPE", ["dropout"] = null, ["unk_token"] = null, ["continuing_subword_prefix"] = "",
                    ["end_of_word_suffix"] = "", ["fuse_unk"] = false, ["vocab"] = model, ["merges"] = merges,
                }
                : new JsonObject
                {
                    ["type"] = "WordPiece", ["unk_token"] = "[UNK]", ["continuing_subword_prefix"] = "##",
                    ["max_input_chars_per_word"] = 100, ["vocab"] = model,
                },
        };
    }

    private static JsonObject Rules(AddedToken token, bool withSpecial = true)
    {
        var rules = new JsonObject
        {
            ["content"] = token.Content, ["single_word"] = token.SingleWord, ["lstrip"] = token.StripLeft, ["rstrip"] = token.StripRight,
            ["normalized"] = token.IsNormalized,
        };
        if (withSpecial) rules["special"] = token.Special;
        return rules;
    }

    private static void Put(string folder, string name, JsonObject content) =>
        File.WriteAllText(Path.Combine(folder, name), content.ToJsonString());
}
