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

    /// <summary>An XLM-RoBERTa with a classification head.</summary>
    XlmRoberta,

    /// <summary>A DistilBERT with a classification head: no segments, other names.</summary>
    DistilBert,

    /// <summary>An ELECTRA with a classification head, whose embeddings are narrower than its layers.</summary>
    Electra,
}

/// <summary>The small backbone of each name.</summary>
internal static class TinyBackbones
{
    public static ITinyBackbone Create(ConformanceBackbone backbone) => backbone switch
    {
        ConformanceBackbone.Bert => new TinyEncoder(EncoderFamily.Bert),
        ConformanceBackbone.Roberta => new TinyEncoder(EncoderFamily.Roberta),
        ConformanceBackbone.XlmRoberta => new TinyEncoder(EncoderFamily.XlmRoberta),
        ConformanceBackbone.DistilBert => new TinyEncoder(EncoderFamily.DistilBert),
        ConformanceBackbone.Electra => new TinyEncoder(EncoderFamily.Electra),
        _ => new TinyDecoder(),
    };
}
