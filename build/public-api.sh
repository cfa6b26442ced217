#!/usr/bin/env bash
# Brings src/*/PublicAPI.*.txt, which the build compares with the code (RS0016, RS0017), up to the code: what users can call since the last release is in Unshipped.
# At a release, "./build/public-api.sh --ship" moves it into Shipped.
set -euo pipefail
cd "$(dirname "$0")/.."
. build/require-dotnet.sh
export LC_ALL=C

# Writes a file of lines on standard input: sorted, each once.
write() { { echo '#nullable enable'; grep -v -e '^#' -e '^$' | sort -u; } > "$1.next" || true; mv "$1.next" "$1"; }
# The symbols of a rule in a build's output.
symbols() { sed -n "s/.*: [a-z]* $1: Symbol '\(.*\)' is .*/\1/p" <<< "$2" | sort -u; }

for project in CDNet.MLNet CDNet.MLNet.Torch CDNet.MLNet.Video; do
  shipped="src/$project/PublicAPI.Shipped.txt" unshipped="src/$project/PublicAPI.Unshipped.txt"
  if [ "${1:-}" = --ship ]; then
    gone=$(sed -n 's/^\*REMOVED\*//p' "$unshipped")
    { grep -vxF -e "${gone:-#}" "$shipped" || true; grep -v '^\*REMOVED\*' "$unshipped" || true; } | write "$shipped"
    : | write "$unshipped"
    continue
  fi
  # The analyzer speaks only where the compiler runs.
  touch "src/$project/$project.csproj"
  output=$(dotnet build "src/$project" --configuration Release -p:TreatWarningsAsErrors=false 2>&1) || { grep ': error' <<< "$output" | sort -u >&2; exit 1; }
  new=$(symbols RS0016 "$output") old=$(symbols RS0017 "$output")
  { grep -vxF -e "${old:-#}" "$unshipped" || true; echo "$new"; [ -z "$old" ] || grep -xF -e "$old" "$shipped" | sed 's/^/*REMOVED*/' || true; } | write "$unshipped"
  echo "$project: $(grep -c . <<< "$new" || true) new, $(grep -c . <<< "$old" || true) gone"
done
