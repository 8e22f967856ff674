#!/usr/bin/env bash
# A training step of each method at BERT-base shape beside the same step written plainly in PyTorch on the same libtorch: steps.sh [ROUNDS] [STEPS].
set -euo pipefail
# shellcheck source=beside.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/beside.sh"
rounds=${1:-3} steps=${2:-5}
heading method
for method in head-only lora houlsby adamix-houlsby; do
  beside "$method" "$rounds" "step $method $steps" plain_pytorch.py "$method $steps"
done
