namespace Peft.Methods;

/// <summary>Compacter++: <c>compacter</c> after the feed-forward block alone (Karimi Mahabadi et al. 2021, section 4).</summary>
[PeftMethod("compacter-plus-plus", Paper = "https://arxiv.org/abs/2106.04647")]
[Part("compacter", "sites=afterFeedForward")]
public sealed partial class CompacterPlusPlus : CompositeMethod;
