#!/usr/bin/env bash
# Breaks the sources in one place at a time, in a copy of the tree, and expects the test that guards the place to go red.
# Usage: tests/mutations.sh [text in the lines to run]. Table: tests/mutations.tsv; the recorded outcome: docs/results/mutations.md.
set -uo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
copy=$(mktemp -d)/tree
mkdir -p "$copy"
trap 'rm -rf "$(dirname "$copy")"' EXIT
export PEFT_SHARED=${PEFT_SHARED:-$root/../shared}
(cd "$root" && git ls-files -z --cached --others --exclude-standard | tar --null -T - -cf - 2>/dev/null) | tar -xf - -C "$copy"
cd "$copy" || exit 1

run() { # project, filter: builds, then runs; 2 where it does not build
  dotnet build "tests/$1" -c Release --nologo -v quiet -p:TreatWarningsAsErrors=false >build.log 2>&1 || return 2
  "artifacts/bin/$1/release/$1" -noLogo -noColor -method "$2" >test.log 2>&1
}

red=0 wrong=0 done_before=""
while IFS=$'\t' read -r says file change project filter; do
  [[ $says != \#* && -n $says ]] || continue
  [ $# -eq 0 ] || [[ "$says $file $project" == *"$1"* ]] || continue
  if [[ $done_before != *"<$project $filter>"* ]]; then # unbroken it is green, or red says nothing
    run "$project" "$filter" || { printf '%s %s: not green before any mutation\n' "$project" "$filter"; tail -n 5 build.log test.log; exit 1; }
    grep -qE 'Total: [1-9]' test.log || { printf '%s %s: no test runs\n' "$project" "$filter"; exit 1; }
    done_before+="<$project $filter>"
  fi
  cp "$file" original
  sed -E -i "$change" "$file"
  if cmp -s original "$file"; then
    outcome="nothing to change"
  else
    run "$project" "$filter"
    case $? in
      0) outcome="GREEN" ;;
      2) outcome="does not build" ;;
      *) if grep -qF -- "$says" test.log; then outcome="red"; else outcome="red elsewhere"; fi ;;
    esac
  fi
  cp original "$file"
  [ "$outcome" = red ] && red=$((red + 1)) || wrong=$((wrong + 1))
  printf '%s\t%s\t%s\n' "$outcome" "$says" "$file"
done <"$root/tests/mutations.tsv"
printf '%d red, %d not\n' "$red" "$wrong"
[ "$wrong" -eq 0 ] && [ "$red" -gt 0 ]
