#!/usr/bin/env bash
# Builds and packs the libraries and the .NET tool: CDNet.MLNet, CDNet.MLNet.Torch, CDNet.MLNet.Video, cdnet and cdnet.RUNTIME, with symbol packages.
#
#   ./pack.sh [OUTDIR] [--version VERSION] [--runtimes "linux-x64 ..."] [--configuration Release] [--no-build]
#
# OUTDIR           where the packages go; default: artifacts/packages
# --version        default: the one in Directory.Build.props
# --runtimes       what the tool is packed for; default: linux-x64. OpenCV, for videos, is the one of the system that packs
# --no-build       packs the libraries as they were built before
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/build/require-dotnet.sh"

out="" version=() runtimes=linux-x64 configuration=Release build=true
while [ $# -gt 0 ]; do
  case "$1" in
    --version | --runtimes | --configuration)
      [ $# -ge 2 ] || { echo "$1 needs a value; see ./pack.sh --help." >&2; exit 2; }
      case "$1" in --version) version=("-p:Version=$2") ;; --runtimes) runtimes=$2 ;; *) configuration=$2 ;; esac
      shift 2 ;;
    --no-build) build=false; shift ;;
    -h | --help) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 0 ;;
    -*) echo "Unknown option $1; see ./pack.sh --help." >&2; exit 2 ;;
    *) [ -z "$out" ] || { echo "One OUTDIR only: $out or $1?" >&2; exit 2; }; out=$1; shift ;;
  esac
done
out=${out:-$here/artifacts/packages}
mkdir -p "$out"
out=$(cd "$out" && pwd)
# Packages of the same commit have the same bytes.
if epoch=$(git -C "$here" log -1 --format=%ct 2> /dev/null); then export SOURCE_DATE_EPOCH=$epoch; fi

common=(--configuration "$configuration" --output "$out" --verbosity quiet ${version[@]+"${version[@]}"})
# The program has all libraries below it.
if $build; then dotnet build "$here/src/CDNet.Cli" --configuration "$configuration" --verbosity quiet ${version[@]+"${version[@]}"}; fi
for library in CDNet.MLNet CDNet.MLNet.Torch CDNet.MLNet.Video; do
  dotnet pack "$here/src/$library" --no-build "${common[@]}"
done
dotnet pack "$here/src/CDNet.Cli" "${common[@]}" -p:CDNetTool=true -p:BuildProjectReferences=false "-p:ToolPackageRuntimeIdentifiers=\"${runtimes// /;}\""
ls -l "$out"
