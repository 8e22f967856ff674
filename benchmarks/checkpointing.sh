#!/usr/bin/env bash
# A training step at BERT-base shape without activation checkpointing and with it, in turn, several rounds. Prints a line for each method and
# batch size: medians over the rounds, processor seconds of both cores together (other work on the machine
# changes them least) and peak memory, and their ratios. BATCHES="8 32" METHODS="lora houlsby" choose.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
rounds=${1:-3} steps=${2:-5}
ours="$root/artifacts/bin/Peft.Benchmarks/release/Peft.Benchmarks"
[ -x "$ours" ] || dotnet build "$root/benchmarks/Peft.Benchmarks" -c Release --nologo -v quiet
field() { grep -o "\"$1\": *[0-9.e+]*" | head -1 | grep -o '[0-9.e+]*$'; }
median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
printf '%-16s %5s %10s %10s %7s %10s %10s %7s\n' method batch 'kept s' 'again s' ratio 'kept MiB' 'again MiB' ratio
for method in ${METHODS:-lora houlsby}; do
  for batch in ${BATCHES:-8}; do
    ks=() cs=() km=() cm=()
    for _ in $(seq "$rounds"); do
      k=$("$ours" step "$method" "$steps" bert-base float32 cpu "$batch")
      c=$("$ours" step "$method" "$steps" bert-base float32 cpu "$batch" checkpointing)
      ks+=("$(field processorSeconds <<<"$k")") km+=("$(field peakBytes <<<"$k")")
      cs+=("$(field processorSeconds <<<"$c")") cm+=("$(field peakBytes <<<"$c")")
    done
    awk -v n="$method" -v z="$batch" -v a="$(printf '%s\n' "${ks[@]}" | median)" -v b="$(printf '%s\n' "${cs[@]}" | median)" \
      -v c="$(printf '%s\n' "${km[@]}" | median)" -v d="$(printf '%s\n' "${cm[@]}" | median)" \
      'BEGIN { printf "%-16s %5d %10.3f %10.3f %7.2f %10.0f %10.0f %7.2f\n", n, z, a, b, b / a, c / 1048576, d / 1048576, d / c }'
  done
done
