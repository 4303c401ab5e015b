#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds everything with a sanitizer, in a place of its own, and runs the tests of runs with it: the engine and its
# simulation, and the program as it is killed, stopped and answered badly.
#   Tests/sanitize.sh [thread|address [FILTER]]   thread when nothing is said
# Ends with 0 when every test passed and nothing was reported, with 66 when anything was: by the tests or by any program
# that they started, killed ones too. Simulates 200 seeds, or as many as $OUTHAUL_SEEDS says.
set -euo pipefail
cd "$(dirname "$0")/.."

kind=${1:-thread}
filter=${2:-'ExportRunTests|OuthaulTests\.(Crash|BadInput|Status|Verify|Gaps|GapsCommand)Tests'}
case $kind in
thread | address) ;;
*)
  sed -n '3,7s/^# \{0,1\}//p' Tests/sanitize.sh >&2
  exit 64
  ;;
esac
. Tests/prepare.sh

outhaul_scratch=$PWD/.build-${kind:0:1}san
outhaul_flags=(--sanitize "$kind" --scratch-path "$outhaul_scratch")
if [ "$kind" = thread ]; then
  mkdir -p "$outhaul_scratch"
  clang -O1 -Wall -Werror -c Tests/sanitize-mutex.c -o "$outhaul_scratch/sanitize-mutex.o"
  outhaul_flags+=(-Xlinker "$outhaul_scratch/sanitize-mutex.o")
fi
swift build --build-tests "${outhaul_flags[@]}"

outhaul_notes=$(mktemp -d)
trap 'rm -rf "$outhaul_notes"' EXIT
# The tests hand these on to the programs that they start. Each process writes its reports to a file of its own.
if [ "$kind" = thread ]; then
  export TSAN_OPTIONS="log_path=$outhaul_notes/report"
else
  # What lives as long as the program is no leak that anybody wants to hear of.
  export ASAN_OPTIONS="log_path=$outhaul_notes/report:detect_leaks=0"
fi
export OUTHAUL_SEEDS=${OUTHAUL_SEEDS:-200}
status=0
swift test --skip-build --disable-xctest "${outhaul_flags[@]}" --filter "$filter" || status=$?

outhaul_reports=$(find "$outhaul_notes" -name 'report*' | wc -l)
find "$outhaul_notes" -name 'report*' -exec cat {} + >&2
echo "$kind sanitizer: $outhaul_reports processes with reports" >&2
[ "$outhaul_reports" -eq 0 ] || exit 66
exit "$status"
