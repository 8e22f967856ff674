using static TorchSharp.torch;

namespace Peft;

/// <summary>Lets several experts of a mixture act on parts of one batch: a method then runs its formula once for each part.</summary>
internal interface IFormulaDispatch
{
    /// <summary>Whether this pass is routed by parts; otherwise the formula runs on the whole batch, as ever.</summary>
    bool IsActive { get; }

    /// <summary>Runs what a method does to the input of a linear map.</summary>
    /// <param name="x">The input [batch, ..., In].</param>
    /// <param name="formula">The formula, which takes its part of any tensor [batch, ..., n] by the function that it is given.</param>
    /// <returns>The new input, of the shape of <paramref name="x"/>.</returns>
    Tensor OnInput(Tensor x, Func<Func<Tensor, Tensor>, Tensor> formula);

    /// <summary>Runs what a method does to an output or a stream, with the parts of <see cref="OnInput"/> where that came before.</summary>
    /// <param name="x">What is routed on, [batch, ..., In].</param>
    /// <param name="old">What the formula changes, [batch, ..., n].</param>
    /// <param name="formula">The formula.</param>
    /// <returns>The changed value, of the shape of <paramref name="old"/>.</returns>
    Tensor OnOutput(Tensor x, Tensor old, Func<Func<Tensor, Tensor>, Tensor> formula);
}
