using static TorchSharp.torch;

namespace Peft;

/// <summary>Applies several experts of a mixture to parts of one batch. A method then runs its formula once for each part.</summary>
internal interface IFormulaDispatch
{
    /// <summary>Whether this pass is routed by parts; otherwise the formula runs on the whole batch.</summary>
    bool IsActive { get; }

    /// <summary>Runs a method's change of the input of a linear map.</summary>
    /// <param name="x">The input [batch, ..., In].</param>
    /// <param name="formula">The formula. It selects its part of any tensor [batch, ..., n] with the function that it is given.</param>
    /// <returns>The new input, of the shape of <paramref name="x"/>.</returns>
    Tensor OnInput(Tensor x, Func<Func<Tensor, Tensor>, Tensor> formula);

    /// <summary>Runs a method's change of an output or a stream, with the same parts as an earlier <see cref="OnInput"/>.</summary>
    /// <param name="x">The tensor that determines the routing, [batch, ..., In].</param>
    /// <param name="old">The tensor that the formula changes, [batch, ..., n].</param>
    /// <param name="formula">The formula.</param>
    /// <returns>The changed value, of the shape of <paramref name="old"/>.</returns>
    Tensor OnOutput(Tensor x, Tensor old, Func<Func<Tensor, Tensor>, Tensor> formula);
}
