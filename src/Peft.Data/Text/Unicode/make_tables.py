"""Writes unicode.bin: the Unicode facts the tokenizers need, taken from the running Python's `unicodedata`.

Why a table of our own: with InvariantGlobalization the runtime neither normalises nor applies special casing, and a
runtime's Unicode version would otherwise decide token ids. Run with Python 3.11 (Unicode 14), the version the reference ids come from:

    python3 make_tables.py unicode.bin

Layout, all little-endian int32: Unicode major version; then five tables, each its number of rows and the rows:
  classes        first code point of a run, class of the run (see CharClass.cs)
  lower          code point, its lower-case code point (U+0130, the only one with two, is left out)
  decompositions code point, n, n code points (full canonical decomposition; Hangul left out)
  combining      code point, canonical combining class (non-zero ones)
  compositions   first, second, composed (Hangul left out)
"""
import struct
import sys
import unicodedata

LIMIT = 0x110000
CJK = [(0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F), (0x2B820, 0x2CEAF),
       (0xF900, 0xFAFF), (0x2F800, 0x2FA1F)]
OTHER, REMOVED, SPACE, SEPARATOR, PUNCTUATION, IDEOGRAPH, MARK = range(7)


def char_class(point):
    text = chr(point)
    category = unicodedata.category(text)
    if text in " \t\n\r" or category == "Zs":
        return SPACE
    if point in (0, 0xFFFD) or category.startswith("C"):
        return REMOVED
    if text.isspace():
        return SEPARATOR
    if 33 <= point <= 47 or 58 <= point <= 64 or 91 <= point <= 96 or 123 <= point <= 126 or category.startswith("P"):
        return PUNCTUATION
    if any(first <= point <= last for first, last in CJK):
        return IDEOGRAPH
    return MARK if category == "Mn" else OTHER


def is_hangul(point):
    return 0xAC00 <= point <= 0xD7A3


def main(path):
    classes, previous = [], None
    for point in range(LIMIT):
        current = char_class(point)
        if current != previous:
            classes.append((point, current))
            previous = current
    points = [p for p in range(LIMIT) if not 0xD800 <= p <= 0xDFFF]
    lower = [(p, ord(chr(p).lower())) for p in points if len(chr(p).lower()) == 1 and chr(p).lower() != chr(p)]
    several = [p for p in points if len(chr(p).lower()) > 1]
    assert several == [0x130], several
    full = {p: unicodedata.normalize("NFD", chr(p)) for p in points if not is_hangul(p)}
    decompositions = [(p, [ord(c) for c in d]) for p, d in full.items() if d != chr(p)]
    combining = [(p, unicodedata.combining(chr(p))) for p in points if unicodedata.combining(chr(p))]
    compositions = []
    for p, _ in decompositions:
        pair = unicodedata.decomposition(chr(p)).split()
        if len(pair) == 2:
            first, second = (int(code, 16) for code in pair)
            if unicodedata.normalize("NFC", chr(first) + chr(second)) == chr(p):
                compositions.append((first, second, p))
    values = [int(unicodedata.unidata_version.split(".")[0])]
    for table in (classes, lower, [(p, len(d), *d) for p, d in decompositions], combining, compositions):
        values.append(len(table))
        for row in table:
            values.extend(row)
    with open(path, "wb") as file:
        file.write(struct.pack(f"<{len(values)}i", *values))
    print(f"{path}: Unicode {unicodedata.unidata_version}, {4 * len(values)} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
