# Sourced by ./peft and the benchmarks: use_allocator chooses the memory allocator of the program that starts next.
# glibc's malloc cuts pieces off the blocks that freed tensors leave, so that they are too small for the next tensor of the same size. jemalloc and tcmalloc
# keep sizes apart: the peak memory of training falls by a third (docs/results/training-step.md).
# PEFT_ALLOCATOR=system keeps the C library's; a path names a library; unset takes jemalloc or tcmalloc where one is installed.

find_allocator() {
  local library
  for library in /usr/lib/"$(uname -m)"-linux-gnu/lib{jemalloc.so.2,tcmalloc_minimal.so.4} /usr/lib{64,}/lib{jemalloc.so.2,tcmalloc_minimal.so.4}; do
    [ ! -e "$library" ] || { printf '%s' "$library"; return; }
  done
}

use_allocator() {
  [ "$(uname -s)" = Linux ] && [ -z "${LD_PRELOAD:-}" ] || return 0
  local library="${PEFT_ALLOCATOR:-$(find_allocator)}"
  case "$library" in
    '' | system) ;;
    *)
      [ -r "$library" ] || { printf "peft: PEFT_ALLOCATOR is '%s'; it must be 'system' or the path of an allocator's library.\n" "$library" >&2; exit 2; }
      export LD_PRELOAD="$library"
      ;;
  esac
}
