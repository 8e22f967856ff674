using Peft.Models;

namespace Peft.Tests.Adapters;

public sealed class RowTests
{
    [Theory]
    [InlineData(EncoderFamily.Bert)]
    [InlineData(EncoderFamily.Roberta)]
    public void I61_Each_row_is_what_its_adapter_alone_gives_and_null_is_the_base(EncoderFamily family)
    {
        using var bench = new Bench(family);
        bench.Add("a", "lora", head: true);
        bench.Add("b", "adamix(houlsby)", seed: 2, head: true);
        bench.Add("c", "prefix", seed: 3);
        bench.Adapters.Activate("c");
        var c = bench.Forward();
        foreach (var names in (string?[][])[["a", "b", null], ["b", "a", "b"], [null, null, "a"], ["a", "a", "a"], ["c", "b", "a"]])
        {
            var rows = bench.Model.RunRows(names, bench.Inputs, batch => bench.Classifier.call(batch));
            Assert.Equal(["c"], bench.Adapters.Active);
            for (var row = 0; row < 3; row++)
            {
                using var use = names[row] is { } name ? bench.Adapters.Using(name) : bench.Adapters.Using();
                Assert.True(Bench.Difference(rows.narrow(0, row, 1), bench.Forward().narrow(0, row, 1)) <= 1e-5);
            }
        }

        Assert.True(Bench.Same(bench.Forward(), c));
    }

    [Fact]
    public void I61_What_does_not_fit_is_refused_and_the_active_adapter_stays()
    {
        using var bench = new Bench();
        bench.Add("a", "lora", head: true);
        var acting = bench.Forward("a");
        void Run(params string?[] names) => bench.Model.RunRows(names, bench.Inputs, batch => bench.Classifier.call(batch));
        Assert.Contains("3 rows and 2 names", Assert.Throws<RowAdapterException>(() => Run("a", null)).Message);
        Assert.Throws<RowAdapterException>(() => Run("a", null, "a", "a"));
        Assert.Throws<UnknownNameException>(() => Run("a", "x", null));
        bench.Classifier.train();
        Assert.Contains("training mode", Assert.Throws<RowAdapterException>(() => Run("a", null, "a")).Message);
        bench.Classifier.eval();
        Assert.Throws<TimeoutException>(
            new Action(() => bench.Model.RunRows([null, "a", "a"], bench.Inputs, _ => throw new TimeoutException())));
        Assert.True(Bench.Same(bench.Forward(), acting));
    }
}
