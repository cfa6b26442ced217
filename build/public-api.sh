#!/usr/bin/env bash
# Writes what users can call since the last release into src/*/PublicAPI.Unshipped.txt, which the build compares with the code (RS0016, RS0017).
# At a release, "./build/public-api.sh --ship" moves it into PublicAPI.Shipped.txt.
set -euo pipefail
cd "$(dirname "$0")/.."
. build/require-dotnet.sh
for project in CDNet.MLNet CDNet.MLNet.Torch CDNet.MLNet.Video; do
  folder="src/$project"
  if [ "${1:-}" = --ship ]; then
    # A line that begins with *REMOVED* takes one away that was shipped.
    removed=$(sed -n 's/^\*REMOVED\*//p' "$folder/PublicAPI.Unshipped.txt")
    { echo '#nullable enable'
      { sed '1d' "$folder/PublicAPI.Shipped.txt"; grep -v -e '^#' -e '^\*REMOVED\*' "$folder/PublicAPI.Unshipped.txt" || true; } \
        | { if [ -n "$removed" ]; then grep -vxF -e "$removed"; else cat; fi; } | LC_ALL=C sort -u; } > "$folder/PublicAPI.next"
    mv "$folder/PublicAPI.next" "$folder/PublicAPI.Shipped.txt"
    echo '#nullable enable' > "$folder/PublicAPI.Unshipped.txt"
  else
    dotnet format analyzers "$folder/$project.csproj" --diagnostics RS0016 RS0017 --severity warn
  fi
done
