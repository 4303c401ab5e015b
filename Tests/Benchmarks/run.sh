#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the program for release, measures it, and prints one table. `--help` tells the arguments.
# With --smoke it looks only whether everything still runs, with the debug build that Tests/run.sh makes.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/Tests/prepare.sh"

outhaul_kind=release
outhaul_scratch=$root/.build-release
for outhaul_argument in "$@"; do
  if [ "$outhaul_argument" = --smoke ]; then
    outhaul_kind=debug
    outhaul_scratch=$root/.build
  fi
done

if [ "$outhaul_kind" = release ] || [ ! -x "$outhaul_scratch/debug/outhaul" ] \
  || [ ! -x "$outhaul_scratch/debug/engine-benchmarks" ]; then
  for outhaul_product in outhaul engine-benchmarks; do
    swift build --package-path "$root" --scratch-path "$outhaul_scratch" -c "$outhaul_kind" \
      --product "$outhaul_product" >&2
  done
fi
swift build --package-path "$root/Tests/Benchmarks" -c "$outhaul_kind" >&2
exec "$root/Tests/Benchmarks/.build/$outhaul_kind/benchmarks" \
  --binary "$outhaul_scratch/$outhaul_kind/outhaul" --engine "$outhaul_scratch/$outhaul_kind/engine-benchmarks" "$@"
