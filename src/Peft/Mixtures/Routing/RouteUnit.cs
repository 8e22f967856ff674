namespace Peft;

/// <summary>The part of a batch that shares a sampled route in <see cref="MixtureInference.Random"/>, from the coarsest.</summary>
public enum RouteUnit
{
    /// <summary>One route for all rows of a batch, as in AdaMix's training.</summary>
    Batch,

    /// <summary>A route for each row, such as a sentence: inference level 1 of AdaMix's released code.</summary>
    Sentence,

    /// <summary>A route for each token at each place: inference level 0 of AdaMix's released code.</summary>
    Token,
}
