namespace Peft.Models;

/// <summary>The published architectures that share this encoder.</summary>
public enum EncoderFamily
{
    /// <summary>BERT: segments, positions from 0, pooler.</summary>
    Bert,

    /// <summary>RoBERTa: positions counted from the padding index + 1 over real tokens, no pooler, a head of two layers.</summary>
    Roberta,

    /// <summary>XLM-RoBERTa: RoBERTa with a Unigram vocabulary of many languages.</summary>
    XlmRoberta,

    /// <summary>DistilBERT: BERT's layers without segments and pooler, a head of two layers with a ReLU.</summary>
    DistilBert,

    /// <summary>ELECTRA: BERT's layers without pooler; the embeddings may have another width. A head of two layers with a GELU.</summary>
    Electra,
}
