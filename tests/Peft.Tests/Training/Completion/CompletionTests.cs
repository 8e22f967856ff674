using Peft.Data;
using Peft.Training;

namespace Peft.Tests.Training;

/// <summary>Prompts and completions as the model reads them, and rows that are refused.</summary>
public sealed class CompletionTests : IDisposable
{
    private const int End = 8191;
    private static readonly ITokenizer s_tokenizer = TokenizerFiles.Load(BackboneSource.Folder(BackboneSource.BuiltInDecoder));
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-completion-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_loss_counts_the_completion_and_its_end_token()
    {
        var example = Encoder(100).Encode(Pair("name : The Vaults", "It is cheap ."));
        int[] prompt = [.. Tokens("name : The Vaults\n")], completion = [.. Tokens("It is cheap ."), End];
        Assert.Equal([.. prompt, .. completion], example.Ids);
        Assert.Equal(completion.Length, example.CompletionTokens);
        Assert.Equal(prompt.Length, example.CompletionStart);
        Assert.Equal(prompt, Encoder(100).Prompt([new PromptTurn("user", "name : The Vaults")], 100));
    }

    [Fact]
    public void Of_a_conversation_only_the_assistants_messages_count()
    {
        var example = Encoder(200, PromptTemplate.ChatMl).Encode(new CompletionExample(
        [
            new("system", "Answer."), new("user", "one"), new("assistant", "two"), new("user", "three"), new("assistant", "four"),
        ]));
        var counted = example.Ids.Where((_, at) => example.Counts(at)).ToArray();
        Assert.Equal([.. Tokens("two<|im_end|>\n"), End, .. Tokens("four<|im_end|>\n"), End], counted);
        Assert.Equal(counted.Length, example.CompletionTokens);
        Assert.Equal(
            "<|im_start|>system\nAnswer.<|im_end|>\n<|im_start|>user\none<|im_end|>\n<|im_start|>assistant\n",
            s_tokenizer.Decode(example.Ids[..example.CompletionStart]));
    }

    [Fact]
    public void A_batch_predicts_only_what_counts()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        var example = new GenerationExample([5, 6, 7, 8, 9], 1) { Counted = [false, true, false, false, true] };
        var batch = GenerationBatch.Create([example], padId: 0, TorchSharp.torch.CPU);
        Assert.Equal([0L, 3], batch.Rows.data<long>().ToArray());
        Assert.Equal([6L, 9], batch.Labels.data<long>().ToArray());
    }

    [Fact]
    public void A_long_example_loses_the_beginning_of_its_prompt_and_then_the_end_of_its_completion()
    {
        var (prompt, completion) = (Tokens("a long prompt of words\n"), Tokens("The place is cheap and good ."));
        var encoder = Encoder(completion.Count + 3);
        var cut = encoder.Encode(Pair("a long prompt of words", "The place is cheap and good ."));
        Assert.Equal([.. prompt.TakeLast(2), .. completion, End], cut.Ids);
        Assert.Equal(["1 dev prompts cut at their beginning to fit --max-length " + (completion.Count + 3)], encoder.Notices("dev"));
        encoder = Encoder(4);
        cut = encoder.Encode(Pair("a long prompt of words", "The place is cheap and good ."));
        Assert.Equal([prompt[^1], .. completion.Take(3)], cut.Ids);
        Assert.Equal((1, 3), (cut.CompletionStart, cut.CompletionTokens));
        Assert.Equal(2, encoder.Notices("dev").Count());
    }

    [Fact]
    public void Messages_and_columns_are_read_under_usual_names()
    {
        var pairs = CompletionTable.Read(new MemoryTable("""{"instruction":"a","output":"b"}"""), new TrainingOptions());
        Assert.Equal(("a", "b"), (pairs.Examples[0].Prompt[0].Content, pairs.Examples[0].Completion));
        var messages = CompletionTable.Read(
            new MemoryTable("""{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}"""), new TrainingOptions());
        Assert.True(messages.HasMessages);
        var text = CompletionTable.Read(
            new MemoryTable("""{"messages":"[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\"}]"}"""),
            new TrainingOptions());
        Assert.Equal("b", text.Examples[0].Completion);
    }

    [Theory]
    [InlineData("""{"prompt":"","completion":"b"}""", "column 'prompt': expected a text, found an empty one")]
    [InlineData("""{"prompt":"a","completion":null}""", "column 'completion': expected a text, found none")]
    [InlineData("""{"prompt":"a","completion":["b"]}""", """column 'completion': expected a text, found Array ["b"]""")]
    [InlineData("""{"messages":[{"role":"usr","content":"a"}]}""",
        "column 'messages': message 1: has the role 'usr'; the nearest is 'user'; expected system, user, assistant")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}]}""",
        "column 'messages': expected the last message of role assistant, found role user")]
    [InlineData("""{"messages":[{"role":"assistant","content":"a"}]}""",
        "column 'messages': expected a message of role system or user first, found role assistant")]
    [InlineData("""{"messages":[{"role":"user","content":" "}]}""", "column 'messages': message 1: expected a text in content, found none")]
    [InlineData("""{"messages":[]}""", "column 'messages': expected the last message of role assistant, found no message")]
    [InlineData("""{"messages":"text"}""", "column 'messages': expected a list of messages with role and content")]
    [InlineData("""{"messages":["a"]}""", "column 'messages': message 1: expected an object with the text fields role and content")]
    public void A_malformed_row_is_named_with_its_column(string record, string expected)
    {
        var problem = Assert.Throws<TableValueException>(() => CompletionTable.Read(new MemoryTable(record), new TrainingOptions()));
        Assert.Equal(
            $"memory.jsonl, line 1, {expected}. Correct it, or give --skip-malformed to skip malformed rows.", problem.Message);
    }

    [Fact]
    public void A_template_is_read_from_a_file()
    {
        var file = Path.Combine(_folder, "template.json");
        File.WriteAllText(file, """{"user":"### {content}\n","assistant":"=> {content} <=\n"}""");
        var template = PromptTemplate.Find(file);
        Assert.Equal("<=", template.Ending);
        Assert.Equal(template, PromptTemplate.Parse(template.ToJson()));
        Assert.Equal(
            [new PromptPart("### s\n### a\n=> ", false), new PromptPart("b <=\n", true)],
            template.Write([new("system", "s"), new("user", "a"), new("assistant", "b")]));
    }

    [Theory]
    [InlineData("""{"user":"{content}"}""", "lacks the field 'assistant'")]
    [InlineData("""{"user":"x","assistant":"{content}"}""", "field 'user': expected a text with {content} once, found \"x\"")]
    [InlineData("""{"user":"{content}","bot":"{content}"}""", "has the role 'bot'")]
    [InlineData("[]", "expected an object with system, user, assistant, found Array")]
    [InlineData("{", "is not valid JSON")]
    public void A_malformed_template_is_refused(string json, string expected)
    {
        var file = Path.Combine(_folder, "template.json");
        File.WriteAllText(file, json);
        Assert.Contains(expected, Assert.Throws<PromptTemplateException>(() => PromptTemplate.Find(file)).Message);
    }

    [Fact]
    public void A_missing_template_is_named_with_the_built_in_ones() => Assert.Contains(
        "chatlm: is neither a template (plain, chatml) nor a file", Assert.Throws<PromptTemplateException>(
            () => PromptTemplate.Find("chatlm")).Message);

    private static CompletionEncoder Encoder(int length, PromptTemplate? template = null) =>
        new(s_tokenizer, template ?? PromptTemplate.Plain, End, length);

    private static CompletionExample Pair(string prompt, string completion) =>
        new([new PromptTurn("user", prompt), new PromptTurn("assistant", completion)]);

    private static IReadOnlyList<int> Tokens(string text) => BackboneSource.TokensOf(s_tokenizer, text);
}
