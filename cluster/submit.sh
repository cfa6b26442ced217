#!/usr/bin/env bash
# Submits a job array that scores or prepares, and the merge behind it.
#
#   cluster/submit.sh score SHARDS OUTDIR PATH... [options of cdnet score]
#   cluster/submit.sh prepare SHARDS OUTDIR --data DATA [options of cdnet prepare]
#
# SBATCH_ARGS: more arguments for the array, for example "--cpus-per-task=8 --time=4:00:00 --partition=cpu". CDNET: the command, where it is not cdnet.
# Paths must be the same on every node. Prints the number of the merge job; its result is OUTDIR/scores.csv or OUTDIR/set.
set -euo pipefail
if [ $# -lt 4 ] || ! [[ $2 =~ ^[1-9][0-9]*$ ]]; then
  sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
verb=$1 shards=$2
mkdir -p "$3"
out=$(cd "$3" && pwd)
shift 3
read -ra more <<< "${SBATCH_ARGS:-}"
array=$(sbatch --parsable --array=0-$((shards - 1)) --output="$out/log-%a.txt" ${more[@]+"${more[@]}"} "$here/cdnet-array.sbatch" "$verb" "$out" "$@")
merge=$(sbatch --parsable --dependency=afterok:"$array" --kill-on-invalid-dep=yes --output="$out/log-merge.txt" "$here/cdnet-merge.sbatch" "$verb" "$out")
echo "$merge"
