#!/usr/bin/env bash
# Restores, builds and runs all tests. Photographs are used where they are at hand: in the folder that CDNET_DATA names, or in ../shared/data.
set -euo pipefail
cd "$(dirname "$0")"
. build/require-dotnet.sh
dotnet test --configuration Release "$@"
