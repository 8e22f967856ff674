# Sourced: ours and plain PyTorch in turn, several rounds; a line with medians and ratios for each pair. Needs Debian's python3-torch.
# BLAS=default (PyTorch with the BLAS it finds) or BLAS=equal (PyTorch with the OpenMP build of OpenBLAS and the spin count that ours uses).
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
ours="$root/artifacts/bin/Peft.Benchmarks/release/Peft.Benchmarks"
[ -x "$ours" ] || dotnet build "$root/benchmarks/Peft.Benchmarks" -c Release --nologo -v quiet
python=${PYTHON:-/usr/bin/python3}
same=()
[ "${BLAS:-default}" != equal ] || same=(LD_LIBRARY_PATH="$(dirname /usr/lib/*/openblas-openmp/libblas.so.3)" GOMP_SPINCOUNT=10000)

field() { grep -o "\"$1\": *[0-9.e+]*" | head -1 | grep -o '[0-9.e+]*$'; }
median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
heading() { printf '%-20s %10s %10s %7s %10s %10s %7s\n' "$1" 'ours s' 'PyTorch s' ratio 'ours MiB' 'PT MiB' ratio; }

beside() { # name, rounds, our arguments, script, its arguments
  local name=$1 rounds=$2 script=$4 os=() ps=() om=() pm=() o p
  local -a mine theirs
  read -ra mine <<<"$3"
  read -ra theirs <<<"$5"
  for _ in $(seq "$rounds"); do
    o=$("$ours" "${mine[@]}")
    p=$(env "${same[@]}" OMP_NUM_THREADS="$(nproc)" "$python" "$root/benchmarks/$script" "${theirs[@]}")
    os+=("$(field seconds <<<"$o")") om+=("$(field peakBytes <<<"$o")")
    ps+=("$(field seconds <<<"$p")") pm+=("$(field peakBytes <<<"$p")")
  done
  awk -v n="$name" -v a="$(printf '%s\n' "${os[@]}" | median)" -v b="$(printf '%s\n' "${ps[@]}" | median)" \
    -v c="$(printf '%s\n' "${om[@]}" | median)" -v d="$(printf '%s\n' "${pm[@]}" | median)" \
    'BEGIN { printf "%-20s %10.3f %10.3f %7.2f %10.0f %10.0f %7.2f\n", n, a, b, a / b, c / 1048576, d / 1048576, c / d }'
}
