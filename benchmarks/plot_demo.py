#!/usr/bin/env python3
"""Draws the demo's table, docs/results/demo.md, as docs/results/demo.svg: accuracy against tunable parameters. Needs no packages."""
import math
import re
from pathlib import Path

results = Path(__file__).resolve().parent.parent / "docs" / "results"
rows = re.findall(r"^\| ([a-z-]+(?:\([a-z-]+\))?) +\| +([\d.]+) \| +[\d.]+ \| +([\d,]+) \|", (results / "demo.md").read_text(), re.M)
points = [(name, float(accuracy), int(tunable.replace(",", ""))) for name, accuracy, tunable in rows]
points = [point for point in points if point[2] > 0]
left, top, width, height = 64, 24, 560, 260
low, high = 4.2, 7.5  # log10 of tunable parameters
worst = 2 * math.floor(min(point[1] for point in points) / 2) - 2
best = 2 * math.ceil(max(point[1] for point in points) / 2) + 2


def x(tunable):
    return left + width * (math.log10(tunable) - low) / (high - low)


def y(accuracy):
    return top + height * (best - accuracy) / (best - worst)


parts = [
    f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 24}" height="{top + height + 56}" font-family="sans-serif" font-size="12">',
    '<title>Accuracy against tunable parameters of the demo</title>',
    '<rect width="100%" height="100%" fill="white"/>',
]
for accuracy in range(worst, best + 1, 2):
    parts.append(f'<line x1="{left}" x2="{left + width}" y1="{y(accuracy):.0f}" y2="{y(accuracy):.0f}" stroke="#ddd"/>')
    parts.append(f'<text x="{left - 8}" y="{y(accuracy) + 4:.0f}" text-anchor="end">{accuracy}</text>')
for label, tunable in (("30 k", 3e4), ("100 k", 1e5), ("300 k", 3e5), ("1 M", 1e6), ("5 M", 5e6)):
    parts.append(f'<text x="{x(tunable):.0f}" y="{top + height + 18}" text-anchor="middle">{label}</text>')
parts.append(f'<text x="{left + width / 2:.0f}" y="{top + height + 42}" text-anchor="middle">tunable parameters at inference (log scale)</text>')
parts.append(f'<text transform="translate(16 {top + height / 2:.0f}) rotate(-90)" text-anchor="middle">accuracy, one seed</text>')
placed = []
for name, accuracy, tunable in sorted(points, key=lambda point: (-point[1], point[2])):
    color = "#c2410c" if name.startswith("adamix") else "#1d4ed8"
    at_x, at_y = x(tunable), y(accuracy)
    text_y = at_y + 4
    anchor, shift = ("end", -9) if at_x > left + width - 60 else ("start", 9)
    start = at_x + shift - (7 * len(name) if anchor == "end" else 0)
    end = start + 7 * len(name)
    while any(abs(text_y - other_y) < 14 and start < other_end and other_start < end for other_start, other_end, other_y in placed):
        text_y += 14
    placed += [(start, end, text_y), (at_x - 6, at_x + 6, at_y + 4)]
    parts.append(f'<circle cx="{at_x:.0f}" cy="{at_y:.0f}" r="5" fill="{color}"/>')
    parts.append(f'<text x="{at_x + shift:.0f}" y="{text_y:.0f}" text-anchor="{anchor}" fill="{color}">{name}</text>')
parts.append("</svg>")
(results / "demo.svg").write_text("\n".join(parts) + "\n")
