#!/usr/bin/env bash
# Restores, builds and runs the main job: says of every face in photographs whether it is real or a fake.
#
#   ./run.sh [PHOTO_VIDEO_OR_FOLDER ...]
#   ./run.sh --data FOLDER_OR_CSV [--detector FILE] [--minutes N] [PHOTO_OR_FOLDER ...]
#
# Without options the model that comes with the program scores the photographs; without photographs those in docs/pictures.
#
# --data      train a small model first, evaluate it, and score with it: a folder with real/ and fake/ (or train/, val/, test/ with those inside) or a CSV
# --detector  a BlazeFace file of MediaPipe for that training; default: the detector that comes with the program
# --minutes   time for the training; default: 6
#
# The small model is left in artifacts/model.zip.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/build/require-dotnet.sh"

data="" detector=() minutes=6 model=default photos=()
while [ $# -gt 0 ]; do
  case "$1" in
    --data | --detector | --minutes)
      [ $# -ge 2 ] || { echo "$1 needs a value; see the head of run.sh." >&2; exit 2; }
      case "$1" in --data) data=$2 ;; --detector) detector=(--detector "$2") ;; *) minutes=$2 ;; esac
      shift 2 ;;
    -h | --help) sed -n '2,13s/^# \{0,1\}//p' "$0"; exit 0 ;;
    -*) echo "Unknown option $1; see ./run.sh --help." >&2; exit 2 ;;
    *) photos+=("$1"); shift ;;
  esac
done
if [ -n "$data" ] && [ ! -e "$data" ]; then
  echo "There is no $data. Name a folder with real/ and fake/ faces, or a CSV: ./run.sh --data FOLDER" >&2
  exit 2
fi

echo "== Building"
dotnet build "$here/src/CDNet.Cli" --configuration Release --verbosity quiet
cdnet() { dotnet "$here/src/CDNet.Cli/bin/Release/net10.0/cdnet.dll" "$@"; }

if [ -n "$data" ]; then
  model="$here/artifacts/model.zip"
  rm -rf "$model" "$model.training"
  echo "== Training a small model for $minutes minutes on $data"
  cdnet train --data "$data" ${detector[@]+"${detector[@]}"} --out "$model" --limit 1000 --batch 16 --time-budget "${minutes}m" \
    --lr 0.001 --lr-stage2 0.001 --schedule WarmupCosine --sampling Paired --epochs-stage1 100 --epochs-stage2 100
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
  fi
fi
[ ${#photos[@]} -gt 0 ] || photos=("$here/docs/pictures")
echo "== Scoring photographs"
cdnet score --model "$model" "${photos[@]}"
