# Sourced by ./peft and ./test: brings a bare Debian with the .NET SDK to where the solution builds, and builds it.
# Every step is skipped when already done; every failure names the command to run by hand.

say() { printf 'peft: %s\n' "$*" >&2; }

fail() { # what failed, then the command that would mend it
  printf 'peft: %s\n' "$1" >&2
  [ $# -gt 1 ] && printf 'peft: run by hand, then start again:\n    %s\n' "$2" >&2
  exit 1
}

# The provider: an explicit TORCH_PROVIDER wins; otherwise the libtorch of the machine.
provider="${TORCH_PROVIDER:-system}"
case "$provider" in
  system | nuget) ;;
  *) fail "TORCH_PROVIDER is '$provider'; it must be system or nuget." ;;
esac
msbuild_properties=(-p:TorchProvider="$provider" -p:TorchDevice="${TORCH_DEVICE:-cpu}")

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then sudo -n "$@"
  else return 126
  fi
}

require_dotnet() {
  command -v dotnet >/dev/null 2>&1 || fail "the .NET 10 SDK is not on PATH." "see https://dot.net/download, version 10"
  dotnet --list-sdks | grep -q '^10\.' || fail "the .NET SDK found is not version 10 ($(dotnet --version 2>/dev/null))." "see https://dot.net/download, version 10"
}

# The system provider: libtorch with headers (unless TORCH_DIR brings one), an optimised BLAS, a compiler and cmake.
require_packages() {
  [ "$provider" = system ] || return 0
  local wanted=() package
  if [ -z "${TORCH_DIR:-}" ]; then
    [ -e /usr/include/torch/script.h ] || [ -d /usr/include/torch/csrc ] || wanted+=(libtorch-dev)
    ls /usr/lib/*/openblas-openmp/libblas.so.3 >/dev/null 2>&1 || wanted+=(libopenblas0-openmp)
  elif [ ! -d "$TORCH_DIR/lib" ]; then
    fail "TORCH_DIR is '$TORCH_DIR', which has no lib folder; it must name a libtorch (the torch folder of a PyTorch installation)."
  fi
  command -v g++ >/dev/null 2>&1 || wanted+=(g++)
  command -v cmake >/dev/null 2>&1 || wanted+=(cmake)
  command -v make >/dev/null 2>&1 || wanted+=(make)
  [ ${#wanted[@]} -gt 0 ] || return 0
  local by_hand="apt-get update && apt-get install -y --no-install-recommends ${wanted[*]}"
  command -v apt-get >/dev/null 2>&1 || fail "needed and not found: ${wanted[*]}; there is no apt-get here to install them." "install them with this system's package manager, or set TORCH_DIR to a libtorch"
  say "installing ${wanted[*]} (apt-get, once)"
  local log
  log=$(mktemp)
  if ! { as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${wanted[@]}"; } >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    rm -f "$log"
    fail "apt-get could not install ${wanted[*]} (not root, or no network)." "sudo sh -c '$by_hand'"
  fi
  rm -f "$log"
}

# Up to date: nothing that the build reads is newer than the stamp of the last build of the same kind.
is_built() { # stamp
  [ -e "$1" ] && [ "$(cat "$1")" = "$provider ${TORCH_DEVICE:-cpu} ${TORCH_DIR:-}" ] &&
    [ -z "$(find "$root/src" "$root/generators" "$root/plugins" "$root/build" "$root/assets" "$root/Directory.Build.props" \
      "$root/Directory.Packages.props" "$root/global.json" ${2:+"$root/$2"} -newer "$1" -print -quit 2>/dev/null)" ]
}

# Builds a project or solution in Release.
build_once() { # name, project, extra folder to watch
  local stamp="$root/artifacts/$1.stamp"
  is_built "$stamp" "${3:-}" && return 0
  require_dotnet
  require_packages
  mkdir -p "$root/artifacts"
  say "building $1 (provider: $provider)"
  local log="$root/artifacts/$1.build.log" started
  started=$(mktemp)
  if ! dotnet build "$root/$2" -c Release --nologo -v quiet "${msbuild_properties[@]}" >"$log" 2>&1; then
    grep -E 'error|warning' "$log" | sort -u | head -n 20 >&2
    rm -f "$started"
    fail "the build failed; the whole log is in artifacts/$1.build.log." "dotnet build $2 -c Release ${msbuild_properties[*]}"
  fi
  printf '%s' "$provider ${TORCH_DEVICE:-cpu} ${TORCH_DIR:-}" >"$stamp"
  touch -r "$started" "$stamp" # what changed during the build is newer than the stamp
  rm -f "$started"
}
