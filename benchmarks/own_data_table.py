#!/usr/bin/env python3
"""Prints the results below a folder of own-data.sh as Markdown: a table of means over seeds, and the settings that the sweeps chose."""
import json
import pathlib
import sys

TASKS = ["sst2", "mrpc", "rte", "cola", "stsb", "agnews", "tickets"]
METHODS = ["head-only", "bitfit", "full", "lora", "houlsby", "adamix(lora)", "adamix(houlsby)"]


def text(spread, metric):
    scale = 1 if metric in ("loss", "rmse") else 100
    return f"{spread['mean'] * scale:.1f} ± {spread['deviation'] * scale:.1f}"


def main(folder):
    rows, rates = {}, {}
    for task in TASKS:
        for method in METHODS:
            place = folder / task / method.replace("(", "-").replace(")", "-")
            if not (place / "final.json").exists():
                continue
            row = json.loads((place / "final.json").read_text())[0]
            rows[task, method] = (row["primaryMetric"], row["metrics"][row["primaryMetric"]], row["seconds"], row["parameters"]["tunable"])
            rates[task, method] = row["runs"][0]["settings"]["learningRate"]
    tasks = [task for task in TASKS if any((task, method) in rows for method in METHODS)]
    print("| method | tunable | " + " | ".join(f"{task} ({next(rows[task, m][0] for m in METHODS if (task, m) in rows)})" for task in tasks) + " |")
    print("|---|---:|" + "---:|" * len(tasks))
    for method in METHODS:
        found = [rows[task, method] for task in tasks if (task, method) in rows]
        if found:
            cells = [text(rows[task, method][1], rows[task, method][0]) if (task, method) in rows else "-" for task in tasks]
            print(f"| {method} | {found[0][3]:,} | " + " | ".join(cells) + " |")
    print("\nLearning rates that the sweeps chose; seconds of a run:\n")
    print("| method | " + " | ".join(tasks) + " |")
    print("|---|" + "---:|" * len(tasks))
    for method in METHODS:
        cells = [f"{rates[task, method]:g}; {rows[task, method][2]:.0f} s" if (task, method) in rows else "-" for task in tasks]
        print(f"| {method} | " + " | ".join(cells) + " |")


main(pathlib.Path(sys.argv[1]))
