using Peft.Tests.Training.Tables;
using Peft.Training;

namespace Peft.Tests.Training.Prompting;

/// <summary>A user's prompt file, and what is wrong with others.</summary>
public sealed class PromptFileTests : IDisposable
{
    private readonly TableFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("my.yaml", "template: \"{text} It was {mask}.\"\nwords:\n  bad: terrible\n  1: ' great '\n")]
    [InlineData("my.json", "{\"template\": \"{text} It was {mask}.\", \"words\": {\"bad\": \"terrible\", \"1\": \"great\"}}")]
    public void It_is_read(string name, string content)
    {
        var prompt = ClozePrompt.Find(_files.Write(name, content));
        Assert.Equal("my", prompt.Name);
        Assert.Equal("{text} It was {mask}.", prompt.Template.Source);
        Assert.Equal([new LabelWord("bad", "terrible"), new LabelWord("1", "great")], prompt.Words);
        Demonstration[] demonstrations = [new("a", null, 1)];
        var (again, shown) = StoredPrompt.Parse(StoredPrompt.Write(prompt, demonstrations));
        Assert.Equal((prompt.Name, prompt.Template.Source), (again.Name, again.Template.Source));
        Assert.Equal(prompt.Words, again.Words);
        Assert.Equal(demonstrations, shown);
    }

    [Theory]
    [InlineData("", "is empty; expected template and words")]
    [InlineData("template: '{text} {mask}'", "lacks the key 'words'; expected template and words")]
    [InlineData("words: {a: b, c: d}", "lacks the key 'template'")]
    [InlineData("templat: x", "line 1: there is no key 'templat'; the nearest is 'template'; expected template and words")]
    [InlineData("template: 'no mask {text}'\nwords: {a: b, c: d}", "template: 'no mask {text}' has {mask} 0 times")]
    [InlineData("template: '{text} {mask}'\nwords: {a: b}", "words: expected a word for each of at least 2 labels, found 1")]
    [InlineData("template: '{text} {mask}'\nwords: [a, b]", "words: expected a word for each label below it")]
    [InlineData("template: '{text} {mask}'\nwords: {a: b, c: [d, e]}", "words: expected one word for the label 'c', found a list")]
    [InlineData("template: '{text} {mask}'\nwords: {a: b, c: ''}", "words: the label 'c' has no word")]
    [InlineData("template: '{text} {mask}'\nwords: {a: b, 'a ': d}", "words: the label 'a' is listed twice")]
    [InlineData("template: [a]\nwords: {a: b, c: d}", "expected one value, found a list")]
    [InlineData("- a", "line 1: expected a mapping of template and words")]
    [InlineData("a: [", "is not valid YAML")]
    [InlineData("{", "is not valid JSON", "my.json")]
    public void What_is_wrong_is_named(string content, string problem, string name = "my.yaml")
    {
        var file = _files.Write(name, content);
        var message = Assert.Throws<PromptException>(() => ClozePrompt.Find(file)).Message;
        Assert.StartsWith(file, message);
        Assert.Contains(problem, message);
    }

    [Fact]
    public void An_unknown_name_lists_the_prompts() => Assert.Contains(
        "--prompt: 'sst-3' is neither a prompt (sst2, mpqa, subj, mnli, rte, qqp) nor a file; the nearest is 'sst2'",
        Assert.Throws<TrainingOptionsException>(() => ClozePrompt.Find("sst-3")).Message);

    [Theory]
    [InlineData("{}")]
    [InlineData("not JSON")]
    [InlineData("{\"Name\":\"a\",\"Template\":\"{text}\",\"Words\":[],\"Aliases\":{},\"Demonstrations\":[]}")]
    [InlineData("{\"Name\":\"a\",\"Template\":\"{text} {mask}\","
        + "\"Words\":[{\"Label\":\"a\",\"Word\":\"b\"},{\"Label\":\"c\",\"Word\":\"d\"}],"
        + "\"Aliases\":{},\"Demonstrations\":[{\"Text\":\"a\",\"Pair\":null,\"Label\":2}]}")]
    public void A_damaged_run_is_refused(string json) =>
        Assert.StartsWith("the run's prompt", Assert.Throws<PromptException>(() => StoredPrompt.Parse(json)).Message);
}
