#!/usr/bin/env bash
# A training step and decoding at GPT-2 small's shape beside the same written plainly in PyTorch on the same libtorch, in turn, several rounds.
# Prints a line for each pair: medians over the rounds and their ratios. Needs Debian's python3-torch. BLAS=default or equal: see steps.sh.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
rounds=${1:-3} times=${2:-3}
ours="$root/artifacts/bin/Peft.Benchmarks/release/Peft.Benchmarks"
[ -x "$ours" ] || dotnet build "$root/benchmarks/Peft.Benchmarks" -c Release --nologo -v quiet
python=${PYTHON:-/usr/bin/python3}
same=()
[ "${BLAS:-default}" != equal ] || same=(LD_LIBRARY_PATH="$(dirname /usr/lib/*/openblas-openmp/libblas.so.3)" GOMP_SPINCOUNT=10000)
field() { grep -o "\"$1\": *[0-9.e+]*" | head -1 | grep -o '[0-9.e+]*$'; }
median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
printf '%-20s %10s %10s %7s %10s %10s %7s\n' what 'ours s' 'PyTorch s' ratio 'ours MiB' 'PT MiB' ratio
for pair in ${CASES:-step:lora step:adamix-lora step:full decode:1 decode:10}; do
  what=${pair%%:*} of=${pair#*:}
  os=() ps=() om=() pm=()
  for _ in $(seq "$rounds"); do
    o=$("$ours" "gpt2-$what" "$of" "$times")
    p=$(env "${same[@]}" OMP_NUM_THREADS="$(nproc)" "$python" "$root/benchmarks/plain_gpt2.py" "$what" "$of" "$times")
    os+=("$(field seconds <<<"$o")") om+=("$(field peakBytes <<<"$o")")
    ps+=("$(field seconds <<<"$p")") pm+=("$(field peakBytes <<<"$p")")
  done
  awk -v n="$pair" -v a="$(printf '%s\n' "${os[@]}" | median)" -v b="$(printf '%s\n' "${ps[@]}" | median)" \
    -v c="$(printf '%s\n' "${om[@]}" | median)" -v d="$(printf '%s\n' "${pm[@]}" | median)" \
    'BEGIN { printf "%-20s %10.3f %10.3f %7.2f %10.0f %10.0f %7.2f\n", n, a, b, a / b, c / 1048576, d / 1048576, c / d }'
done
