using Peft.Data;
using Peft.Models.HuggingFace;

namespace Peft.Tests.Interop.HuggingFace;

/// <summary>
/// Keys, shapes and dtypes are those that PEFT writes for the same configuration: <c>Expected/hf-peft.txt</c>, made from the format's
/// rules.
/// </summary>
public sealed class KeyTableTests
{
    private static readonly Dictionary<string, string[]> s_methods = new()
    {
        ["lora"] = ["lora"],
        ["lora all-linear"] = ["lora", "lora.targets=all-linear"],
        ["dora"] = ["lora", "lora.dora=true"],
        ["lora_only"] = ["lora+bitfit-linear", "bitfit-linear.targets=query+value"],
        ["ia3"] = ["ia3"],
        ["ln-tuning"] = ["ln-tuning"],
        ["prefix"] = ["prefix", "prefix.length=3", "prefix.middle=0"],
        ["prompt"] = ["prompt", "prompt.length=3"],
    };

    public static TheoryData<string> Sections => [.. KeyTable.Read("hf-peft.txt").Keys];

    [Theory, MemberData(nameof(Sections))]
    public void A_file_holds_exactly_the_keys_and_shapes_of_the_table(string section)
    {
        var parts = section.Split(' ', 2);
        var (backbone, method) = (parts[0], s_methods[parts[1]]);
        string[] decoder = parts[1] == "prefix" && backbone.StartsWith("gpt2", StringComparison.Ordinal)
            ? ["prefix.shiftPositions=true"] : [];
        string[] settings = [.. method.Skip(1), "lora.rank=4", .. decoder];
        if (parts[1] == "lora_only" && backbone.StartsWith("gpt2", StringComparison.Ordinal))
            settings[0] = "bitfit-linear.targets=query+key+value";
        using var folder = new TemporaryFolder();
        using var model = Tiny.Model(backbone);
        Known.Add(model, "ours", method[0], settings);
        HuggingFacePeft.Save(model, "ours", folder["out"]);
        using var archive = SafetensorsFile.Open(Path.Combine(folder["out"], "adapter_model.safetensors"));
        Assert.Equal(KeyTable.Read("hf-peft.txt")[section], archive.Tensors.Values.Select(
            tensor => $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]").Order(StringComparer.Ordinal));
        Assert.All(archive.Tensors.Values, tensor => Assert.Equal(DType.F32, tensor.DType));
        Assert.Equal("pt", archive.Metadata["format"]);
    }
}
