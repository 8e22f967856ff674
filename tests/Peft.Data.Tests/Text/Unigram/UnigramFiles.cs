using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;

namespace Peft.Data.Tests;

/// <summary>Makes files of Unigram tokenizers.</summary>
internal static class UnigramFiles
{
    /// <summary>A <c>tokenizer.json</c> as that of XLM-RoBERTa with the pieces of a file of sentencepiece.</summary>
    public static string TokenizerJson(string model)
    {
        var vocabulary = new JsonArray();
        foreach (var (text, score) in (IEnumerable<(string, double)>)
            [("<s>", 0), ("<pad>", 0), ("</s>", 0), ("<unk>", 0), .. SentencePieceModel.Read(model).Pieces.Skip(3)
                .Select(piece => (piece.Text, (double)piece.Score)), ("<mask>", 0)])
            vocabulary.Add(new JsonArray(text, score));
        JsonObject Special(string name) => new() { ["SpecialToken"] = new JsonObject { ["id"] = name, ["type_id"] = 0 } };
        JsonObject Sequence(string name) => new() { ["Sequence"] = new JsonObject { ["id"] = name, ["type_id"] = 0 } };
        return new JsonObject
        {
            ["normalizer"] = new JsonObject
            {
                ["type"] = "Sequence",
                ["normalizers"] = new JsonArray(
                    new JsonObject { ["type"] = "Precompiled", ["precompiled_charsmap"] = Convert.ToBase64String(Map(model)) },
                    new JsonObject
                    {
                        ["type"] = "Replace", ["pattern"] = new JsonObject { ["Regex"] = " {2,}" }, ["content"] = " ",
                    }),
            },
            ["pre_tokenizer"] = new JsonObject
            {
                ["type"] = "Sequence",
                ["pretokenizers"] = new JsonArray(
                    new JsonObject { ["type"] = "WhitespaceSplit" },
                    new JsonObject { ["type"] = "Metaspace", ["replacement"] = "\u2581", ["add_prefix_space"] = true }),
            },
            ["post_processor"] = new JsonObject
            {
                ["type"] = "TemplateProcessing",
                ["single"] = new JsonArray(Special("<s>"), Sequence("A"), Special("</s>")),
                ["pair"] = new JsonArray(Special("<s>"), Sequence("A"), Special("</s>"), Special("</s>"), Sequence("B"), Special("</s>")),
            },
            ["decoder"] = new JsonObject { ["type"] = "Metaspace" },
            ["model"] = new JsonObject { ["type"] = "Unigram", ["unk_id"] = 3, ["vocab"] = vocabulary },
        }.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

    /// <summary>A model of sentencepiece with the given pieces.</summary>
    public static byte[] Model(params (string Text, float Score, int Kind)[] pieces)
    {
        using var file = new MemoryStream();
        var output = new CodedOutputStream(file);
        foreach (var (text, score, kind) in pieces)
        {
            using var one = new MemoryStream();
            var piece = new CodedOutputStream(one);
            piece.WriteTag(1, WireFormat.WireType.LengthDelimited);
            piece.WriteString(text);
            piece.WriteTag(2, WireFormat.WireType.Fixed32);
            piece.WriteFloat(score);
            piece.WriteTag(3, WireFormat.WireType.Varint);
            piece.WriteEnum(kind);
            piece.Flush();
            Field(output, 1, one.ToArray());
        }

        output.Flush();
        return file.ToArray();
    }

    /// <summary>A field of bytes.</summary>
    public static void Field(CodedOutputStream output, int number, byte[] bytes)
    {
        output.WriteTag(number, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(bytes));
    }

    private static byte[] Map(string model)
    {
        var input = new CodedInputStream(File.ReadAllBytes(model));
        while (input.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) != 3)
            {
                input.SkipLastField();
                continue;
            }

            var inner = input.ReadBytes().CreateCodedInput();
            while (inner.ReadTag() is var field and not 0)
            {
                if (WireFormat.GetTagFieldNumber(field) == 2)
                    return inner.ReadBytes().ToByteArray();
                inner.SkipLastField();
            }
        }

        return [];
    }
}
