"""Compares the recorded states and logits of tiny encoders (tests/Peft.Tests/Goldens/Encoders/encoders.json) with transformers.

Needs torch and transformers; no network and no downloads. Prints one line for each comparison with the largest difference over real tokens,
and exits with 1 if any is above 1e-5 or a case cannot be computed.

    python benchmarks/encoder_goldens.py [encoders.json]
"""
import json
import math
import os
import sys

import torch
import transformers

TOLERANCE = 1e-5
DEFAULT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "Peft.Tests", "Goldens", "Encoders", "encoders.json")

CLASSES = {
    "distilbert": ("DistilBertConfig", "DistilBertForSequenceClassification", "DistilBertForMaskedLM"),
    "electra": ("ElectraConfig", "ElectraForSequenceClassification", "ElectraForMaskedLM"),
    "xlm-roberta": ("XLMRobertaConfig", "XLMRobertaForSequenceClassification", "XLMRobertaForMaskedLM"),
}

# Tied copies, which checkpoints leave out.
TIED = ("vocab_projector.weight", "generator_lm_head.weight", "lm_head.decoder.weight", "lm_head.decoder.bias")


def value(name, shape):
    """The formula of make_encoder_goldens.py."""
    shift = sum((index + 1) * ord(letter) for index, letter in enumerate(name)) % 997
    made = 0.25 * torch.sin(0.37 * torch.arange(math.prod(shape), dtype=torch.float64) + shift)
    if name.lower().replace("_", "").endswith("layernorm.weight"):
        made = 1 + 0.1 * made
    return made.reshape(shape)


def fill(model, expected):
    """Sets every parameter by the formula; returns what differs between the model's names and shapes and the recorded ones."""
    problems, seen = [], set()
    with torch.no_grad():
        for name, parameter in model.named_parameters(remove_duplicate=False):
            seen.add(name)
            if name not in expected:
                if name not in TIED:
                    problems.append(f"{name} is not recorded")
                continue
            if list(parameter.shape) != expected[name]:
                problems.append(f"{name} is {list(parameter.shape)}, recorded {expected[name]}")
                continue
            parameter.copy_(value(name, expected[name]))
    problems += [f"{name} is recorded and not in the model" for name in expected if name not in seen]
    return problems


def build(case, name, parts):
    config_class, *_ = CLASSES[case["name"]]
    fields = {key: field for key, field in case["config"].items() if key != "model_type"}
    config = getattr(transformers, config_class)(**fields)
    # Different versions have the attention implementation as an argument or as a private field; eager is the plain formula.
    try:
        config._attn_implementation = "eager"
    except Exception:
        pass
    model = getattr(transformers, name)(config).double().eval()
    expected = {key: shape for part in parts for key, shape in case[part].items()}
    return model, fill(model, expected)


def inputs(case):
    made = {"input_ids": torch.tensor(case["ids"]), "attention_mask": torch.tensor(case["mask"])}
    if case["types"] is not None:
        made["token_type_ids"] = torch.tensor(case["types"])
    return made


def compare(case):
    """Yields pairs of a label and the largest difference."""
    mask = torch.tensor(case["mask"], dtype=torch.float64)[:, :, None]
    _, classifier, words = CLASSES[case["name"]]
    model, problems = build(case, classifier, ("body", "classifier"))
    for problem in problems:
        yield problem, float("inf")
    with torch.no_grad():
        out = model(**inputs(case), output_hidden_states=True)
    recorded = [torch.tensor(state, dtype=torch.float64) for state in case["hidden_states"]]
    if len(out.hidden_states) != len(recorded):
        yield f"{len(out.hidden_states)} hidden states, recorded {len(recorded)}", float("inf")
    for index, (theirs, ours) in enumerate(zip(out.hidden_states, recorded)):
        yield f"hidden state {index}", ((theirs - ours) * mask).abs().max().item()
    yield "logits", (out.logits - torch.tensor(case["logits"], dtype=torch.float64)).abs().max().item()
    model, problems = build(case, words, ("body", "words"))
    for problem in problems:
        yield problem, float("inf")
    with torch.no_grad():
        made = model(**inputs(case)).logits
    yield "masked-word logits", ((made - torch.tensor(case["word_logits"], dtype=torch.float64)) * mask).abs().max().item()


def main():
    with open(sys.argv[1] if len(sys.argv) > 1 else DEFAULT, encoding="ascii") as file:
        cases = json.load(file)["cases"]
    print(f"torch {torch.__version__}, transformers {transformers.__version__}")
    failed = False
    for case in cases:
        try:
            for label, difference in compare(case):
                wrong = not difference <= TOLERANCE
                failed |= wrong
                print(f"{case['name']}: {label}: {difference:.3g}{' FAIL' if wrong else ''}")
        except Exception as problem:  # one case must not hide the others
            failed = True
            print(f"{case['name']}: {type(problem).__name__}: {problem} FAIL")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
