namespace Peft;

/// <summary>A weight delta that is a product of two trainables: delta = Scale * Left Right, [Out, In].</summary>
/// <param name="Left">The name of the trainable [Out, rank].</param>
/// <param name="Right">The name of the trainable [rank, In].</param>
/// <param name="Rank">The name of the option that sets the rank.</param>
/// <param name="Scale">The factor, which may depend on the rank.</param>
public sealed record LowRankFactors(string Left, string Right, string Rank, double Scale);
