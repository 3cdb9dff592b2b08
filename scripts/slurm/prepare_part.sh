#!/bin/sh
#SBATCH --job-name=marn-prepare
#SBATCH --cpus-per-task=2
#SBATCH --mem=6G
#SBATCH --requeue
#
# Prepares one of several parts of an input, as a task of an array of jobs:
#
#   sbatch --array=1-8 scripts/slurm/prepare_part.sh 8 PARTS --mimic DIR --ccs ZIP --split caml
#
# 8 is the number of parts, PARTS a folder that all machines share: part 3 becomes PARTS/3. What follows
# are the options of prepare, as one machine would be given them. Submitted in the program's folder. A
# part that is there is left as it is, so that the same line makes what is missing; --array=3 makes one.
# Then merge_parts.sh joins them. DENO names another way to start Deno.
set -eu

if [ "$#" -lt 2 ] || [ -z "${SLURM_ARRAY_TASK_ID:-}" ]; then
  echo "usage: sbatch --array=1-N scripts/slurm/prepare_part.sh N PARTS OPTIONS..." >&2
  exit 2
fi
number=$SLURM_ARRAY_TASK_ID
of=$1
folder=$2
shift 2

if [ -e "$folder/$number/part.json" ]; then
  echo "$folder/$number is there already"
  exit 0
fi
mkdir -p "$folder"
# shellcheck disable=SC2086 # it may be several words
exec ${DENO:-npx -y deno@2.9.6} task prepare "$@" --part "$number/$of" --out "$folder/$number" \
  --threads "${SLURM_CPUS_PER_TASK:-1}"
