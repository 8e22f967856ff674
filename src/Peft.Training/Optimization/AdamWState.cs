using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>AdamW's state of one parameter. The means are views of a buffer that all parameters of a dtype and device share.</summary>
/// <param name="Name">The parameter's name.</param>
/// <param name="Parameter">The parameter, as modules hold it.</param>
/// <param name="Decays">Whether the parameter is decayed.</param>
/// <param name="Mean">Running mean of gradients, of the parameter's shape.</param>
/// <param name="Square">Running mean of their squares, of the parameter's shape.</param>
internal sealed record AdamWState(string Name, Parameter Parameter, bool Decays, Tensor Mean, Tensor Square)
{
    /// <summary>The number of updates so far. A step without a gradient for the parameter does not count.</summary>
    public long Steps { get; set; }

    /// <summary>The factor of the learning rate for this parameter.</summary>
    public double RateFactor { get; set; } = 1;
}
