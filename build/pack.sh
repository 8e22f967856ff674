#!/usr/bin/env bash
# Packs every public project into artifacts/packages, or into the folder given: a feed for those who build methods and backbones elsewhere.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=build/setup.sh
. "$root/build/setup.sh"
output="${1:-$root/artifacts/packages}"
require_dotnet
mkdir -p "$output"
rm -f "$output"/*.nupkg "$output"/*.snupkg
# NuGet takes a version for immutable: what the example restored from this feed before would hide what is packed now.
[ $# -gt 0 ] || rm -rf "$root/artifacts/package-cache"

# A filter of the solution, so that one restore and one build serve all packages. Which projects are public, they say themselves.
filter="$root/artifacts/public.slnf"
projects=$(cd "$root" && grep -l 'IsPackable>true' src/*/*.csproj plugins/*/*.csproj templates/*/*.csproj |
  sed 's|.*|      "&"|; $!s|$|,|')
printf '{\n  "solution": {\n    "path": "../Peft.sln",\n    "projects": [\n%s\n    ]\n  }\n}\n' "$projects" >"$filter"
dotnet pack "$filter" -c Release -o "$output" --nologo -v quiet "${msbuild_properties[@]}"
say "packed $(find "$output" -name '*.nupkg' | wc -l) packages into $output"
