using Peft.Models;

namespace Peft.Tests.Conformance;

/// <summary>I02: which modules a choice means, as exact sets; what matches nothing is refused and the model stays as it was.</summary>
public sealed class SelectionTests
{
    [Theory]
    [InlineData("", "0.attention.self.query 0.attention.self.value 1.attention.self.query 1.attention.self.value")]
    [InlineData("lora.targets=key", "0.attention.self.key 1.attention.self.key")]
    [InlineData("lora.targets=attention.output.dense", "0.attention.output.dense 1.attention.output.dense")]
    [InlineData("lora.targets=output.dense lora.layers=1", "1.attention.output.dense 1.output.dense")]
    [InlineData("lora.targets=bert.encoder.layer.1.output.dense", "1.output.dense")]
    [InlineData("lora.targets=re:.*layer\\.0\\..*(query|key)", "0.attention.self.query 0.attention.self.key")]
    [InlineData(
        "lora.targets=all-linear lora.exclude=attention.output.dense+intermediate.dense lora.leaveOut=1",
        "0.attention.self.query 0.attention.self.key 0.attention.self.value 0.output.dense")]
    [InlineData("lora.sites=key lora.layers=0-1", "0.attention.self.key 1.attention.self.key")]
    [InlineData("houlsby.leaveOut=0", "1.attention.output 1.output", "houlsby")]
    [InlineData("houlsby.targets=attention.output", "0.attention.output 1.attention.output", "houlsby")]
    public void A_choice_means_these_modules(string settings, string expected, string method = "lora")
    {
        using var model = new PeftModel(TinyEncoder.Classifier(EncoderFamily.Bert), SequenceClassifier.HeadName);
        var adapter = model.Attach(Parse(method, settings), seed: 1);
        Assert.Equal(expected.Split(' '), AdapterPlaces.List(adapter)
            .Select(place => place.Module.Replace("bert.encoder.layer.", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void All_linear_means_every_linear_map_of_the_layers()
    {
        using var model = new PeftModel(TinyEncoder.Classifier(EncoderFamily.Bert), SequenceClassifier.HeadName);
        var modules = AdapterPlaces.List(model.Attach(Parse("lora", "lora.targets=all-linear"), seed: 1)).Select(place => place.Module)
            .ToList();
        Assert.Equal(12, modules.Count);
        Assert.DoesNotContain(modules, module => module.Contains("pooler", StringComparison.Ordinal));
    }

    [Fact]
    public void An_option_of_all_linear_maps_is_that_of_the_layers_alone()
    {
        using var model = new PeftModel(TinyEncoder.Classifier(EncoderFamily.Bert), SequenceClassifier.HeadName);
        var adapter = model.Attach(Parse("lora", "lora.targets=pooler.dense+query lora.rank=3 lora.rank@all-linear=5"), seed: 1);
        Assert.Equal(
            [("pooler.dense", 3), ("self.query", 5), ("self.query", 5)], AdapterPlaces.List(adapter)
                .Select(place => (string.Join('.', place.Module.Split('.')[^2..]), (int)place.Options["rank"])).Order());
    }

    [Fact]
    public void Options_of_some_modules_differ()
    {
        using var model = new PeftModel(TinyEncoder.Classifier(EncoderFamily.Bert), SequenceClassifier.HeadName);
        var adapter = model.Attach(Parse("lora", "lora.rank=3 lora.rank@query=5 lora.alpha@re:.*layer\\.1\\..*=1"), seed: 1);
        Assert.Equal(
            [("query", 5, 16.0), ("value", 3, 16.0), ("query", 5, 1.0), ("value", 3, 1.0)],
            AdapterPlaces.List(adapter)
                .Select(place => (
                place.Module[(place.Module.LastIndexOf('.') + 1)..], (int)place.Options["rank"], (double)place.Options["alpha"])));
        Assert.Equal([(5L * 32), 3 * 32, 5 * 32, 3 * 32], AdapterPlaces.List(adapter).Select(place => place.Trained));
    }

    [Theory]
    [InlineData("lora", "lora.targets=querry", "no module is named 'querry'", "'attention.self.query'")]
    [InlineData("lora", "lora.targets=uery", "no module is named 'uery'", "query")]
    [InlineData("lora", "lora.layers=5", "act nowhere", "layers 0 to 1")]
    [InlineData("lora", "lora.exclude=query+value", "act nowhere", "13")]
    [InlineData("lora", "lora.rank@key=3", "lora.rank@key is for no module", "query")]
    [InlineData("lora", "lora.sites=afterAttention", "AfterAttention is none of them", "Query")]
    public void What_matches_nothing_is_refused(string method, string settings, string problem, string hint)
    {
        using var classifier = TinyEncoder.Classifier(EncoderFamily.Bert);
        using var model = new PeftModel(classifier, SequenceClassifier.HeadName);
        var message = Assert.Throws<SiteSelectionException>(() => model.Attach(Parse(method, settings), seed: 1)).Message;
        Assert.Contains(problem, message);
        Assert.Contains(hint, message);
        Assert.Null(model.Adapter);
        Assert.All(model.Sites, site => Assert.True(site.Point.IsEmpty));
    }

    [Theory]
    [InlineData("lora.layers=3-1"), InlineData("lora.layers=x"), InlineData("lora.rank@query=0"), InlineData("lora.rank@query=many"),
        InlineData("lora.nothing@query=1")]
    public void What_cannot_be_read_names_the_option(string settings) =>
        Assert.Contains("option lora.", Assert.Throws<MethodOptionException>(() => Parse("lora", settings)).Message);

    [Fact]
    public void A_method_named_twice_is_refused() => Assert.Throws<MethodExpressionException>(() => Parse("lora+houlsby+lora", ""));

    private static AdapterSpec Parse(string method, string settings) => MethodExpression.Parse(
        Subject.Registry,
        method,
        settings.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .ToDictionary(pair => pair[
            ..pair.IndexOf('=', StringComparison.Ordinal)], pair => pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..]));
}
