#!/usr/bin/env bash
# Feeds every reader of files with changed and made-up ones: tests/fuzz.sh SECONDS_FOR_EACH [SEED]. Files that are met wrongly are kept, and named.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
export PEFT_FUZZ_SECONDS=${1:?how many seconds for each reader} PEFT_FUZZ_SEED=${2:-$RANDOM}
# shellcheck source=../build/setup.sh
. "$root/build/setup.sh"
build_once fuzz tests/Peft.Fuzz/Peft.Fuzz.csproj
printf 'seed %s\n' "$PEFT_FUZZ_SEED"
exec "$root/artifacts/bin/Peft.Fuzz/release/Peft.Fuzz" -noLogo -noColor -showLiveOutput
