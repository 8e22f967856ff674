using Peft.Models;
using Peft.Training;
using static TorchSharp.torch;

namespace Peft.Tests.Adapters;

/// <summary>A pass whose rows belong to several models, against the pass of each model alone.</summary>
public sealed class SharedPassTests
{
    public static TheoryData<EncoderFamily, string> Methods { get; } = new(
        from family in (EncoderFamily[])[EncoderFamily.Bert, EncoderFamily.Roberta, EncoderFamily.DistilBert, EncoderFamily.Electra]
        from method in (string[])[
            "lora", "lora gated", "houlsby", "pfeiffer gated", "ia3", "compacter", "bitfit-linear", "bitfit-norm", "ln-tuning",
            "adamix(houlsby)", "adamix(lora)"]
        select (family, method));

    [Theory]
    [MemberData(nameof(Methods))]
    public void Each_row_is_what_its_model_alone_gives(EncoderFamily family, string method)
    {
        using var first = Model(family, method, seed: 1);
        using var second = Model(family, "houlsby", seed: 2);
        using var bare = Model(family, null, seed: 3);
        foreach (var benches in (Bench[][])[[first, second, bare], [bare, second, first], [second, bare, first]])
        {
            var alone = benches.Select(bench => bench.Forward()).ToList();
            var shared = Logits(benches, [1, 1, 1]);
            for (var row = 0; row < 3; row++)
            {
                var expected = alone[row].narrow(0, row, 1);
                Assert.True(Bench.Difference(shared[row], expected) <= 1e-5, $"{method} in {family}, row {row}");
                Assert.True(row == 0 || Bench.Difference(alone[0].narrow(0, row, 1), expected) > 1e-3, "the models are alike");
            }

            Assert.True(Bench.Same(benches[0].Forward(), alone[0]), "the pass left something behind");
        }
    }

    [Fact]
    public void A_model_may_have_several_rows()
    {
        using var first = Model(EncoderFamily.Bert, "lora gated", seed: 1);
        using var second = Model(EncoderFamily.Bert, "adamix(houlsby)", seed: 2);
        var shared = Logits([first, second], [2, 1]);
        Assert.True(Bench.Difference(shared[0], first.Forward().narrow(0, 0, 2)) <= 1e-5);
        Assert.True(Bench.Difference(shared[1], second.Forward().narrow(0, 2, 1)) <= 1e-5);
    }

    [Theory]
    [InlineData("lora", true)]
    [InlineData("adamix(houlsby)", true)]
    [InlineData("prefix", false)]
    [InlineData("prompt", false)]
    [InlineData("adamix(prefix)", false)]
    public void Methods_that_make_rows_longer_cannot_share_a_pass(string method, bool can)
    {
        using var bench = Model(EncoderFamily.Bert, method, seed: 1);
        Assert.Equal(can, SharedPass.Takes(bench.Model));
    }

    [Fact]
    public void A_mixture_that_is_not_merged_cannot_share_a_pass()
    {
        using var bench = Model(EncoderFamily.Bert, "adamix(houlsby)", seed: 1);
        bench.Model.Adapter!.Router!.Inference = MixtureInference.Ensemble;
        Assert.False(SharedPass.Takes(bench.Model));
    }

    [Fact]
    public void A_merged_model_cannot_share_a_pass()
    {
        using var bench = Model(EncoderFamily.Bert, "lora", seed: 1);
        bench.Model.Merge();
        Assert.False(SharedPass.Takes(bench.Model));
    }

    [Fact]
    public void An_exception_in_the_pass_ends_the_split()
    {
        using var first = Model(EncoderFamily.Bert, "lora", seed: 1);
        using var second = Model(EncoderFamily.Bert, "lora", seed: 2);
        var alone = first.Forward();
        Assert.ThrowsAny<Exception>(() => Logits([first, second], [9, 9])); // the batch has three rows
        Assert.True(Bench.Same(first.Forward(), alone));
    }

    private static Bench Model(EncoderFamily family, string? method, ulong seed)
    {
        var bench = new Bench(family);
        if (method is null)
            return bench;
        var name = method.Split(' ')[0];
        bench.Add("one", name, seed, head: true, method == name ? [] : [$"{name}.gated=true"]);
        bench.Adapters.Activate("one");
        return bench;
    }

    /// <summary>The logits of each model's rows, of one pass through the first model's layers.</summary>
    private static List<Tensor> Logits(Bench[] benches, int[] rows)
    {
        using var frozen = no_grad();
        Tensor hidden;
        using (SharedPass.Begin([.. benches.Zip(rows, (bench, count) => (bench.Model, count))]))
            hidden = benches[0].Classifier.Encoder.FirstToken(benches[0].Inputs);
        var logits = new List<Tensor>();
        long first = 0;
        foreach (var (bench, count) in benches.Zip(rows))
        {
            logits.Add(bench.Classifier.Logits(hidden.narrow(0, first, count)));
            first += count;
        }

        return logits;
    }
}
