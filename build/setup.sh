# Sourced by ./peft and ./test: builds the solution where it is not built yet. The .NET SDK and its package feed are all it needs.
# Every step is skipped when already done; every failure names the command to run by hand.

say() { printf 'peft: %s\n' "$*" >&2; }

fail() { # what failed, then the command that would mend it
  printf 'peft: %s\n' "$1" >&2
  [ $# -gt 1 ] && printf 'peft: run by hand, then start again:\n    %s\n' "$2" >&2
  exit 1
}

# The libtorch of the programs: TORCH_DIR names an installed one; otherwise TORCH_DEVICE=cpu (default) or cuda picks a package.
if [ -n "${TORCH_DIR:-}" ]; then
  [ -z "${TORCH_DEVICE:-}" ] || say "TORCH_DEVICE=$TORCH_DEVICE is ignored: TORCH_DIR names an installed libtorch."
  [ -e "$TORCH_DIR/lib/libtorch_cpu.so" ] || [ -e "$TORCH_DIR/libtorch_cpu.so" ] ||
    fail "TORCH_DIR is '$TORCH_DIR', which has no lib/libtorch_cpu.so; it must name the torch folder of an installed PyTorch, or be unset."
  torch_device=none
else
  torch_device="${TORCH_DEVICE:-cpu}"
fi
case "$torch_device" in
  cpu | cuda) ;;
  none) [ -n "${TORCH_DIR:-}" ] || fail "TORCH_DEVICE=none needs TORCH_DIR, the torch folder of an installed PyTorch." ;;
  *) printf "peft: TORCH_DEVICE is '%s'; it must be cpu or cuda.\n" "$torch_device" >&2; exit 2 ;;
esac
msbuild_properties=(-p:TorchDevice="$torch_device")

require_dotnet() {
  command -v dotnet >/dev/null 2>&1 || fail "the .NET 10 SDK is not on PATH." "see https://dot.net/download, version 10"
  dotnet --list-sdks | grep -q '^10\.' || fail "the .NET SDK found is not version 10 ($(dotnet --version 2>/dev/null))." "see https://dot.net/download, version 10"
}

# Up to date: nothing that the build reads is newer than the stamp of the last build of the same kind.
is_built() { # stamp, folder to watch as well
  [ -e "$1" ] && [ "$(cat "$1")" = "$torch_device" ] &&
    [ -z "$(find "$root/src" "$root/generators" "$root/plugins" "$root/build" "$root/assets" "$root/Directory.Build.props" \
      "$root/Directory.Packages.props" "$root/global.json" ${2:+"$root/$2"} -newer "$1" -print -quit 2>/dev/null)" ]
}

# Builds a project or solution in Release.
build_once() { # name, project, extra folder to watch
  local stamp="$root/artifacts/$1.stamp"
  is_built "$stamp" "${3:-}" && return 0
  require_dotnet
  mkdir -p "$root/artifacts"
  say "building $1 (libtorch: ${TORCH_DIR:-package for $torch_device})"
  local log="$root/artifacts/$1.build.log" started
  started=$(mktemp)
  if ! dotnet build "$root/$2" -c Release --nologo -v quiet "${msbuild_properties[@]}" >"$log" 2>&1; then
    grep -E 'error|warning' "$log" | sort -u | head -n 20 >&2
    rm -f "$started"
    fail "the build failed; the whole log is in artifacts/$1.build.log." "dotnet build $2 -c Release ${msbuild_properties[*]}"
  fi
  printf '%s' "$torch_device" >"$stamp"
  touch -r "$started" "$stamp" # what changed during the build is newer than the stamp
  rm -f "$started"
}
