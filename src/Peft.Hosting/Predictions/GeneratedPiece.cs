namespace Peft.Hosting;

/// <summary>A piece of a generated text.</summary>
/// <param name="Text">What is added to the text; may be empty in the last piece.</param>
public sealed record GeneratedPiece(string Text)
{
    /// <summary>The whole generation; null in every piece but the last.</summary>
    public GenerationSummary? Summary { get; init; }
}

/// <summary>A generation that has ended.</summary>
/// <param name="End">Why it has ended.</param>
/// <param name="PromptTokens">Tokens of the prompt.</param>
/// <param name="NewTokens">Generated tokens, including an end token and those of a stop sequence.</param>
public sealed record GenerationSummary(GenerationEnd End, int PromptTokens, int NewTokens);

/// <summary>Why a generation has ended.</summary>
public enum GenerationEnd
{
    /// <summary>The model generated its end token.</summary>
    EndToken,

    /// <summary>A stop sequence was generated.</summary>
    StopSequence,

    /// <summary>As many tokens were generated as were asked for, or as the model has positions.</summary>
    MaxTokens,
}
