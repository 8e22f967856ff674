"""Hidden states and logits of tiny DistilBERT, ELECTRA and XLM-RoBERTa models, computed in float64 with numpy from the papers' formulas.

Sources: Vaswani et al. 2017 (attention), Devlin et al. 2019 (the layer), Liu et al. 2019 (RoBERTa's positions and head), Sanh et al. 2019
(DistilBERT), Clark et al. 2020 (ELECTRA), Conneau et al. 2020 (XLM-RoBERTa). Weights are sines of an index, so they need no file. Writes
encoders.json beside this file; benchmarks/encoder_goldens.py compares it with the library transformers.
"""
import json
import math
import os

import numpy as np

VOCABULARY, HIDDEN, LAYERS, HEADS, INNER, POSITIONS, LABELS = 19, 8, 2, 2, 12, 16, 3
EMBEDDING = 6  # of ELECTRA


def value(name, shape):
    """0.25 sin(0.37 i + s) for element i, where s is a checksum of the name; 1 + a tenth of that for weights of norms."""
    shift = sum((index + 1) * ord(letter) for index, letter in enumerate(name)) % 997
    made = 0.25 * np.sin(0.37 * np.arange(math.prod(shape), dtype=np.float64) + shift)
    if name.lower().replace("_", "").endswith("layernorm.weight"):
        made = 1 + 0.1 * made
    return made.reshape(shape)


class Weights:
    """Hands out tensors by name and remembers their names and shapes."""

    def __init__(self):
        self.shapes = {}

    def __call__(self, name, *shape):
        self.shapes[name] = list(shape)
        return value(name, shape)

    def linear(self, name, x, out):
        return x @ self(name + ".weight", out, x.shape[-1]).T + self(name + ".bias", out)

    def norm(self, name, x):
        mean = x.mean(-1, keepdims=True)
        variance = ((x - mean) ** 2).mean(-1, keepdims=True)
        scaled = (x - mean) / np.sqrt(variance + 1e-12)
        return scaled * self(name + ".weight", x.shape[-1]) + self(name + ".bias", x.shape[-1])


def gelu(x):
    return 0.5 * x * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))


def attention(query, key, value_, mask):
    rows, length, width = query.shape

    def heads(x):
        return x.reshape(rows, length, HEADS, width // HEADS).transpose(0, 2, 1, 3)

    scores = heads(query) @ heads(key).transpose(0, 1, 3, 2) / math.sqrt(width // HEADS)
    scores = np.where(mask[:, None, None, :] == 1, scores, -np.inf)
    scores = np.exp(scores - scores.max(-1, keepdims=True))
    weights = scores / scores.sum(-1, keepdims=True)
    return (weights @ heads(value_)).transpose(0, 2, 1, 3).reshape(rows, length, width)


def embed(weights, prefix, ids, types, positions, width):
    total = weights(f"{prefix}.embeddings.word_embeddings.weight", VOCABULARY, width)[ids]
    total = total + weights(f"{prefix}.embeddings.position_embeddings.weight", POSITIONS, width)[positions]
    if types is not None:
        kinds = 2 if prefix == "electra" else 1
        total = total + weights(f"{prefix}.embeddings.token_type_embeddings.weight", kinds, width)[types]
    return weights.norm(f"{prefix}.embeddings.LayerNorm", total)


def bert_layer(weights, name, x, mask):
    query, key, values = (weights.linear(f"{name}.attention.self.{part}", x, HIDDEN) for part in ("query", "key", "value"))
    mixed = weights.linear(f"{name}.attention.output.dense", attention(query, key, values, mask), HIDDEN)
    x = weights.norm(f"{name}.attention.output.LayerNorm", mixed + x)
    inner = gelu(weights.linear(f"{name}.intermediate.dense", x, INNER))
    return weights.norm(f"{name}.output.LayerNorm", weights.linear(f"{name}.output.dense", inner, HIDDEN) + x)


def distil_layer(weights, name, x, mask):
    query, key, values = (weights.linear(f"{name}.attention.{part}_lin", x, HIDDEN) for part in ("q", "k", "v"))
    mixed = weights.linear(f"{name}.attention.out_lin", attention(query, key, values, mask), HIDDEN)
    x = weights.norm(f"{name}.sa_layer_norm", mixed + x)
    inner = weights.linear(f"{name}.ffn.lin2", gelu(weights.linear(f"{name}.ffn.lin1", x, INNER)), HIDDEN)
    return weights.norm(f"{name}.output_layer_norm", inner + x)


def words(weights, prefix, width):
    return weights(f"{prefix}.embeddings.word_embeddings.weight", VOCABULARY, width)


def distilbert(ids, mask, types):
    body, head, word = Weights(), Weights(), Weights()
    x = embed(body, "distilbert", ids, None, np.arange(ids.shape[1])[None], HIDDEN)
    states = [x]
    for layer in range(LAYERS):
        states.append(distil_layer(body, f"distilbert.transformer.layer.{layer}", states[-1], mask))
    first = np.maximum(head.linear("pre_classifier", states[-1][:, 0], HIDDEN), 0)
    logits = head.linear("classifier", first, LABELS)
    made = word.norm("vocab_layer_norm", gelu(word.linear("vocab_transform", states[-1], HIDDEN)))
    return states, logits, made @ words(body, "distilbert", HIDDEN).T + word("vocab_projector.bias", VOCABULARY), (body, head, word)


def electra(ids, mask, types):
    body, head, word = Weights(), Weights(), Weights()
    x = embed(body, "electra", ids, types, np.arange(ids.shape[1])[None], EMBEDDING)
    states = [body.linear("electra.embeddings_project", x, HIDDEN)]
    for layer in range(LAYERS):
        states.append(bert_layer(body, f"electra.encoder.layer.{layer}", states[-1], mask))
    logits = head.linear("classifier.out_proj", gelu(head.linear("classifier.dense", states[-1][:, 0], HIDDEN)), LABELS)
    made = word.norm("generator_predictions.LayerNorm", gelu(word.linear("generator_predictions.dense", states[-1], EMBEDDING)))
    return states, logits, made @ words(body, "electra", EMBEDDING).T + word("generator_lm_head.bias", VOCABULARY), (body, head, word)


def xlm_roberta(ids, mask, types):
    body, head, word = Weights(), Weights(), Weights()
    real = (ids != 1).astype(np.int64)
    x = embed(body, "roberta", ids, np.zeros_like(ids), np.cumsum(real, 1) * real + 1, HIDDEN)
    states = [x]
    for layer in range(LAYERS):
        states.append(bert_layer(body, f"roberta.encoder.layer.{layer}", states[-1], mask))
    logits = head.linear("classifier.out_proj", np.tanh(head.linear("classifier.dense", states[-1][:, 0], HIDDEN)), LABELS)
    made = word.norm("lm_head.layer_norm", gelu(word.linear("lm_head.dense", states[-1], HIDDEN)))
    return states, logits, made @ words(body, "roberta", HIDDEN).T + word("lm_head.bias", VOCABULARY), (body, head, word)


BERT = {"hidden_size": HIDDEN, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "intermediate_size": INNER,
        "hidden_act": "gelu", "layer_norm_eps": 1e-12, "max_position_embeddings": POSITIONS, "vocab_size": VOCABULARY}

CASES = {
    "distilbert": (distilbert, 0, {
        "dim": HIDDEN, "n_layers": LAYERS, "n_heads": HEADS, "hidden_dim": INNER, "activation": "gelu",
        "max_position_embeddings": POSITIONS, "vocab_size": VOCABULARY, "pad_token_id": 0, "sinusoidal_pos_embds": False}),
    "electra": (electra, 0, {**BERT, "embedding_size": EMBEDDING, "type_vocab_size": 2, "pad_token_id": 0}),
    "xlm-roberta": (xlm_roberta, 1, {**BERT, "type_vocab_size": 1, "pad_token_id": 1}),
}


def main():
    cases = []
    for name, (compute, pad, config) in CASES.items():
        ids = np.array([[2, 5, 7, 9, 11, 3], [2, 6, 8, 3, pad, pad]])
        mask = np.array([[1] * 6, [1, 1, 1, 1, 0, 0]])
        types = np.array([[0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 0, 0]]) if name == "electra" else None
        states, logits, word, weights = compute(ids, mask, types)
        cases.append({
            "name": name, "config": {"model_type": name, "num_labels": LABELS, **config}, "ids": ids.tolist(), "mask": mask.tolist(),
            "types": None if types is None else types.tolist(),
            **{part: made.shapes for part, made in zip(("body", "classifier", "words"), weights)},
            "hidden_states": [state.tolist() for state in states], "logits": logits.tolist(), "word_logits": word.tolist()})
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "encoders.json"), "w", encoding="ascii") as file:
        json.dump({"cases": cases}, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
