using static TorchSharp.torch;

namespace Peft;

/// <summary>Applies several experts of a mixture to parts of one batch. A method then runs its formula once for each part.</summary>
internal interface IFormulaDispatch
{
    /// <summary>Whether this pass is routed by parts; otherwise the formula runs on the whole batch.</summary>
    bool IsActive { get; }

    /// <summary>Runs a method's change of the input of a linear map.</summary>
    /// <param name="x">The input [batch, ..., In].</param>
    /// <param name="formula">Computes the new input of one part.</param>
    /// <returns>The new input, of the shape of <paramref name="x"/>.</returns>
    Tensor OnInput(Tensor x, PartFormula formula);

    /// <summary>Runs a method's change of an output or a stream, with the same parts as an earlier <see cref="OnInput"/>.</summary>
    /// <param name="x">The tensor that determines the routing, [batch, ..., In].</param>
    /// <param name="old">The tensor that the formula changes, [batch, ..., n].</param>
    /// <param name="formula">Computes the changed value of one part.</param>
    /// <returns>The changed value, of the shape of <paramref name="old"/>.</returns>
    Tensor OnOutput(Tensor x, Tensor old, PartFormula formula);
}

/// <summary>A method's formula on one part of a batch.</summary>
/// <param name="part">The part, which selects its rows from the tensors that the formula reads.</param>
/// <returns>The result for that part.</returns>
internal delegate Tensor PartFormula(BatchPart part);

/// <summary>The rows or tokens of a batch that use the same experts.</summary>
internal abstract record BatchPart
{
    private BatchPart()
    {
    }

    /// <summary>Selects the part of a tensor of the whole batch, [batch, ..., n].</summary>
    public abstract Tensor Select(Tensor whole);

    /// <summary>Whole rows, such as sentences: [rows, ..., n].</summary>
    /// <param name="Index">The rows' numbers.</param>
    public sealed record Rows(Tensor Index) : BatchPart
    {
        /// <inheritdoc/>
        public override Tensor Select(Tensor whole) => whole.index_select(0, Index.to(whole.device));
    }

    /// <summary>Single tokens, each as a row of its own: [tokens, 1, n], or [tokens, n] of a tensor [batch, n].</summary>
    /// <param name="Index">The tokens' numbers, counted through the batch.</param>
    public sealed record Tokens(Tensor Index) : BatchPart
    {
        /// <inheritdoc/>
        public override Tensor Select(Tensor whole)
        {
            var tokens = whole.dim() == 2 ? whole : whole.reshape(-1, 1, whole.shape[^1]);
            return tokens.index_select(0, Index.to(whole.device));
        }
    }
}
