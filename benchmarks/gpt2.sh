#!/usr/bin/env bash
# A training step and decoding at GPT-2 small's shape beside the same written plainly in PyTorch on the same libtorch: gpt2.sh [ROUNDS] [TIMES].
# CASES="decode:1" chooses among them.
set -euo pipefail
# shellcheck source=beside.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/beside.sh"
rounds=${1:-3} times=${2:-3}
heading what
for pair in ${CASES:-step:lora step:adamix-lora step:full decode:1 decode:10}; do
  what=${pair%%:*} of=${pair#*:}
  beside "$pair" "$rounds" "gpt2-$what $of $times" plain_gpt2.py "$what $of $times"
done
