#!/usr/bin/env python3
"""Measures `peft predict --input` on generated tickets: texts a second for each batch size, and the peak memory for growing files.

    benchmarks/predict.py FOLDER                       minilm, 4,000 rows, batches of 1, 8, 32, 64 and 128
    benchmarks/predict.py FOLDER --rows 10000 100000 1000000 --batches 64 --backbone builtin --short --repeat 1

PEFT is the command. Every row is one of 1,000 tickets with a number, as CSV; the predictions are written as JSON lines. The seconds
are those of the whole command; the rate leaves out the time of a file with one row, which starts the process and loads the backbone.
"""
import argparse
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORDS = ["where is my parcel", "the lamp arrived broken", "please cancel order", "I was charged twice for it", "how do I reset my password",
         "send me the invoice again", "the colour is wrong", "can I change the address of my order before it leaves the warehouse"]


def table(path, rows, is_short):
    with open(path, "w") as file:
        file.write("id,text\n")
        for row in range(rows):
            text = f"order {row % 1000}" if is_short else f"{WORDS[row % 8]} {WORDS[row // 8 % 8]} {row % 1000}"
            file.write(f"{row},{text}\n")


def measured(command):
    """Runs a command in a process of its own, so that its peak memory can be told from others'."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        start = time.perf_counter()
        code = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=sys.stderr, check=False).returncode
        seconds = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        os.write(writer, f"{code} {seconds} {peak}".encode())
        os._exit(0)
    os.waitpid(child, 0)
    code, seconds, peak = os.read(reader, 200).decode().split()
    if code != "0":
        sys.exit(f"{' '.join(command)} ended with {code}")
    return float(seconds), int(peak)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=pathlib.Path)
    options.add_argument("--rows", type=int, nargs="+", default=[4000])
    options.add_argument("--batches", type=int, nargs="+", default=[1, 8, 32, 64, 128])
    options.add_argument("--backbone", default="minilm")
    options.add_argument("--repeat", type=int, default=3)
    options.add_argument("--short", action="store_true", help="texts of two words, for the memory of many rows")
    given = options.parse_args()
    peft = os.environ.get("PEFT", str(ROOT / "peft"))
    folder = given.folder
    folder.mkdir(parents=True, exist_ok=True)
    run = folder / f"run-{given.backbone}"
    if not run.exists():
        measured([peft, "train", "--task", "tickets", "--backbone", given.backbone, "--max-steps", "1", "--dev-limit", "8", "--output", str(run)])
    print("| rows | batch | seconds | texts/s | peak memory |")
    print("|---:|---:|---:|---:|---:|")
    table(folder / "1.csv", 1, given.short)
    for rows in given.rows:
        source = folder / f"{rows}.csv"
        table(source, rows, given.short)
        for batch in given.batches:
            times = []
            for _ in range(given.repeat):
                command = [peft, "predict", str(run), "--batch-size", str(batch), "--top", "1", "--overwrite"]
                base, _ = measured([*command, "--input", str(folder / "1.csv"), "--output", str(folder / "1.jsonl")])
                seconds, peak = measured([*command, "--input", str(source), "--output", str(folder / "out.jsonl")])
                times.append((seconds, (rows - 1) / max(seconds - base, 1e-9), peak))
            seconds, rate, peak = (statistics.median(column) for column in zip(*times))
            print(f"| {rows:,} | {batch} | {seconds:.1f} | {rate:,.0f} | {peak:,} MiB |", flush=True)
        lines = sum(1 for _ in open(folder / "out.jsonl"))
        assert lines == rows, f"{lines} predictions for {rows} rows"


main()
