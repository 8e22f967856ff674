#!/usr/bin/env bash
# Proves the CUDA path on a machine that has a GPU and PyTorch: builds the shim against that PyTorch, verifies every recorded
# case on the GPU, trains each method, and measures tokens/s in bfloat16 beside Hugging Face PEFT where that is installed.
#
#   benchmarks/gpu.sh [GOLDEN_FOLDER]      prints Markdown; keep it in docs/results/gpu.md
#
# Needs: a CUDA GPU, python3 with torch, cmake, g++, and .NET: either the SDK, or a runtime in DOTNET_ROOT and binaries
# built before (dotnet build -c Release of src/Peft.Cli and benchmarks/Peft.Benchmarks), which only need the shim rebuilt.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
golden=${1:-$root/../shared/golden}
python=${PYTHON:-python3}
say() { printf '%s\n' "$*"; }
stop() { printf 'gpu.sh: %s\n' "$*" >&2; exit 1; }

"$python" -c 'import torch, sys; sys.exit(0 if torch.cuda.is_available() else 1)' 2>/dev/null || stop "python3 has no torch that sees a CUDA device."
TORCH_DIR=$("$python" -c 'import os, torch; print(os.path.dirname(torch.__file__))')
export TORCH_DIR
bash "$root/build/native.sh" >&2
cli="$root/artifacts/bin/Peft.Cli/release" bench="$root/artifacts/bin/Peft.Benchmarks/release"
if command -v dotnet >/dev/null && dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; then
  dotnet build "$root/src/Peft.Cli" -c Release --nologo -v quiet >&2
  dotnet build "$root/benchmarks/Peft.Benchmarks" -c Release --nologo -v quiet >&2
fi
[ -e "$cli/Peft.Cli.dll" ] && [ -e "$bench/Peft.Benchmarks.dll" ] || stop "no binaries in artifacts/bin and no .NET SDK to build them."
export PEFT_TORCH_SHIM="$root/artifacts/native/libpeft_torch.so"
run() { "${DOTNET_ROOT:+$DOTNET_ROOT/}dotnet" "$@"; }
field() { grep -o "\"$1\": *[0-9.e+]*" | head -1 | grep -o '[0-9.e+]*$'; }

say "# CUDA"
say
say "Machine: $(nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader | head -1); PyTorch $("$python" -c 'import torch; print(torch.__version__)'); command: benchmarks/gpu.sh"
say
say "## Recorded cases on the GPU"
say
for folder in "$golden"/bert_* "$golden"/roberta_* "$golden"/adamix_bert_* "$golden"/adamix_roberta_* "$golden"/peft_bert_{lora,houlsby,pfeiffer}; do
  [ -d "$folder" ] || continue
  say "- $(run "$cli/Peft.Cli.dll" verify "$folder" --device cuda | tail -1 | sed "s|$golden/||")"
done
say
say "## Training on the built-in task"
say
run "$cli/Peft.Cli.dll" compare --device cuda 2>/dev/null
say
say "## Step at batch 32, 128 tokens, backbone bfloat16 (trainables float32): tokens/s, medians of 10 steps"
say
say "| shape | method | ours | Hugging Face PEFT | ratio |"
say "|---|---|---:|---:|---:|"
for shape in bert-base roberta-large; do
  for method in head-only lora houlsby adamix-houlsby; do
    ours=$(run "$bench/Peft.Benchmarks.dll" step "$method" 10 "$shape" bfloat16 cuda 32 | field tokensPerSecond)
    theirs=$("$python" "$root/benchmarks/hf_peft.py" "$method" 10 "$shape" 2>/dev/null | field tokensPerSecond || true)
    ratio=$(awk -v a="$ours" -v b="${theirs:-0}" 'BEGIN { if (b > 0) printf "%.2f", a / b; else printf "-" }')
    say "| $shape | $method | $ours | ${theirs:--} | $ratio |"
  done
done
