#!/bin/sh
#SBATCH --job-name=marn-predict
#SBATCH --cpus-per-task=1
#SBATCH --mem=4G
#SBATCH --requeue
#
# Codes one of several parts of many notes, as a task of an array of jobs; with --gpus-per-task=1 on a
# GPU of its own, else on a core:
#
#   sbatch --array=1-8 scripts/slurm/predict_part.sh 8 CODES --run runs/marn --jsonl notes.jsonl
#
# 8 is the number of parts, CODES a folder that all machines share: part 3 becomes CODES/00003.jsonl.
# What follows are the options of predict. Submitted in the program's folder. The same line goes on with
# parts that were interrupted, and leaves whole ones as they are. Then, in the order of the notes:
#
#   cat CODES/*.jsonl > codes.jsonl
#
# DENO names another way to start Deno.
set -eu

if [ "$#" -lt 2 ] || [ -z "${SLURM_ARRAY_TASK_ID:-}" ]; then
  echo "usage: sbatch --array=1-N scripts/slurm/predict_part.sh N CODES OPTIONS..." >&2
  exit 2
fi
number=$SLURM_ARRAY_TASK_ID
of=$1
out=$2/$(printf '%05d' "$number").jsonl
mkdir -p "$2"
shift 2

if [ -e "$out" ]; then
  echo "$out is there already"
  exit 0
fi
# shellcheck disable=SC2086 # it may be several words
exec ${DENO:-npx -y deno@2.9.6} task predict "$@" --part "$number/$of" --out "$out"
