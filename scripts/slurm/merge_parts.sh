#!/bin/sh
#SBATCH --job-name=marn-merge
#SBATCH --cpus-per-task=4
#SBATCH --mem=12G
#SBATCH --requeue
#
# Joins the parts of an input that prepare_part.sh has made, when all of them are there:
#
#   job=$(sbatch --parsable --array=1-8 scripts/slurm/prepare_part.sh 8 PARTS --mimic DIR --ccs ZIP)
#   sbatch --dependency="afterok:$job" scripts/slurm/merge_parts.sh PARTS --out data
#
# What follows PARTS are options of prepare --merge. --threads 1 repeats word vectors to the bit.
set -eu

if [ "$#" -lt 1 ]; then
  echo "usage: sbatch scripts/slurm/merge_parts.sh PARTS --out DATA" >&2
  exit 2
fi
folder=$1
shift

# shellcheck disable=SC2086 # it may be several words
exec ${DENO:-npx -y deno@2.9.6} task prepare --threads "${SLURM_CPUS_PER_TASK:-1}" "$@" \
  --merge "$folder"/[0-9]*
