#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Counts the instructions of planning, reading, scheduling, a run and its reports, and holds them against counts.json.
#   Tests/Benchmarks/counts.sh              fails when one has grown by more than 5 %
#   Tests/Benchmarks/counts.sh --renew      writes counts.json
#   Tests/Benchmarks/counts.sh --repeat N   counts everything N times, and fails when they differ by more than 0.01 %
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/Tests/prepare.sh"
outhaul_install valgrind
here=$root/Tests/Benchmarks

outhaul_times=1
case ${1-} in
  '' | --renew) [ $# -le 1 ] ;;
  --repeat) outhaul_times=${2:?"--repeat wants a number"} ;;
  *) false ;;
esac || {
  sed -n '4,6s/^# \{0,1\}//p' "$0" >&2
  exit 64
}

# Where no disk has to be waited for, if there is such a place.
if [ -w /dev/shm ]; then outhaul_place=/dev/shm; else outhaul_place=${TMPDIR:-/tmp}; fi
outhaul_folder=$(mktemp -d "$outhaul_place/outhaul-counts-XXXXXXXX")
trap 'rm -rf "$outhaul_folder"' EXIT

swift build --package-path "$root" --scratch-path "$root/.build-release" -c release --product engine-counts >&2
# As it is installed. What only debuggers read is nothing that valgrind should look through.
strip -o "$outhaul_folder/engine-counts" "$root/.build-release/release/engine-counts"
outhaul_swift=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9.]*[0-9]\).*/\1/p')
/usr/bin/python3 "$here/counts.py" measure "$outhaul_folder/engine-counts" "$outhaul_folder" "$outhaul_swift" "$outhaul_times" \
  >"$outhaul_folder/found.json"
case ${1-} in
  --renew) /usr/bin/python3 "$here/counts.py" renew "$here/counts.json" "$outhaul_folder/found.json" ;;
  *) /usr/bin/python3 "$here/counts.py" compare "$here/counts.json" "$outhaul_folder/found.json" ;;
esac
