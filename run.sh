#!/usr/bin/env bash
# Restores, builds and runs the main job: trains a small model on real and fake faces, evaluates it on pictures it has not seen, and scores photographs.
#
#   ./run.sh [--data FOLDER_OR_CSV] [--detector FILE] [--minutes N] [PHOTO_OR_FOLDER ...]
#
# --data      a folder with real/ and fake/ (or train/, val/, test/ with those inside) or a CSV; default: ../shared/data/dfdc-faces/manifest.csv
# --detector  a BlazeFace file of MediaPipe; default: the detector that comes with the program
# --minutes   time for the training; default: 6
#
# The model is kept in artifacts/model.zip and used again by the next call; delete it, or give --data or --minutes, to train anew.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/build/require-dotnet.sh"

shared="$here/../shared/data"
data="" detector=() minutes="" photos=()
while [ $# -gt 0 ]; do
  case "$1" in
    --data | --detector | --minutes)
      [ $# -ge 2 ] || { echo "$1 needs a value; see the head of run.sh." >&2; exit 2; }
      case "$1" in --data) data=$2 ;; --detector) detector=(--detector "$2") ;; *) minutes=$2 ;; esac
      shift 2 ;;
    -h | --help) sed -n '2,11s/^# \{0,1\}//p' "$0"; exit 0 ;;
    -*) echo "Unknown option $1; see ./run.sh --help." >&2; exit 2 ;;
    *) photos+=("$1"); shift ;;
  esac
done

model="$here/artifacts/model.zip"
[ -z "$data$minutes" ] || rm -rf "$model" "$model.training"
data=${data:-$shared/dfdc-faces/manifest.csv}
if [ ! -e "$model" ] && [ ! -e "$data" ]; then
  echo "There are no pictures to train on ($data). Name a folder with real/ and fake/ faces: ./run.sh --data FOLDER" >&2
  exit 2
fi

echo "== Building"
dotnet build "$here/src/CDNet.Cli" --configuration Release --verbosity quiet
cdnet() { dotnet "$here/src/CDNet.Cli/bin/Release/net10.0/cdnet.dll" "$@"; }

if [ ! -e "$model" ]; then
  echo "== Training a small model for ${minutes:-6} minutes on $data"
  cdnet train --data "$data" ${detector[@]+"${detector[@]}"} --out "$model" --limit 1000 --batch 16 --time-budget "${minutes:-6}m" \
    --lr 0.001 --lr-stage2 0.001 --schedule WarmupCosine --epochs-stage1 100 --epochs-stage2 100 --resume
else
  echo "== Using the model of an earlier call: artifacts/model.zip"
fi
if [ -e "$data" ]; then
  if [ -d "$data/test" ] || { [ -f "$data" ] && head -n 1 "$data" | grep -q split; }; then
    echo "== Evaluating it on the test split, which it has not seen"
    cdnet evaluate --model "$model" --data "$data" || [ $? -eq 1 ]
  else
    echo "== Not evaluated: the data has no test split, so the model has seen all of it"
  fi
  if [ ${#photos[@]} -eq 0 ]; then
    folder=$(if [ -d "$data" ]; then echo "$data"; else dirname "$data"; fi)
    for class in real fake; do
      while IFS= read -r file; do photos+=("$file"); done < <(find "$folder" -path "*test/$class/*" -type f | LC_ALL=C sort | sed -n '1,3p')
    done
    [ ${#photos[@]} -gt 0 ] || while IFS= read -r file; do photos+=("$file"); done < <(find "$folder" -type f | LC_ALL=C sort | sed -n '1,6p')
  fi
fi
if [ ${#photos[@]} -gt 0 ]; then
  echo "== Scoring photographs"
  cdnet score --model "$model" "${photos[@]}"
fi
