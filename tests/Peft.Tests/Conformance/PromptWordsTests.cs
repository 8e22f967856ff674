using Peft.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Conformance;

/// <summary>A prompt that begins with the embeddings of words.</summary>
public sealed class PromptWordsTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly PeftModel _model = new(TinyEncoder.Classifier(EncoderFamily.Bert), SequenceClassifier.HeadName);

    public void Dispose()
    {
        _model.Dispose();
        _scope.Dispose();
    }

    [Theory]
    [InlineData("prompt.ids", "5 17 9", new[] { 5, 17, 9, 5, 17 })]
    [InlineData("prompt.ids", " 1 2 3 4  5 6 7", new[] { 1, 2, 3, 4, 5 })]
    [InlineData("prompt.words", "a fine film", new[] { 1, 4, 4, 1, 4 })]
    [InlineData("prompt.words", "incomprehensible", new[] { 16, 16, 16, 16, 16 })]
    public void First_values_are_the_rows_of_the_words_repeated_or_cut(string option, string value, int[] expected)
    {
        _model.UseTokenizer(Lengths);
        var prompt = Prompt(option, value).NamedParameters.Single().Parameter;
        var table = Table();
        for (var place = 0; place < expected.Length; place++)
            Assert.True(Subject.Same(prompt[place], table[expected[place]]), $"virtual token {place}");
        using (no_grad())
            prompt.add_(1);
        Assert.True(Subject.Same(Table(), table)); // a copy, not the table itself
    }

    [Fact]
    public void Without_words_values_are_drawn()
    {
        var prompt = _model.Attach(Spec("prompt.length", "5"), seed: 1).NamedParameters.Single().Parameter;
        Assert.InRange(prompt.std().item<float>(), 0.01, 0.04);
    }

    [Theory]
    [InlineData(typeof(TokenOutOfVocabularyException), "token id 37", "prompt.ids", "5 37")]
    [InlineData(typeof(TokenOutOfVocabularyException), "0 to 36", "prompt.words", "a-word-of-more-than-forty-letters-in-all-i-think")]
    [InlineData(typeof(MethodOptionException), "'-1' is no token id", "prompt.ids", "5 -1")]
    [InlineData(typeof(MethodOptionException), "'five' is no token id", "prompt.ids", "five")]
    [InlineData(typeof(MethodOptionException), "' ' has no token", "prompt.ids", " ")]
    [InlineData(typeof(MethodOptionException), "' ' has no token", "prompt.words", " ")]
    public void What_gives_no_rows_is_refused(Type problem, string message, string option, string value)
    {
        _model.UseTokenizer(Lengths);
        Assert.Contains(message, Assert.Throws(problem, () => Prompt(option, value)).Message);
        Assert.Empty(_model.Adapters.Names);
        Assert.All(_model.Sites, site => Assert.True(site.Point.IsEmpty));
    }

    [Fact]
    public void Words_need_a_tokenizer_and_no_ids_beside_them()
    {
        Assert.Contains("UseTokenizer", Assert.Throws<NoTokenizerException>(() => Prompt("prompt.words", "a fine film")).Message);
        var both = MethodExpression.Parse(
            Subject.Registry, "prompt", new Dictionary<string, string> { ["prompt.words"] = "a", ["prompt.ids"] = "1" });
        Assert.Contains("give one of them", Assert.Throws<MethodOptionException>(() => _model.Attach(both, seed: 1)).Message);
    }

    [Fact]
    public void A_file_is_loaded_without_a_tokenizer()
    {
        _model.UseTokenizer(Lengths);
        var saved = Prompt("prompt.words", "a fine film").NamedParameters.Single().Parameter;
        var folder = Directory.CreateTempSubdirectory("peft-test-").FullName;
        AdapterFolder.Save(_model, folder);
        using var other = new PeftModel(TinyEncoder.Classifier(EncoderFamily.Bert, seed: 8), SequenceClassifier.HeadName);
        AdapterFolder.Load(other, folder, Subject.Registry);
        Assert.True(Subject.Same(other.Adapter!.NamedParameters.Single().Parameter, saved));
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A tokenizer of words whose ids are their lengths.</summary>
    private static IReadOnlyList<int> Lengths(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Length)];

    private Adapter Prompt(string option, string value) => _model.Attach(Spec(option, value), seed: 1);

    private static AdapterSpec Spec(string option, string value) =>
        MethodExpression.Parse(Subject.Registry, "prompt", new Dictionary<string, string> { ["prompt.length"] = "5", [option] = value });

    private Tensor Table() =>
        _model.Backbone.named_parameters()
        .First(pair => pair.Item1.EndsWith("word_embeddings.weight", StringComparison.Ordinal)).Item2.detach().clone();
}
