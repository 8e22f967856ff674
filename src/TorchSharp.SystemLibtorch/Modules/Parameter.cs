namespace TorchSharp.Modules;

/// <summary>A tensor that a module learns: fields and registrations of this type show up in the module's parameters.</summary>
public class Parameter : torch.Tensor
{
    /// <summary>A parameter that takes the place of the tensor.</summary>
    /// <param name="data">The values. This object becomes invalid: the parameter owns the memory now.</param>
    /// <param name="requires_grad">Whether gradients are wanted.</param>
    public Parameter(torch.Tensor data, bool requires_grad = true)
        : base(data.with_requires_grad(requires_grad))
    {
    }
}
