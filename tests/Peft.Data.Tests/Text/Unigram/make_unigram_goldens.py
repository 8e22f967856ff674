"""Trains a small Unigram model on made-up text in several scripts, and records what sentencepiece gives for hostile texts.

Needs the Python module sentencepiece (Debian: python3-sentencepiece; version 0.1.97 wrote the files). Writes sentencepiece.bpe.model and
goldens.jsonl beside this file. A line of goldens.jsonl has a text, the ids that sentencepiece gives (its own, without XLM-RoBERTa's
offset) and, for each piece, the code points of the text that it covers.
"""
import json
import os
import random
import tempfile

import sentencepiece

HERE = os.path.dirname(os.path.abspath(__file__))

ALPHABETS = {
    "latin": ("b c d f g h k l m n p r s t v z th st br".split(), "a e i o u ai ou é ü ñ".split()),
    "cyrillic": ("б в г д ж з к л м н п р с т".split(), "а е и о у ы я".split()),
    "greek": ("β γ δ θ κ λ μ ν π ρ σ τ".split(), "α ε η ι ο υ ω".split()),
    "arabic": ("ب ت ج د ر س ع ف ق ك ل م ن".split(), "ا و ي".split()),
    "hebrew": ("ב ג ד ה ז ח ט כ ל מ נ".split(), ["", "ו", "י"]),
    "devanagari": ("क ख ग घ च ज ट ड त द न प ब म".split(), "ा ि ी ु े ो".split()),
    "hangul": ("가 나 다 라 마 바 사 아 자 차 하".split(), "간 날 당 람 맛 봄".split()),
    "kana": ("か き く け こ さ し す せ そ た な".split(), "ア イ ウ エ オ ラ ン".split()),
    "han": ("中 国 人 大 学 生 天 地 日 月 水 火".split(), "山 木 金 土 上 下 左 右".split()),
    "thai": ("ก ข ค ง จ ช ด ต น บ ป ม".split(), "า ิ ี ุ เ โ".split()),
}


def corpus(path):
    """12,000 lines of words that repeat as in real text (weights 1/rank)."""
    rng = random.Random(20240229)
    words = {}
    for name, (first, second) in ALPHABETS.items():
        words[name] = ["".join(rng.choice(first) + rng.choice(second) for _ in range(rng.randint(1, 4))) for _ in range(400)]
    weights = [1 / (rank + 2) for rank in range(400)]
    joins = {"han": "", "kana": "", "thai": ""}
    with open(path, "w", encoding="utf-8") as file:
        for _ in range(12000):
            name = rng.choice(list(words) + ["latin"] * 6)
            chosen = rng.choices(words[name], weights, k=rng.randint(3, 14))
            if rng.random() < 0.2:
                chosen.insert(rng.randrange(len(chosen)), str(rng.randint(0, 2024)))
            line = joins.get(name, " ").join(chosen)
            if name == "latin":
                line = line.capitalize()
            file.write(line + rng.choice([".", ",", "!", "?", " (x)", ""]) + "\n")


def texts():
    rng = random.Random(7)
    hostile = [
        "", " ", "   ", "\t", "\n", "\u3000", "a", " a", "a ", "  a  b  ", "a\tb\nc\r\nd", "a\u00a0b", "a\u2028b\u2029c\x0bd\x0ce",
        "a\x00b\x01c",
        "\u2581", "\u2581\u2581", "a\u2581b", "a \u2581 b", "\u2581a", "a\u2581", "a \u2581", "a\u2581 ",
        "\U0001F600", "hi \U0001F468\u200d\U0001F469\u200d\U0001F467\u200d\U0001F466 there", "\U0001F1E9\U0001F1EA", "\u2764\ufe0f",
        "\U0001F44D\U0001F3FD",
        "e\u0301", "\u00e9", "\u0301", " \u0301", "a\u0323\u0307", "a\u0307\u0323", "n\u0303o", "\u1e9b\u0323", "\u212b \u2126 \u00b5",
        "\uff21\uff22\uff23\uff11\uff12\uff13", "\uff21\u0301", "\uff76\uff9e", "\uff76 \uff9e", "\ufb01\ufb02",
        "\u2460\u2473\u3231", "\u33a5 \u00bd \u2075",
        "\u200ba\u200bb\u200b", "a\u200cb\u200dc\ufeffd", "\ufeffa", "a\u00adb", "\u202eabc\u202c", "\u2066a\u2069",
        "中国人大学生", "中国 人大", "天地\u3000日月", "かきくアイウ", "ガギグ", "가나다 간날", "\u1100\u1161\u11a8", "กาขิ", "कािख", "باتاج دارا", "\ufdfa",
        "\ufef5\ufefb",
        "שלום", "\u0634\u0651\u064e", "ბგდ", "ꙮ", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "\U0001D7D8\U0001D7D9", "\U00020000\U0002A6D6", "\U0010FFFF", "\ufffd",
        "\ufffe", "\ue000",
        "<s>", "</s>", "<unk>", "<pad>", "<mask>x", "a<s>b", "\u00a8x", "x\u00a8", "x \u00a8 y", "\u037ax", "\u2017",
        "x" * 500, "ab" * 700, "\u00e9" * 300, "\U0001F600" * 40, "é\u0301" * 30, "中" * 200, " x" * 200, "x" + " " * 300 + "y",
        "don't", "\u201cquoted\u201d \u2013 \u2014 \u2026", "a...b", "1,234.5e-6", "http://x.y/z?q=1&r=%20", "C:\\path\\file", "\\u2581",
        "\u0130\u0131", "\u00df\u1e9e", "\u01c4\u01c5", "\u0149", "\u2024\u2025", "\u2100\u2105", "\u3300\u337f", "\uffe3\uffe0",
    ]
    samples = list(hostile)
    letters = [letter for pair in ALPHABETS.values() for part in pair for letter in part]
    odd = hostile + [" ", "  ", "\t", "\u0301", "\u3099", "\u200d", "\u2581", "A", "Z", "Ｚ", "½", "\U0001F600"]
    for _ in range(200):
        samples.append("".join(rng.choice(letters if rng.random() < 0.7 else odd)[:12] for _ in range(rng.randint(1, 30))))
    for _ in range(120):
        samples.append("".join(chr(rng.choice([rng.randint(1, 0x2ff), rng.randint(0x300, 0xd7ff), rng.randint(0xe000, 0xffff),
                                               rng.randint(0x10000, 0x1ffff)])) for _ in range(rng.randint(1, 12))))
    return samples


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)  # the model holds the names of its files
        corpus("text")
        sentencepiece.SentencePieceTrainer.train(
            input="text", model_prefix="m", model_type="unigram", vocab_size=1200, character_coverage=0.9995,
            normalization_rule_name="nmt_nfkc", num_threads=1, minloglevel=2)
        with open("m.model", "rb") as made, open(os.path.join(HERE, "sentencepiece.bpe.model"), "wb") as kept:
            kept.write(made.read())
        os.chdir(HERE)
    model = sentencepiece.SentencePieceProcessor(model_file=os.path.join(HERE, "sentencepiece.bpe.model"))
    with open(os.path.join(HERE, "goldens.jsonl"), "w", encoding="ascii") as file:
        for text in texts():
            pieces = model.encode(text, out_type="immutable_proto").pieces
            file.write(json.dumps({"text": text, "ids": [piece.id for piece in pieces],
                                   "spans": [[piece.begin, piece.end] for piece in pieces]}, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
