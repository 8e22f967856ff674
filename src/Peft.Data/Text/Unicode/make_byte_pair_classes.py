"""Writes byte_pair.bin: which code points are letters, numbers and blanks to GPT-2's splitting pattern, taken from the `regex` package.

The pattern asks for \\p{L}, \\p{N} and \\s as that package answers them, and its Unicode version is newer than the `unicodedata` that
unicode.bin is made from. Run with regex 2026.5.9:

    python3 make_byte_pair_classes.py byte_pair.bin

Layout, little-endian uint32: number of runs; each run's first code point shifted left by 2, plus its class (see WordClass.cs).
"""
import struct
import sys

import regex

LIMIT = 0x110000
OTHER, LETTER, NUMBER, BLANK = range(4)
PATTERNS = [(LETTER, regex.compile(r"\p{L}")), (NUMBER, regex.compile(r"\p{N}")), (BLANK, regex.compile(r"\s"))]


def word_class(point):
    return next((name for name, pattern in PATTERNS if pattern.match(chr(point))), OTHER)


def main(path):
    runs, previous = [], None
    for point in range(LIMIT):
        current = word_class(point)
        if current != previous:
            runs.append(point << 2 | current)
            previous = current
    with open(path, "wb") as file:
        file.write(struct.pack(f"<{1 + len(runs)}I", len(runs), *runs))
    print(f"{path}: regex {regex.__version__}, {len(runs)} runs")


if __name__ == "__main__":
    main(sys.argv[1])
