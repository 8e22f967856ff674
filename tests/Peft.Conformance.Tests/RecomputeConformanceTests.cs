using TorchSharp;

namespace Peft.Conformance.Tests;

/// <summary>I22 for options and routings that the other checks leave out, as they draw numbers in training.</summary>
public sealed class RecomputeConformanceTests
{
    public static TheoryData<string, string[], bool> Cases { get; } = new()
    {
        { "lora", ["lora.rank=3", "lora.dropout=0.3"], false },
        { "lora", ["lora.rank=3", "lora.dropout=0.3"], true },
        { "lora+prefix", ["lora.rank=3", "prefix.length=3", "prefix.middle=7", "adamix.share=none"], true },
        { "houlsby", ["houlsby.size=5", "adamix.routing=example"], true },
        { "houlsby", ["houlsby.size=5", "adamix.routing=switch"], true },
        { "lora", ["lora.rank=3", "adamix.routing=switch", "lora.targets=all-linear"], true },
        { "full", [], false },
        { "last-layers", ["last-layers.count=1"], false },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Recomputing_activations_changes_nothing(string method, string[] settings, bool mixed)
    {
        using var scope = torch.NewDisposeScope();
        var values = settings.Select(text => text.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        var check = ConformanceBattery.Checks.First(check => check.Id == "I22");
        foreach (var backbone in Enum.GetValues<ConformanceBackbone>())
            Assert.Null(check.Run(new ConformanceCase(BatteryTests.Registry, method, values, backbone, mixed)).Failure);
    }
}
