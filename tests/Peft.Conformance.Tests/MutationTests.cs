using TorchSharp;

namespace Peft.Conformance.Tests;

/// <summary>The checks can fail: each goes red for a method that breaks what it guards.</summary>
public sealed class MutationTests
{
    private static readonly MethodRegistry s_registry = new MethodRegistry().AddFrom(typeof(BrokenDelta).Assembly);

    [Theory]
    [InlineData("broken-identity", "I10")]
    [InlineData("broken-nothing", "I11")]
    [InlineData("broken-dtype", "I12")]
    [InlineData("broken-padding", "I15")]
    [InlineData("broken-tokenwise", "C1")]
    [InlineData("broken-rows", "C3")]
    [InlineData("broken-random", "C2")]
    [InlineData("broken-detached", "I20")]
    [InlineData("broken-detached", "I21")]
    [InlineData("broken-gradient", "I24")]
    [InlineData("broken-frozen", "I13")]
    [InlineData("broken-frozen", "I21")]
    [InlineData("broken-count", "I22")]
    [InlineData("broken-kept", "I22")]
    [InlineData("broken-leak", "I80")]
    [InlineData("broken-delta", "I50")]
    [InlineData("broken-stale", "A3")]
    [InlineData("broken-random", "I14")]
    [InlineData("broken-random", "I18a")]
    [InlineData("broken-seed", "I18")]
    [InlineData("broken-finite", "I52")]
    [InlineData("broken-attach", "I60")]
    [InlineData("broken-state", "I30")]
    [InlineData("broken-state", "C4")]
    [InlineData("broken-state", "A1")]
    [InlineData("broken-noise", "A2")]
    [InlineData("broken-random", "A5")]
    [InlineData("broken-flat", "I68")]
    [InlineData("broken-future", "D1")]
    [InlineData("broken-parts", "D2")]
    public void A_broken_method_fails_the_check_that_guards_it(string method, string check)
    {
        using var scope = torch.NewDisposeScope();
        var failed =
            from backbone in Enum.GetValues<ConformanceBackbone>()
            from mixed in (bool[])[false, true]
            let one = ConformanceBattery.Checks.First(known => known.Id == check)
            where one.AppliesTo(backbone, mixed)
            let result = one.Run(new ConformanceCase(s_registry, method, new Dictionary<string, string>(), backbone, mixed))
            where result.Failure is not null
            select result;
        Assert.NotEmpty(failed);
    }

    [Fact]
    public void A_failure_says_what_where_and_why()
    {
        using var scope = torch.NewDisposeScope();
        var problem = Assert.Throws<ConformanceException>(() => ConformanceBattery.Verify<BrokenDelta>());
        Assert.Contains("broken-delta fails", problem.Message);
        Assert.Contains("I50 (Bert, mixed)", problem.Message);
        Assert.Contains("merged and unmerged outputs differ by", problem.Message);
    }
}
