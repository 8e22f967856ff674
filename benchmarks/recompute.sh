#!/usr/bin/env bash
# A training step at BERT-base shape with recomputation of activations and without it, in turn: recompute.sh [ROUNDS] [STEPS].
# METHODS="lora houlsby" and BATCHES="8 32" choose. Prints medians over the rounds and their ratios.
set -euo pipefail
# shellcheck source=beside.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/beside.sh"
rounds=${1:-3} steps=${2:-5}
heading 'method, batch' again kept
for method in ${METHODS:-lora houlsby}; do
  for batch in ${BATCHES:-8}; do
    for _ in $(seq "$rounds"); do
      measure "kept-$method-$batch" "$peft" step "$method" "$steps" bert-base float32 cpu "$batch"
      measure "again-$method-$batch" "$peft" step "$method" "$steps" bert-base float32 cpu "$batch" recompute
    done
    row "$method, $batch" "again-$method-$batch" "kept-$method-$batch" - -
  done
done
