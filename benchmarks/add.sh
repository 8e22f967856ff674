#!/usr/bin/env bash
# A 4 x 4 add from C# beside the same add in a C++ loop on the same libtorch, in turn; medians over rounds and their ratio.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
rounds=${1:-7}
program=$(mktemp)
trap 'rm -f "$program"' EXIT
g++ -O3 -std=c++17 -o "$program" "$root/benchmarks/add.cpp" -ltorch_cpu -lc10
ours="$root/artifacts/bin/Peft.Benchmarks/release/Peft.Benchmarks"
median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
cpp=() cs=()
for _ in $(seq "$rounds"); do
  cpp+=("$("$program")")
  cs+=("$("$ours" add)")
done
awk -v a="$(printf '%s\n' "${cs[@]}" | median)" -v b="$(printf '%s\n' "${cpp[@]}" | median)" 'BEGIN { printf "C# %.0f ns, C++ %.0f ns, ratio %.2f\n", a, b, a / b }'
