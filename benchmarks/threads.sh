#!/usr/bin/env bash
# How waiting threads of libtorch should wait: threads.sh [ROUNDS]. For each setting one run alone and two equal runs at once, in turn.
# SETTINGS="GOMP_SPINCOUNT=1000 OMP_WAIT_POLICY=PASSIVE", SHAPES="tiny:200 bert-base:3" (shape:steps) choose. 300000 is libgomp's own default.
set -euo pipefail
# shellcheck source=beside.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/beside.sh"
rounds=${1:-3}
settings=${SETTINGS:-GOMP_SPINCOUNT=300000 GOMP_SPINCOUNT=100000 GOMP_SPINCOUNT=10000 GOMP_SPINCOUNT=1000 GOMP_SPINCOUNT=100 OMP_WAIT_POLICY=PASSIVE}
for shape in ${SHAPES:-tiny:200 bert-base:3}; do
  for _ in $(seq "$rounds"); do
    for setting in $settings; do
      measure "alone-$shape-$setting" env "$setting" "$peft" step lora "${shape#*:}" "${shape%%:*}"
      measure "both-$shape-$setting" env "$setting" "$peft" step lora "${shape#*:}" "${shape%%:*}" &
      measure "both-$shape-$setting" env "$setting" "$peft" step lora "${shape#*:}" "${shape%%:*}"
      wait
    done
  done
  heading "${shape%%:*}, two at once" both alone
  for setting in $settings; do row "$setting" "both-$shape-$setting" "alone-$shape-$setting" 2.30 -; done
done
