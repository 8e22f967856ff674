using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>What AdamW keeps of one parameter. The means are views of a buffer that all parameters of a dtype and device share.</summary>
/// <param name="Name">The parameter's name.</param>
/// <param name="Parameter">The parameter, as modules hold it.</param>
/// <param name="Decays">Whether weight decay applies to it.</param>
/// <param name="Mean">Running mean of gradients, of the parameter's shape.</param>
/// <param name="Square">Running mean of their squares, of the parameter's shape.</param>
internal sealed record AdamWState(string Name, Parameter Parameter, bool Decays, Tensor Mean, Tensor Square)
{
    /// <summary>Updates so far; a step in which the parameter has no gradient is none.</summary>
    public long Steps { get; set; }
}
