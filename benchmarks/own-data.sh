#!/usr/bin/env bash
# Trains minilm on GLUE's tasks, AG News and the generated tickets: for each method a sweep of its learning rate, then the best rate with several seeds.
#
#   benchmarks/own-data.sh OUT         every task; results below OUT, a run that is there already is not repeated
#   TASKS="mrpc rte" METHODS="lora adamix(lora)" JOBS=2 DEVICE=cpu benchmarks/own-data.sh OUT
#   benchmarks/own_data_table.py OUT   the tables of docs/results/own-data.md
#
# PEFT is the command. DATA is a folder with glue/ and text/. SEEDS are the seeds of the results, SWEEP_SEED the sweep's. The sweep has a
# third of the epochs. ROWS and DEV_ROWS limit the rows of each task but tickets, for machines without a GPU. PRECISION as --matmul-precision.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
out=$(realpath -m "${1:?own-data.sh OUT}")
data=$(realpath "${DATA:-$root/../shared/data}")
peft=${PEFT:-$root/peft}
mkdir -p "$out"

if [ ! -f "$out/agnews/dev.tsv" ]; then
  mkdir -p "$out/agnews"
  { printf 'text\tlabel\n'; head -n 4000 "$data/text/agnews_dev.tsv"; } >"$out/agnews/train.tsv"
  { printf 'text\tlabel\n'; head -n 2000 "$data/text/agnews_test.tsv"; } >"$out/agnews/dev.tsv"
fi

options() { # task: the options of its runs, as lines of a run file
  local rows=0
  case "$1" in
    tickets) printf 'task: tickets\nepochs: %s\nbatch-size: 8\nevaluate-every: 100\nkeep-last: true\n' "${TICKET_EPOCHS:-12}"; return ;;
    agnews) printf 'task: classification\ntrain: %s\ndev: %s\nevaluate-every: 2\n' "$out/agnews/train.tsv" "$out/agnews/dev.tsv" ;;
    mrpc) printf 'task: mrpc\ndata: %s\n' "$data/glue/MRPC" ;;
    rte) printf 'task: rte\ndata: %s\n' "$data/glue/RTE" ;;
    cola) rows=5000; printf 'task: cola\ndata: %s\nevaluate-every: 2\n' "$data/glue/CoLA" ;;
    stsb) printf 'task: stsb\ndata: %s\nevaluate-every: 2\n' "$data/glue/STS-B" ;;
    sst2) rows=6000; printf 'task: sst2\ndata: %s\nevaluate-every: 2\n' "$data/glue/SST-2" ;;
  esac
  printf 'epochs: 6\ntrain-limit: %s\ndev-limit: %s\n' "${ROWS:-$rows}" "${DEV_ROWS:-0}"
}

rates() { # method: learning rates to try, as many for each
  case "$1" in
    full) echo "3e-5, 1e-4, 3e-4" ;;
    head-only) echo "1e-3, 1e-2, 1e-1" ;;
    bitfit) echo "1e-3, 3e-3, 1e-2" ;;
    *) echo "3e-4, 1e-3, 3e-3" ;;
  esac
}

run() { # task method
  local task=$1 method=$2 folder="$out/$1/${2//[()]/-}"
  [ ! -f "$folder/final.json" ] || return 0
  mkdir -p "$folder"
  local sweep=$folder/sweep.yaml epochs
  {
    echo "options:"
    options "$task" | sed "s/^/  /"
    printf '  backbone: minilm\n  method: %s\n  device: %s\n  threads: %s\n' "$method" "${DEVICE:-auto}" "${THREADS:-0}"
    printf '  matmul-precision: %s\n' "${PRECISION:-highest}"
    printf 'parameters:\n  learning-rate: [%s]\nseeds: [%s]\n' "$(rates "$method")" "${SWEEP_SEED:-21}"
  } >"$sweep"
  epochs=$(sed -n 's/^  epochs: //p' "$sweep")
  [ "$task" = tickets ] || sed -i "s/^  epochs: .*/  epochs: $(((epochs + 2) / 3))/" "$sweep"
  $peft sweep "$sweep" --output "$folder/sweep" --json >"$folder/sweep.log" 2>&1 || { tail -n 1 "$folder/sweep.log" >&2; return 0; }
  $peft compare --config "$folder/sweep/best.yaml" --epochs "$epochs" --methods "$method" --seeds "${SEEDS:-1,2,3}" --output "$folder/final" \
    --reuse --json >"$folder/final.tmp" 2>"$folder/final.log" || { tail -n 1 "$folder/final.log" >&2; return 0; }
  mv "$folder/final.tmp" "$folder/final.json"
  echo "$task $method"
}

export -f run options rates
export out data peft
for task in ${TASKS:-tickets mrpc rte stsb cola sst2 agnews}; do
  for method in ${METHODS:-"adamix(houlsby)" "adamix(lora)" full houlsby lora bitfit head-only}; do
    printf '%s\0%s\0' "$task" "$method"
  done
done | xargs -0 -n 2 -P "${JOBS:-1}" bash -c 'run "$@"' _
