using Peft.Data;
using Peft.Models;
using static TorchSharp.torch;

namespace Peft.Tests.Interop;

public sealed class TensorComparisonTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_kind_of_difference_is_named_and_measured()
    {
        Write("a", ("gone", [1f]), ("moved", [1f, -4f, 2f]), ("same", [float.NaN, 2f]), ("shaped", [1f, 2f]), ("blown", [1f]));
        Write("b", ("new", [1f]), ("moved", [1f, -4f, 2.5f]), ("same", [float.NaN, 2f]), ("shaped", [1f]),
            ("blown", [float.PositiveInfinity]));
        var found = Compare("a", "b").ToDictionary(difference => difference.Name);
        Assert.Equal(["blown", "gone", "moved", "new", "shaped"], found.Keys);
        Assert.Equal(TensorProblem.Missing, found["gone"].Problem);
        Assert.Equal(TensorProblem.Extra, found["new"].Problem);
        Assert.Equal(TensorProblem.Shape, found["shaped"].Problem);
        Assert.Equal((TensorProblem.Values, 1, 0.5, 0.125), (
            found["moved"].Problem, found["moved"].Elements, found["moved"].MaxAbsolute, found["moved"].Relative));
        Assert.Equal(double.PositiveInfinity, found["blown"].MaxAbsolute);
        Assert.DoesNotContain(Compare("a", "b", tolerance: 0.5), difference => difference.Name == "moved");
        Assert.Empty(Compare("a", "a"));
    }

    [Fact]
    public void Tensors_are_compared_in_parts()
    {
        var values = Enumerable.Range(0, 100).Select(index => (float)index).ToArray();
        Write("a", ("x", values), ("same", values));
        Write("b", ("x", [.. values[..40], 41f, .. values[41..99], 101f]), ("same", values));
        using SafetensorsFile a = SafetensorsFile.Open(_folder["a.safetensors"]), b = SafetensorsFile.Open(_folder["b.safetensors"]);
        var difference = Assert.Single(TensorComparison.Compare(a, b, partBytes: 24));
        Assert.Equal(("x", 2L, 2.0, 2.0 / 99), (difference.Name, difference.Elements, difference.MaxAbsolute, difference.Relative));
    }

    [Fact]
    public void Tensors_of_2_GiB_and_more_are_compared()
    {
        foreach (var name in (string[])["a", "b"])
        {
            var header = System.Text.Encoding.UTF8.GetBytes("""{"x":{"dtype":"U8","shape":[2147483656],"data_offsets":[0,2147483656]}}""");
            using var stream = File.Create(_folder[name + ".safetensors"]);
            stream.Write(BitConverter.GetBytes((long)header.Length));
            stream.Write(header);
            stream.SetLength(stream.Position + 2147483656); // a hole, which takes no space
        }

        Assert.Empty(Compare("a", "b"));
    }

    [Fact]
    public void A_dtype_is_a_difference_even_where_values_are_the_same()
    {
        Write("a", ("x", [0.5f, 1f]));
        SafetensorsWriter.Write(_folder["b.safetensors"], [new TensorSource("x", DType.F16, [2], new byte[] { 0x00, 0x38, 0x00, 0x3C })]);
        var difference = Assert.Single(Compare("a", "b"));
        Assert.Equal((TensorProblem.DType, 0, "F32[2]", "F16[2]"), (
            difference.Problem, difference.Elements, difference.First, difference.Second));
    }

    [Fact]
    public void An_adapter_of_AdapterHub_is_opened_with_its_head()
    {
        using var archive = AdapterArchives.Open(SharedData.Require("data", "adapters", "adapterhub-pfeiffer-r16-bigbird"));
        Assert.Equal(52, archive.Tensors.Count);
        Assert.Equal(768 * 4, archive.ToArray("heads.rotten_tomatoes1.1.bias").Length);
        Assert.Throws<TensorNotFoundException>(() => archive.ToArray("heads.other"));
    }

    private IReadOnlyList<TensorDifference> Compare(string first, string second, double tolerance = 0)
    {
        using var one = AdapterArchives.Open(_folder[first + ".safetensors"]);
        using var other = AdapterArchives.Open(_folder[second + ".safetensors"]);
        return TensorComparison.Compare(one, other, tolerance);
    }

    private void Write(string file, params (string Name, float[] Values)[] tensors)
    {
        using var scope = NewDisposeScope();
        TensorFile.Write(_folder[file + ".safetensors"], tensors.ToDictionary(pair => pair.Name, pair => tensor(pair.Values)));
    }
}
