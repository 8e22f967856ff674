using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>AdamW's means of all parameters of a dtype and device. Each mean has one buffer, in which each parameter has a range.</summary>
internal sealed class FlatMoments : IDisposable
{
    private readonly long[] _offsets; // the last one is the end

    public FlatMoments(IReadOnlyList<(string Name, Parameter Parameter, bool Decays)> parameters)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        _offsets = [0, .. parameters.Select(of => of.Parameter.numel())];
        for (var i = 1; i < _offsets.Length; i++)
            _offsets[i] += _offsets[i - 1];
        var (dtype, device) = (parameters[0].Parameter.dtype, parameters[0].Parameter.device);
        (Means, Squares) = (
            Kept(zeros(_offsets[^1], dtype: dtype, device: device)), Kept(zeros(_offsets[^1], dtype: dtype, device: device)));
        States = [.. parameters.Select((of, number) => new AdamWState(
            of.Name, of.Parameter, of.Decays, View(Means, number, of.Parameter.shape), View(Squares, number, of.Parameter.shape)))];
    }

    /// <summary>The state of each parameter, in the buffers' order.</summary>
    public IReadOnlyList<AdamWState> States { get; }

    /// <summary>Running means of gradients, [elements of all parameters].</summary>
    public Tensor Means { get; }

    /// <summary>Running means of squared gradients, [elements of all parameters].</summary>
    public Tensor Squares { get; }

    /// <summary>The offset of a parameter; for the number after the last one, the buffers' length.</summary>
    public long Offset(int number) => _offsets[number];

    public void Dispose()
    {
        foreach (var state in States)
        {
            state.Mean.Dispose();
            state.Square.Dispose();
        }

        Means.Dispose();
        Squares.Dispose();
    }

    private Tensor View(Tensor buffer, int number, long[] shape) =>
        Kept(buffer.narrow(0, _offsets[number], _offsets[number + 1] - _offsets[number]).view(shape));

    private static Tensor Kept(Tensor tensor) => tensor.DetachFromDisposeScope();
}
