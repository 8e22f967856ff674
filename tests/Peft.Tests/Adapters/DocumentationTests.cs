using Peft.Methods;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Adapters;

/// <summary>The code of docs/guide/adapters.md, line for line.</summary>
public sealed class DocumentationTests
{
    [Fact]
    public void The_examples_run_and_are_those_of_the_page()
    {
        var folder = Directory.CreateTempSubdirectory("peft-test-").FullName;
        using var bench = new Bench();
        var (model, classifier, inputs, registry) = (bench.Model, bench.Classifier, bench.Inputs, Bench.Registry);
        model.Adapters.Add("films", AdapterSpec.For<Lora>(), seed: 1);
        model.Adapters.Add("news", AdapterSpec.For<Houlsby>(), seed: 2);

        model.Adapters.Activate("films");
        model.Adapters.Activate("films", "news");
        using (model.Disabled())
            model.Run(() => classifier.call(inputs));
        using (model.Adapters.Using("news"))
            model.Run(() => classifier.call(inputs));
        model.RunRows(["films", null, "news"], inputs, rows => classifier.call(rows));
        model.Adapters.Rename("news", "headlines");
        model.Adapters.Remove("headlines");

        AdapterFolder.Save(model, folder, name: "films");
        AdapterFolder.LoadAs(model, "copy", folder, registry);

        model.Adapters.Combine("both", [("films", 0.7), ("copy", 0.3)], new Combination.Svd(Rank: 8));
        Assert.Equal(["films", "copy", "both"], model.Adapters.Names);

        model.Adapters.Add("prefix", AdapterSpec.For<Prefix>(), seed: 4);
        AdapterFolder.Save(model, folder, AdapterForm.Flat, name: "prefix");
        model.Adapters.Eject("prefix");

        model.Merge();
        model.Unmerge();
        model.MergeAndUnload();

        double score() => -nn.functional.cross_entropy(model.Run(() => classifier.call(inputs)), TinyEncoder.Labels()).ToDouble();
        Tensor loss(int batch) => nn.functional.cross_entropy(model.Run(() => classifier.call(inputs)), TinyEncoder.Labels());
        var mixture = model.Adapters.Add("mixture", AdapterSpec.For<Houlsby>(new MixtureOptions { Experts = 4 }), seed: 3);
        model.Adapters.Activate("mixture");
        GreedySoup.Choose(mixture.Router!, score);
        FisherMerging.Estimate(mixture, batches: 2, loss);
        var sure = EnsemblePrediction.Distribution(mixture.Router!, () => classifier.call(inputs));
        Assert.Equal([3], sure.MutualInformation.shape);
        Directory.Delete(folder, recursive: true);

        AssertPageHas("""
            model.Adapters.Combine("both", [("films", 0.7), ("copy", 0.3)], new Combination.Svd(Rank: 8));
            """, File.ReadAllText(Path.Combine(Root(), "docs", "guide", "adapters.md")));
    }

    private static void AssertPageHas(string line, string page)
    {
        var own = File.ReadAllLines(Path.Combine(Root(), "tests", "Peft.Tests", "Adapters", "DocumentationTests.cs")).Select(Bare)
            .ToHashSet();
        Assert.Contains(line, page);
        var inCode = false;
        foreach (var text in page.Split('\n'))
        {
            if (text.StartsWith("```", StringComparison.Ordinal))
                inCode = text == "```csharp";
            else if (inCode && text.Length > 0 && !text.StartsWith("var model", StringComparison.Ordinal))
                Assert.Contains(Bare(text), own);
        }
    }

    private static string Bare(string line) => line.Split(" //")[0].Trim();

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Peft.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
