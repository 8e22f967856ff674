# Sourced: runs benchmark programs one after the other, keeps their numbers and prints medians and ratios.
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
peft="$root/artifacts/bin/Peft.Benchmarks/release/Peft.Benchmarks"
plain="$root/artifacts/bin/Plain/release/Plain"
[ -x "$peft" ] || dotnet build "$root/benchmarks/Peft.Benchmarks" -c Release --nologo -v quiet >&2
[ -x "$plain" ] || dotnet build "$root/benchmarks/Plain" -c Release --nologo -v quiet >&2
# shellcheck source=../build/allocator.sh
. "$root/build/allocator.sh"
use_allocator # for both sides
results=$(mktemp)
trap 'rm -f "$results"' EXIT

field() { grep -o "\"$1\": *[0-9.e+-]*" <<<"$2" | head -1 | grep -o '[0-9.e+-]*$'; }

# measure NAME PROGRAM ARGUMENTS...: adds a line "NAME seconds processorSeconds peakBytes" to the results. A run that fails is told of and left out.
measure() {
  local name=$1 out
  shift
  if out=$("$@"); then
    printf '%s %s %s %s\n' "$name" "$(field seconds "$out")" "$(field processorSeconds "$out")" "$(field peakBytes "$out")" >>"$results"
  else
    printf '%s failed: %s\n' "$name" "$*" >&2
  fi
}

# median NAME COLUMN: the median over the rounds; nothing where there is none. Columns: 2 seconds, 3 processor seconds, 4 bytes.
median() { awk -v n="$1" -v c="$2" '$1 == n { print $c }' "$results" | sort -g | awk '{ v[NR] = $1 } END { if (NR) print v[int((NR + 1) / 2)] }'; }

heading() { echo "allocator: ${LD_PRELOAD:-of the C library}"; printf '%-30s %9s %9s %7s %7s %9s %9s %7s   %s\n' "$1" "$2 s" "$3 s" ratio work "$2 MiB" "$3 MiB" ratio 'bars (time, memory)'; }

# row LABEL OURS THEIRS TIME_BAR MEMORY_BAR: medians of two names, their ratios and the bars that they are held to. "work" is the ratio of processor seconds of
# all cores together, which other work on the machine changes less than time.
row() {
  awk -v label="$1" -v a="$(median "$2" 2)" -v b="$(median "$3" 2)" -v c="$(median "$2" 4)" -v d="$(median "$3" 4)" \
    -v e="$(median "$2" 3)" -v f="$(median "$3" 3)" -v bars="$4, $5" '
    BEGIN {
      if (a == "" || b == "") { printf "%-30s not measured\n", label; exit }
      printf "%-30s %9.3f %9.3f %7.2f %7.2f %9.0f %9.0f %7.2f   %s\n", label, a, b, a / b, e / f, c / 1048576, d / 1048576, c / d, bars
    }'
}
