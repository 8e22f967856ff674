using static TorchSharp.torch;

namespace Peft;

/// <summary>Routes rows or tokens separately, as the routing of the pass in progress requires.</summary>
/// <param name="router">Holds the routing of the pass in progress.</param>
/// <param name="rows">Routes each row.</param>
/// <param name="tokens">Routes each token.</param>
internal sealed class SampledDispatch(Router router, RowDispatch rows, TokenDispatch tokens) : IFormulaDispatch
{
    public bool IsActive => router.Ask().Pass is PassRouting.Rows or PassRouting.SampledTokens;

    public Tensor OnInput(Tensor x, PartFormula formula) => Active.OnInput(x, formula);

    public Tensor OnOutput(Tensor x, Tensor old, PartFormula formula) => Active.OnOutput(x, old, formula);

    private IFormulaDispatch Active => tokens.IsActive ? tokens : rows;
}
