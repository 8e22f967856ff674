#!/usr/bin/env bash
# Checks and measures Peft on a GPU: recorded cases, resume and recomputation of activations, steps beside Hugging Face PEFT, decoding beside transformers.
#
#   benchmarks/gpu.sh --pack FILE      on a machine with the SDK: packs .NET's runtime, the programs and recorded cases into FILE (.tar.xz, 30 MB)
#   benchmarks/gpu.sh FILE             on the GPU machine: unpacks FILE and runs everything; prints Markdown for docs/results/gpu.md
#   benchmarks/gpu.sh                  the same on a GPU machine that has the SDK
#
# The GPU machine needs python3 with a PyTorch that has CUDA; its libtorch is the one that is used (TORCH_DIR). transformers and peft are used where they are.
# CHECKS="cases resume steps decoding" chooses parts. GOLDEN names the folder of recorded cases.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
golden=${GOLDEN:-$root/../shared/golden}
say() { printf '%s\n' "$*"; }
stop() { printf 'gpu.sh: %s\n' "$*" >&2; exit 1; }

build() { # artifacts folder
  for project in src/Peft.Cli benchmarks/Peft.Benchmarks; do
    dotnet build "$root/$project" -c Release --nologo -v quiet -p:TorchDevice=none -p:RunAnalyzersDuringBuild=false -p:ArtifactsPath="$1" >&2
  done
}

if [ "${1:-}" = --pack ]; then
  file=$(realpath -m "${2:?gpu.sh --pack FILE}")
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  build "$root/artifacts/gpu"
  mkdir -p "$folder/peft/bin" "$folder/peft/dotnet/shared" "$folder/peft/golden"
  cp -rL "$root/artifacts/gpu/bin/Peft.Cli/release/." "$root/artifacts/gpu/bin/Peft.Benchmarks/release/." "$folder/peft/bin"
  # What the measurements do not load; the built-in backbones come with the repository.
  rm -rf "$folder"/peft/bin/{*.pdb,*.xml,cs,de,es,fr,it,ja,ko,pl,pt-BR,ru,tr,zh-Hans,zh-Hant,assets,amd64,libcapstone.so,Iced.dll}
  rm -f "$folder"/peft/bin/{Microsoft.CodeAnalysis,Microsoft.Diagnostics,Gee.External,Google}*
  sdk=$(dirname "$(readlink -f "$(command -v dotnet)")")
  cp -r "$sdk/host" "$sdk/dotnet" "$folder/peft/dotnet"
  cp -r "$sdk/shared/Microsoft.NETCore.App" "$folder/peft/dotnet/shared"
  for case in "$golden"/{bert,roberta,gpt2,peft,adamix}_*; do [ ! -d "$case" ] || cp -r "$case" "$folder/peft/golden"; done
  tar -C "$folder" -cf - peft | xz -T0 -6 >"$file"
  say "packed $(du -h "$file" | cut -f1) into $file"
  exit 0
fi

python=${PYTHON:-python3}
"$python" -c 'import torch, sys; sys.exit(0 if torch.cuda.is_available() else 1)' 2>/dev/null || stop "$python has no torch that sees a CUDA device."
TORCH_DIR=$("$python" -c 'import os, torch; print(os.path.dirname(torch.__file__))')
export TORCH_DIR
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ -n "${1:-}" ]; then
  tar -C "$work" -xJf "$1"
  bin="$work/peft/bin" golden="$work/peft/golden"
  cp -r "$root/assets" "$bin/assets"
  export DOTNET_ROOT="$work/peft/dotnet" DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
  dotnet="$DOTNET_ROOT/dotnet"
else
  build "$root/artifacts/gpu"
  mkdir "$work/bin"
  cp -rL "$root/artifacts/gpu/bin/Peft.Benchmarks/release/." "$root/artifacts/gpu/bin/Peft.Cli/release/." "$work/bin"
  bin="$work/bin" dotnet=dotnet
fi
peft() { "$dotnet" "$bin/Peft.Cli.dll" "$@" 2>>"$work/errors"; }
bench() { "$dotnet" "$bin/Peft.Benchmarks.dll" "$@" 2>>"$work/errors" || tail -n 2 "$work/errors" >&2; }
field() { grep -o "\"$1\": *[0-9.e+]*" <<<"$2" | head -1 | grep -o '[0-9.e+]*$' || true; }
ratio() { awk -v a="${1:-0}" -v b="${2:-0}" 'BEGIN { if (a > 0 && b > 0) printf "%.2f", a / b; else printf "-" }'; }
mib() { awk -v b="${1:-0}" 'BEGIN { if (b > 0) printf "%.0f", b / 1048576; else printf "-" }'; }
number() { awk -v n="${1:-0}" 'BEGIN { if (n > 0) printf "%.0f", n; else printf "-" }'; }
checks=${CHECKS:-cases resume steps decoding}
has() { [[ " $checks " == *" $1 "* ]]; }

say "# CUDA"
say
say "Machine: $(nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader | head -1), $(nproc) processor cores; PyTorch $("$python" -c 'import torch; print(torch.__version__)'). Command: \`benchmarks/gpu.sh\`."
say
say '```'
peft doctor
say '```'

if has symbols || has cases; then
  say
  say "## TorchSharp's native library and this PyTorch"
  say
  for library in torch_cpu torch_cuda c10 c10_cuda torch; do nm -D --defined-only "$TORCH_DIR/lib/lib$library.so" | awk '{ print $3 }'; done | sed 's/@.*//' | sort -u >"$work/defined"
  nm -D --undefined-only "$bin/libLibTorchSharp.so" | awk '$1 == "U" && $2 !~ /@/ { print $2 }' | sort -u >"$work/undefined"
  say "Symbols that it needs: $(wc -l <"$work/undefined"); missing in PyTorch's libraries: $(comm -23 "$work/undefined" "$work/defined" | wc -l)."
fi

if has cases; then
  say
  say "## Recorded cases on the GPU"
  say
  for folder in "$golden"/{bert,roberta,gpt2,peft,adamix}_*; do
    [ ! -d "$folder" ] || say "- $(peft verify "$folder" --device cuda | tail -1 | sed "s|$golden/||")"
  done
fi

if has resume; then
  say
  say "## Resume and recomputation of activations"
  say
  train() { # name, arguments
    local name=$1
    shift
    peft train --device cuda --backbone builtin --task builtin --method "adamix(houlsby)" --train-limit 512 --dev-limit 64 --epochs 2 --seed 3 --output "$work/$name" "$@" >/dev/null ||
      say "- Training $name failed: $(tail -n 1 "$work/errors")"
  }
  train whole --snapshot-every 10
  train same
  train recomputed --recompute-activations
  for pair in "whole same" "whole recomputed"; do
    read -r a b <<<"$pair"
    if peft diff "$work/$a/adapter" "$work/$b/adapter" >"$work/diff"; then outcome="the same weights to the bit"; else outcome="$(tail -1 "$work/diff")"; fi
    case "$b" in same) what="Two equal runs" ;; *) what="With recomputation of activations and without" ;; esac
    say "- $what: $outcome."
  done
  say "- Training on the built-in task: $(peft predict "$work/whole" --text 'a fine film' --device cuda | tail -1)"
fi

if has steps; then
  say
  say "## Training step, batch 32, 128 tokens, backbone in bfloat16, trainables in float32 (Hugging Face: all bfloat16); medians of 10 steps"
  say
  say "| shape | method | tokens/s | Hugging Face PEFT | ratio | MiB | Hugging Face MiB |"
  say "|---|---|---:|---:|---:|---:|---:|"
  for shape in bert-base roberta-large; do
    for method in head-only lora houlsby adamix-houlsby; do
      ours=$(bench step "$method" 10 "$shape" bfloat16 cuda 32)
      theirs=$("$python" "$root/benchmarks/hf_peft.py" "$method" 10 "$shape" 2>/dev/null || true)
      a=$(field tokensPerSecond "$ours") b=$(field tokensPerSecond "$theirs")
      say "| $shape | $method | $(number "$a") | $(number "$b") | $(ratio "$a" "$b") | $(mib "$(field peakBytes "$ours")") | $(mib "$(field peakBytes "$theirs")") |"
    done
  done
fi

if has decoding; then
  say
  say "## Decoding, GPT-2 small's shape, 16 prompts of 32 tokens, 64 new tokens each"
  say
  say "| beams | dtype | tokens/s | transformers | ratio |"
  say "|---:|---|---:|---:|---:|"
  for dtype in float32 bfloat16; do
    for beams in 1 10; do
      a=$(field tokensPerSecond "$(bench gpt2-decode "$beams" 3 cuda "$dtype")")
      b=$(field tokensPerSecond "$("$python" "$root/benchmarks/hf_decode.py" "$beams" 3 "$dtype" 2>/dev/null || true)")
      say "| $beams | $dtype | $(number "$a") | $(number "$b") | $(ratio "$a" "$b") |"
    done
  done
fi
