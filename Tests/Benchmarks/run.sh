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

# What the plain script needs that runs are held against; kept with what is built. Without it the script is left out.
outhaul_python=$root/Tests/Benchmarks/.build/python
outhaul_needs="aiohttp==3.14.5 uvloop==0.23.0"
outhaul_baseline=()
if [ "$(cat "$outhaul_python/needs" 2>/dev/null)" != "$outhaul_needs" ]; then
  echo "installing $outhaul_needs" >&2
  rm -rf "$outhaul_python"
  # Several words.
  # shellcheck disable=SC2086
  if /usr/bin/python3 -m venv "$outhaul_python" >&2 \
    && "$outhaul_python/bin/pip" install -q --disable-pip-version-check $outhaul_needs >&2; then
    echo "$outhaul_needs" >"$outhaul_python/needs"
  fi
fi
if [ -f "$outhaul_python/needs" ]; then
  outhaul_baseline=(--python "$outhaul_python/bin/python" --script "$root/Tests/Benchmarks/baseline.py")
else
  echo "$outhaul_needs cannot be installed: the plain script is left out" >&2
fi

outhaul_built=$root/Tests/Benchmarks/.build/$outhaul_kind
exec "$outhaul_built/benchmarks" --stand-in "$outhaul_built/stand-in" \
  --description "$root/Sources/ExportServices/Descriptions/azure-mobile-engagement.yaml" \
  --binary "$outhaul_scratch/$outhaul_kind/outhaul" --engine "$outhaul_scratch/$outhaul_kind/engine-benchmarks" \
  ${outhaul_baseline[@]+"${outhaul_baseline[@]}"} "$@"
