#!/usr/bin/env bash
# Peft beside a plain TorchSharp program (benchmarks/Plain) on the same libtorch, each process alone and in turn: steps.sh [ROUNDS] [STEPS].
# Prints medians over the rounds, the ratios Peft / plain and the bars that they are held to. CASES="lora tiny" chooses cases:
#   lora houlsby adamix-houlsby        a training step at BERT-base shape: float32, matrix products in bfloat16 (medium), frozen weights in bfloat16
#   tiny                               LoRA at 4 layers x 256: what calls cost
#   gpt2-lora gpt2-adamix-lora gpt2-full   a training step at GPT-2 small's shape
#   decode-1 decode-10                 greedy decoding and 10 beams
#   twice                              two equal runs of Peft at once, each against one alone
set -euo pipefail
# shellcheck source=beside.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/beside.sh"
rounds=${1:-3} steps=${2:-5}
cases=${CASES:-lora houlsby adamix-houlsby tiny gpt2-lora gpt2-adamix-lora gpt2-full decode-1 decode-10 twice}
has() { [[ " $cases " == *" $1 "* ]]; }

encoder() { # method
  for _ in $(seq "$rounds"); do
    measure "plain-$1" "$plain" step "$1" "$steps" bert-base
    measure "peft-$1" "$peft" step "$1" "$steps" bert-base float32
    measure "medium-$1" "$peft" step "$1" "$steps" bert-base float32 cpu 8 medium
    measure "bf16-$1" "$peft" step "$1" "$steps" bert-base bfloat16
  done
  row "$1, float32" "peft-$1" "plain-$1" 0.80 0.55
  row "$1, float32 medium" "medium-$1" "plain-$1" 0.50 0.55
  row "$1, bfloat16 weights" "bf16-$1" "plain-$1" 0.30 0.40
}

beside() { # name, label, repetitions, time bar, memory bar, arguments before the repetitions and after them
  for _ in $(seq "$rounds"); do
    # shellcheck disable=SC2086
    measure "plain-$1" "$plain" $6 "$3" ${7:-}
    # shellcheck disable=SC2086
    measure "peft-$1" "$peft" $6 "$3" ${7:-}
  done
  row "$2" "peft-$1" "plain-$1" "$4" "$5"
}

twice() { # shape, steps
  for _ in $(seq "$rounds"); do
    measure "alone-$1" "$peft" step lora "$2" "$1"
    measure "both-$1" "$peft" step lora "$2" "$1" &
    measure "both-$1" "$peft" step lora "$2" "$1"
    wait
  done
  row "LoRA, $1" "both-$1" "alone-$1" 2.30 -
}

heading 'training step, BERT-base shape' Peft plain
for method in lora houlsby adamix-houlsby; do ! has "$method" || encoder "$method"; done
! has tiny || beside tiny 'LoRA, 4 layers x 256' 30 1.10 - 'step lora' tiny
echo
heading 'GPT-2 small shape' Peft plain
for method in lora adamix-lora full; do ! has "gpt2-$method" || beside "gpt2-$method" "step, $method" "$steps" 0.85 0.75 "gpt2-step $method"; done
! has decode-1 || beside decode-1 'greedy decoding' 2 0.80 - 'gpt2-decode 1'
! has decode-10 || beside decode-10 'decoding, 10 beams' 1 0.60 - 'gpt2-decode 10'
if has houlsby && has adamix-houlsby; then
  echo
  heading 'AdaMix and its base method' AdaMix base
  row 'adamix-houlsby, BERT-base' peft-adamix-houlsby peft-houlsby 1.60 -
  ! has gpt2-adamix-lora || row 'adamix-lora, GPT-2 small' peft-gpt2-adamix-lora peft-gpt2-lora 1.60 -
fi
if has twice; then
  echo
  heading 'two runs at once' each alone
  twice tiny 200
  twice bert-base "$steps"
fi
