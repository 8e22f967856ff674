namespace Peft.Models;

/// <summary>The published architectures that share this encoder.</summary>
public enum EncoderFamily
{
    /// <summary>BERT: segments, positions from 0, pooler.</summary>
    Bert,

    /// <summary>RoBERTa: positions counted from the padding index + 1 over real tokens, no pooler, a head of two layers.</summary>
    Roberta,
}
