using System.Text.Json.Nodes;
using Peft.Data;
using Peft.Models;
using Peft.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Training;

/// <summary><c>--add-tokens</c>: only the embeddings of new tokens are trained; the adapter and a merge carry them.</summary>
public sealed class AddedTokensTests : IDisposable
{
    private const string Sentence = "an unputdownable <ent> touchscreen film";
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-added-").FullName;
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("lora", BackboneSource.BuiltIn)]
    [InlineData("adamix(lora)", BackboneSource.BuiltIn)]
    [InlineData("lora", BackboneSource.BuiltInDecoder)]
    public void New_rows_alone_are_trained_and_a_loaded_and_a_merged_model_predict_the_same(string method, string backbone)
    {
        using var host = Watching.Host();
        var registry = (MethodRegistry)host.Services.GetService(typeof(MethodRegistry))!;
        var options = Watching.Short with
        {
            Backbone = backbone, Method = method, Epochs = 1, AddTokens = Tokens("touchscreen", "unputdownable", "<ent>"),
            Output = Sub("run"), LearningRate = 1e-2,
        };
        var task = ClassificationTask.FromExamples("films", Examples());
        IReadOnlyList<Prediction> expected;
        using (var trained = ((FineTuner)host.Services.GetService(typeof(FineTuner))!).Train(task, options))
        {
            expected = trained.Predict([Sentence]);
            var added = ((IExtendedVocabulary)trained.Model.Backbone).Added!;
            var start = Start(backbone);
            Assert.True((added.Weight - start).abs().amax(1).min().ToDouble() > 1e-4, "every new row occurs in the texts and moves");
            using var before = CheckpointFolder.Open(BackboneSource.Folder(backbone));
            var words = ((IExtendedVocabulary)trained.Model.Backbone).Words;
            var key = before.Tensors.Keys.First(name => name.EndsWith("word_embeddings.weight", StringComparison.Ordinal)
                || name.EndsWith("wte.weight", StringComparison.Ordinal));
            Assert.Equal(0, (words - ArchiveTensors.Read(before, key).to(float32)).abs().max().ToDouble());
        }

        using var loaded = TrainedModel.Load(Sub("run"), registry);
        Assert.Equal(expected[0].Probability, loaded.Predict([Sentence])[0].Probability);
        loaded.Model.MergeAndUnload();
        CheckpointWriter.Write(
            loaded.Model.Backbone, BackboneSource.Folder(backbone), Sub("merged"), DType.F32, ["bad", "good"], loaded.Tokenizer,
            loaded.Model.AddedTokens);
        var tokenizer = TokenizerFiles.Load(Sub("merged"));
        Assert.Equal(8195, tokenizer.VocabularySize);
        Assert.Equal(loaded.Tokenizer.Encode(Sentence).Ids, tokenizer.Encode(Sentence).Ids);
        Assert.Equal(8195, (int)JsonNode.Parse(File.ReadAllText(Path.Combine(Sub("merged"), "config.json")))!["vocab_size"]!);
        using var merged = BackboneModel.Load(
            new BackboneRegistry(), Sub("merged"), new TaskHead.Classifier(2) { Labels = ["bad", "good"] }, new BackboneSettings());
        merged.Backbone.eval();
        var found = task.Predict(merged, tokenizer, [(Sentence, null)], options)[0];
        Assert.Equal(expected[0].Answer, found.Answer);
        Assert.Equal(expected[0].Probability!.Value, found.Probability!.Value, 1e-5);
    }

    [Fact]
    public void A_language_model_predicts_added_tokens()
    {
        File.WriteAllLines(
            Path.Combine(_folder, "train.txt"), Enumerable.Range(0, 16).Select(i => $"<ask> : place {i}||the <ent> is cheap"));
        File.Copy(Path.Combine(_folder, "train.txt"), Path.Combine(_folder, "valid.txt"));
        using var host = Watching.Host();
        var options = new TrainingOptions
        {
            Task = "e2e", Data = _folder, Method = "lora", Epochs = 30, BatchSize = 8, MaxLength = 32, Threads = 1, LearningRate = 1e-2,
            AddTokens = Tokens("<ent>", "<ask>"), WarmupRatio = 0, Output = Sub("run"),
        };
        using var trained = ((FineTuner)host.Services.GetService(typeof(FineTuner))!).Train(new GenerationTask("e2e"), options);
        var decoder = (CausalLanguageModel)trained.Model.Backbone;
        Assert.Equal(8194, decoder.HeadWeight.shape[0]);
        var answer = trained.Predict(["<ask> : place 3"])[0].Answer; // a prompt with an added token
        Assert.Contains("<ent>", answer, StringComparison.Ordinal);
        using var loaded = TrainedModel.Load(Sub("run"), (MethodRegistry)host.Services.GetService(typeof(MethodRegistry))!);
        Assert.Equal(answer, loaded.Predict(["<ask> : place 3"])[0].Answer);
    }

    [Fact]
    public void Rows_start_as_the_mean_of_their_pieces_and_spare_rows_of_the_checkpoint_stay()
    {
        var words = arange(20, dtype: float32).view(5, 4);
        using var added = new AddedWords(new AddedIds(2, 2), 4);
        added.Start(words, [[0, 1], []]);
        Assert.Equal([2f, 3, 4, 5], added.Weight[0].data<float>().ToArray());
        Assert.Equal([8f, 9, 10, 11], added.Weight[1].data<float>().ToArray());
        var whole = AddedWords.Whole(words, added);
        Assert.Equal(5, whole.shape[0]);
        Assert.Equal(0, (whole[4] - words[4]).abs().max().ToDouble());
        Assert.Equal(0, (whole.narrow(0, 2, 2) - added.Weight).abs().max().ToDouble());
        Assert.Equal(6, AddedWords.Whole(words, new AddedWords(new AddedIds(5, 1), 4)).shape[0]);
    }

    [Theory]
    [InlineData("", "there is no token")]
    [InlineData("a1\n\na1\n", ":3: 'a1' stands in line 1 already")]
    [InlineData("film\n", "the vocabulary has the token 'film' already, as id ")]
    public void Files_of_tokens_are_checked(string content, string problem)
    {
        File.WriteAllText(Path.Combine(_folder, "bad.txt"), content);
        var found = Assert.Throws<AddedTokensException>(
            () => Watching.Run(Watching.Short with { AddTokens = Path.Combine(_folder, "bad.txt") }));
        Assert.Contains(problem, found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("no such file", Assert.Throws<AddedTokensException>(
            () => Watching.Run(Watching.Short with { AddTokens = Path.Combine(_folder, "none.txt") })).Message, StringComparison.Ordinal);

    private static Tensor Start(string backbone)
    {
        var folder = BackboneSource.Folder(backbone);
        using var model = BackboneModel.Load(
            new BackboneRegistry(), folder, new TaskHead.Classifier(2),
            AddedVocabulary.Extend(new BackboneSettings(), folder, ["touchscreen", "unputdownable", "<ent>"]));
        AddedVocabulary.Start(model, folder, ["touchscreen", "unputdownable", "<ent>"]);
        return ((IExtendedVocabulary)model.Backbone).Added!.Weight.detach().clone();
    }

    private static IEnumerable<(string Text, string Label)> Examples() => Enumerable.Range(0, 40).Select(i => i % 2 == 0
        ? ($"an unputdownable film {i} <ent>", "good")
        : ($"a touchscreen film {i} <ent>", "bad"));

    private string Sub(string name) => Path.Combine(_folder, name);

    private string Tokens(params string[] tokens)
    {
        var file = Path.Combine(_folder, "tokens.txt");
        File.WriteAllLines(file, tokens);
        return file;
    }
}
