#!/usr/bin/env bash
# Builds the C++ shim over libtorch (src/TorchSharp.SystemLibtorch/native) into artifacts/native/libpeft_torch.so.
# Silent when it is up to date. TORCH_DIR: a folder with libtorch's include/ and lib/; unset: the system's libtorch-dev.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
source_dir="$root/src/TorchSharp.SystemLibtorch/native"
build_dir="$root/artifacts/native/build"
library="$root/artifacts/native/libpeft_torch.so"
stamp_file="$root/artifacts/native/stamp"

fail() {
  {
    echo "native.sh: $1"
    echo "To see it for yourself, run:"
    echo "  TORCH_DIR='${TORCH_DIR:-}' $root/build/native.sh"
  } >&2
  exit 1
}

# The sources and the libtorch they were built against.
if [ -n "${TORCH_DIR:-}" ]; then
  include_dir="$TORCH_DIR/include"
  [ -f "$TORCH_DIR/include/ATen/ATen.h" ] || fail "TORCH_DIR=$TORCH_DIR has no include/ATen/ATen.h: it must be a folder with libtorch's include/ and lib/, such as the one 'python3 -c \"import torch; print(torch.__path__[0])\"' prints."
else
  include_dir=/usr/include
fi
stamp="$(
  echo "TORCH_DIR=${TORCH_DIR:-}"
  # Newer versions keep the number in the second file.
  cat "$include_dir"/torch/{csrc/api/include/torch,headeronly}/version.h 2>/dev/null | cksum || true
  cd "$source_dir" && sha256sum ./*.cpp ./*.h CMakeLists.txt
)"
if [ -f "$library" ] && [ -f "$stamp_file" ] && [ "$(cat "$stamp_file")" = "$stamp" ]; then
  exit 0
fi

mkdir -p "$build_dir"
# Projects of one solution build at the same time and each runs this script: the first builds, the others wait for it.
exec 9>"$root/artifacts/native/lock"
flock 9
if [ -f "$library" ] && [ -f "$stamp_file" ] && [ "$(cat "$stamp_file")" = "$stamp" ]; then
  exit 0
fi

for tool in cmake c++; do
  command -v "$tool" >/dev/null || fail "'$tool' is missing. On Debian: apt-get install cmake g++ libtorch-dev"
done
if [ -z "${TORCH_DIR:-}" ] && ! [ -e /usr/include/ATen/ATen.h ] && ! [ -e /usr/local/include/ATen/ATen.h ]; then
  fail "no libtorch found. On Debian: apt-get install libtorch-dev. Or set TORCH_DIR to an installed PyTorch's folder."
fi

echo "native.sh: building libpeft_torch.so against ${TORCH_DIR:-the system libtorch} (a minute or two)"
log="$root/artifacts/native/build.log"
generator=()
if command -v ninja >/dev/null && ! [ -f "$build_dir/Makefile" ]; then generator=(-G Ninja); fi
if ! { cmake -S "$source_dir" -B "$build_dir" "${generator[@]}" -DTORCH_DIR="${TORCH_DIR:-}" && cmake --build "$build_dir" --parallel "$(nproc)"; } >"$log" 2>&1 9>&-; then
  tail -n 40 "$log" >&2
  fail "the build of the C++ shim failed; the whole log is $log"
fi
# Renamed into place: a process may have the old file mapped.
cp "$build_dir/libpeft_torch.so" "$library.new"
mv -f "$library.new" "$library"
printf '%s\n' "$stamp" >"$stamp_file"
echo "native.sh: built $library"
