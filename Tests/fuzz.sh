#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Gives the readers of YAML, manifests, descriptions and plans bad input for some time.
#   Tests/fuzz.sh SECONDS [SEED [yaml|manifest|description|plan]]
# The seed is one of the clock's when none is given. What fails is written to $TMPDIR/outhaul-fuzz.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -ge 1 ] || { sed -n '3,5s/^# *//p' "$0" >&2; exit 64; }

export OUTHAUL_FUZZ=$1
export OUTHAUL_FUZZ_SEED=${2:-$(date +%s%N)}
[ $# -lt 3 ] || export OUTHAUL_FUZZ_TARGET=$3
notes=${TMPDIR:-/tmp}/outhaul-fuzz
rm -f "$notes"/*.seed
status=0
swift test --disable-xctest --filter FuzzTests || status=$?
for note in "$notes"/*.seed; do
  [ -e "$note" ] || continue
  target=$(basename "$note" .seed)
  echo "the run ended while seed $((10#$(cat "$note"))) of $target was tried; again:" >&2
  echo "  Tests/fuzz.sh 1 $((10#$(cat "$note"))) $target" >&2
done
exit "$status"
