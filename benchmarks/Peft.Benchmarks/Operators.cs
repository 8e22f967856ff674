using BenchmarkDotNet.Attributes;
using static TorchSharp.torch;

namespace Peft.Benchmarks;

/// <summary>The cost of a call into libtorch, and of operators with kernels of our own beside libtorch's.</summary>
public class Operators
{
    private Tensor _small = null!;
    private Tensor _hidden = null!;
    private Tensor _heads = null!;

    [GlobalSetup]
    public void Setup()
    {
        _small = rand(4, 4);
        _hidden = rand(1024, 3072);
        _heads = rand(8, 12, 128, 64);
    }

    [Benchmark]
    public void Add4x4()
    {
        using var sum = _small + _small;
    }

    [Benchmark]
    public void Dropout()
    {
        using var dropped = SeededDropout.Apply(_hidden, 0.1, training: true);
    }

    [Benchmark]
    public void LibtorchDropout()
    {
        using var dropped = nn.functional.dropout(_hidden, 0.1);
    }

    [Benchmark]
    public void Attention()
    {
        using var mixed = new AttentionInputs(_heads, _heads, null).Over(_heads, 0.1);
    }

    [Benchmark]
    public void LibtorchAttention()
    {
        using var mixed = nn.functional.scaled_dot_product_attention(_heads, _heads, _heads, p: 0.1);
    }
}
