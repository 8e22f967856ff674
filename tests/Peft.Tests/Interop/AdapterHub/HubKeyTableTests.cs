using Peft.Models.AdapterHub;
using Peft.Models;
using static TorchSharp.torch;

namespace Peft.Tests.Interop.AdapterHub;

/// <summary>
/// Keys and shapes are those of the format (<c>Expected/adapterhub.txt</c>), and what is written is the same adapter when it is read
/// again.
/// </summary>
public sealed class HubKeyTableTests
{
    private static readonly string[] s_gates = ["pfeiffer.gatePooling=all", "lora.gatePooling=all", "prefix.gatePooling=all"];

    private static readonly Dictionary<string, string[]> s_methods = new()
    {
        ["pfeiffer"] = ["pfeiffer", "pfeiffer.size=4"],
        ["houlsby"] = ["houlsby", "houlsby.size=4"],
        ["parallel"] = ["parallel", "parallel.size=4", "parallel.scale=3"],
        ["parallel learned"] = ["parallel", "parallel.size=4", "parallel.scale=1", "parallel.learnedScale=true"],
        ["lora"] = ["lora", "lora.rank=4", "lora.alpha=7"],
        ["ia3"] = ["ia3", "ia3.sites=key+value+feedForwardUp"],
        ["prefix"] = ["prefix", "prefix.length=3", "prefix.middle=6"],
        ["prefix flat"] = ["prefix", "prefix.length=3", "prefix.middle=0"],
        ["unipelt"] = ["unipelt", "prefix.length=3", "prefix.middle=6", "pfeiffer.size=4", "lora.rank=4", .. s_gates],
    };

    public static TheoryData<string> Sections => [.. KeyTable.Read("adapterhub.txt").Keys];

    [Theory, MemberData(nameof(Sections))]
    public void A_file_holds_exactly_the_keys_and_shapes_of_the_table(string section)
    {
        var (backbone, method) = (section.Split(' ')[0], s_methods[section.Split(' ', 2)[1]]);
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = Tiny.Model(backbone);
        Known.Add(model, "ours", method[0], method[1..]);
        AdapterHubFormat.Save(model, "ours", folder["out"]);
        using (var archive = AdapterArchives.Open(folder["out"]))
            Assert.Equal(KeyTable.Read("adapterhub.txt")[section], archive.Tensors.Values.Select(
                tensor => $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]").Order(StringComparer.Ordinal));

        using var other = Tiny.Model(backbone);
        var read = AdapterHubFormat.Load(other, "ours", folder["out"], Known.Registry);
        model.Adapters.Activate("ours");
        other.Adapters.Activate("ours");
        Assert.True((Tiny.Logits(model) - Tiny.Logits(Tiny.Model(backbone))).abs().max().item<float>() > 1e-2, "the adapter changes the "
            + "outputs");
        TensorFile.AssertClose(Tiny.Logits(model), Tiny.Logits(other), 0);
        AdapterHubFormat.Save(other, "ours", folder["again"], weights: WeightsFile.Safetensors);
        Assert.Empty(Differences(folder));
        Assert.All(Directory.GetFiles(folder["out"], "*.json"), file => Assert.Equal(
            File.ReadAllText(file), File.ReadAllText(Path.Combine(folder["again"], Path.GetFileName(file)))));
        Assert.Equal(method[0] == "unipelt" ? "prefix+pfeiffer+lora" : method[0], read.Spec.Expression);
    }

    private static IReadOnlyList<TensorDifference> Differences(TemporaryFolder folder)
    {
        using var one = AdapterArchives.Open(folder["out"]);
        using var other = AdapterArchives.Open(folder["again"]);
        return TensorComparison.Compare(one, other);
    }
}
