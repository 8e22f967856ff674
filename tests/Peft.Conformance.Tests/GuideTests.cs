using System.Text.RegularExpressions;
using Guide;
using Peft.Models;
using static TorchSharp.torch;

namespace Peft.Conformance.Tests;

/// <summary>The guide's code is the code in Guide/, which this project compiles and these tests run.</summary>
public sealed partial class GuideTests
{
    [Fact]
    public void Its_code_blocks_are_the_files()
    {
        var guide = File.ReadAllText(Path.Combine(Root, "docs", "guide", "write-a-method.md"));
        var quotes = QuotedFiles().Matches(guide).ToList();
        Assert.Equal(3, quotes.Count);
        Assert.All(quotes, quote => Assert.Equal(File.ReadAllText(Path.Combine(Root, quote.Groups["file"].Value))
            .TrimEnd(), quote.Groups["code"].Value.TrimEnd()));
    }

    [Fact]
    public void Mixed_trained_merged_and_shared()
    {
        using var scope = NewDisposeScope();
        var folder = Directory.CreateTempSubdirectory("peft-guide-").FullName;
        var labels = tensor(new long[] { 0, 1 });
        var inputs = new EncoderInputs(tensor(new long[] { 2, 5, 9, 3, 2, 7, 11, 3 }, 2, 4));
        manual_seed(3);
        using var classifier = new SequenceClassifier(Config);
        classifier.eval();
        var before = nn.functional.cross_entropy(classifier.call(inputs), labels).item<float>();

        var after = MixAndShare.Run(classifier, inputs, labels, folder);

        Assert.True(after < before / 2, $"loss {before} before, {after} after");
        Assert.Equal("row-scale", AdapterFolder.ReadManifest(folder).Method);
        Directory.Delete(folder, recursive: true);
    }

    private static EncoderConfig Config => new()
    {
        Family = EncoderFamily.Bert, VocabularySize = 16, HiddenSize = 16, Layers = 2, Heads = 2, IntermediateSize = 32, MaxPositions = 8,
            InitializerRange = 0.3,
        HiddenDropout = 0, AttentionDropout = 0,
    };

    internal static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Peft.sln")))
                folder = folder.Parent;
            return folder?.FullName ?? throw new InvalidOperationException("the tests run inside the repository");
        }
    }

    [GeneratedRegex("<!-- (?<file>\\S+) -->\n```csharp\n(?<code>.*?)```\n", RegexOptions.Singleline)]
    private static partial Regex QuotedFiles();
}
