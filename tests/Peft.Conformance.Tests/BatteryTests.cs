using Peft.Methods;
using TorchSharp;

[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)] // seeds and threads belong to the process

namespace Peft.Conformance.Tests;

/// <summary>Every check over every method and variant of the repository, each backbone, plain and mixed.</summary>
public sealed class BatteryTests
{
    private static readonly string[] s_small =
    [
        "lora.rank=3", "houlsby.size=5", "pfeiffer.size=5", "parallel.size=5", "prefix.length=3", "prefix.middle=7", "prompt.length=2",
        "compacter.summands=2", "compacter.reductionFactor=4",
    ];

    /// <summary>Settings of variants whose formula differs, beside the methods as they are.</summary>
    private static readonly Dictionary<string, (string Method, string[] Settings)> s_variants = new()
    {
        ["dora"] = ("lora", ["lora.dora=true"]),
        ["rank-stabilised lora"] = ("lora", ["lora.rankStabilized=true"]),
        ["gated lora"] = ("lora", ["lora.gated=true"]),
        ["gated pfeiffer"] = ("pfeiffer", ["pfeiffer.gated=true"]),
        ["flat prefix"] = ("prefix", ["prefix.middle=0"]),
        ["gated prefix"] = ("prefix", ["prefix.gated=true"]),
        ["shifted prefix"] = ("prefix", ["prefix.shiftPositions=true"]),
        ["learned scale"] = ("parallel", ["parallel.learnedScale=true"]),
        ["unshifted prompt"] = ("prompt", ["prompt.shiftPositions=false"]),
        ["lora everywhere"] = ("lora", ["lora.targets=all-linear"]),
        ["by module"] = ("lora", ["lora.rank@query=2", "lora.leaveOut=0", "lora.exclude=value", "lora.targets=all-linear"]),
        ["adamix place"] = ("houlsby", ["houlsby.sites=beforeFeedForwardDropout"]),
        ["list"] = ("houlsby", ["houlsby.activation=identity", "houlsby.biases=false"]),
        ["two at once"] = ("lora+houlsby", []),
    };

    /// <summary>Every method of the repository.</summary>
    public static MethodRegistry Registry { get; } = new MethodRegistry().AddFrom(typeof(Lora).Assembly);

    public static IEnumerable<TheoryDataRow<string, string, ConformanceBackbone, bool>> Cases =>
        from name in Registry.Methods.Where(method => method.Kind != SiteKind.Parameters).Select(method => method.Name)
            .Concat(s_variants.Keys)
        from backbone in Enum.GetValues<ConformanceBackbone>()
        from mixed in (bool[])[false, true]
        from check in ConformanceBattery.Checks
        where check.AppliesTo(backbone, mixed) && !(name == "dora" && check.Id == "I24") // a norm held constant: DoraTests has its gradient
        select new TheoryDataRow<string, string, ConformanceBackbone, bool>(check.Id, name, backbone, mixed);

    [Theory, MemberData(nameof(Cases))]
    public void Holds(string id, string name, ConformanceBackbone backbone, bool mixed)
    {
        using var scope = torch.NewDisposeScope();
        var (expression, own) = s_variants.TryGetValue(name, out var variant) ? variant : (name, []);
        var settings = new Dictionary<string, string>();
        foreach (var pair in s_small.Concat(own).Select(text => text.Split('=', 2)))
            settings[OwnName(pair[0], backbone)] = OwnName(pair[1], backbone);
        var result = ConformanceBattery.Checks.First(check => check.Id == id)
            .Run(new ConformanceCase(Registry, expression, settings, backbone, mixed));
        Assert.True(result.Failure is null, result.Failure);
    }

    /// <summary>A setting with the names that DistilBERT has for the modules query and value.</summary>
    private static string OwnName(string setting, ConformanceBackbone backbone) => backbone != ConformanceBackbone.DistilBert ? setting
        : setting == "value" ? "v_lin" : setting.Replace("@query", "@q_lin", StringComparison.Ordinal);

    [Fact]
    public void A_strangers_method_is_checked_in_one_line() => ConformanceBattery.Verify<Methods.Lora>("rank=3");

    [Fact]
    public void So_is_one_of_attentions() => ConformanceBattery.Verify<Methods.Prefix>("length=3", "middle=7");
}
