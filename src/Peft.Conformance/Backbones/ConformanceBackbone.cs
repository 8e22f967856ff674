using Peft.Models;

namespace Peft;

/// <summary>A backbone that the battery tests methods on.</summary>
public enum ConformanceBackbone
{
    /// <summary>A BERT with a classification head.</summary>
    Bert,

    /// <summary>A RoBERTa with a classification head.</summary>
    Roberta,

    /// <summary>A GPT-2 that predicts the next token: norms before each block, causal, without its own head.</summary>
    Gpt2,
}

/// <summary>The small backbone of each name.</summary>
internal static class TinyBackbones
{
    public static ITinyBackbone Create(ConformanceBackbone backbone) => backbone switch
    {
        ConformanceBackbone.Bert => new TinyEncoder(EncoderFamily.Bert),
        ConformanceBackbone.Roberta => new TinyEncoder(EncoderFamily.Roberta),
        _ => new TinyDecoder(),
    };
}
