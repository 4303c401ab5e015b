#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Simulates whole histories of runs, each drawn by a seed, and holds them against the promises of the run.
#   Tests/simulate.sh [--seeds N] [--from M]   the seeds M to M + N - 1; 2,000 from 1 when nothing is said
#   Tests/simulate.sh --seed S [--trace]       one again; with every step on standard output
set -euo pipefail
cd "$(dirname "$0")/.."

while [ $# -gt 0 ]; do
  case $1 in
  --seeds) export OUTHAUL_SEEDS=${2:?} && shift 2 ;;
  --from) export OUTHAUL_SEED_FROM=${2:?} && shift 2 ;;
  --seed) export OUTHAUL_SEED=${2:?} && shift 2 ;;
  --trace) export OUTHAUL_TRACE=1 && shift ;;
  *) sed -n '3,5s/^# *//p' "$0" >&2 && exit 64 ;;
  esac
done
exec swift test --disable-xctest --filter 'SimulationTests.*every promise is kept'
