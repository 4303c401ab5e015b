#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Simulates whole histories of runs, each drawn by a seed, and holds them against the promises of the run.
#   Tests/simulate.sh [--seeds N] [--from M]   the seeds M to M + N - 1; 2,000 from 1 when nothing is said
#   Tests/simulate.sh --seed S [--trace]       one again; with every step on standard output
# Builds what is not built. Says one line when every promise is kept; else what each failing seed broke, and how to see
# it again. Ends with 0 when all are kept, 1 when one is broken, 64 when it was called wrongly.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() { sed -n '3,7s/^# \{0,1\}//p' Tests/simulate.sh; }
wrong() {
  echo "simulate.sh: $1" >&2
  usage >&2
  exit 64
}
number() {
  [[ ${2-} =~ ^[1-9][0-9]{0,17}$ ]] || wrong "$1 wants a number from 1 on, not '${2-}'"
  echo "$2"
}

seeds='' from='' seed='' trace=''
while [ $# -gt 0 ]; do
  case $1 in
  --seeds)
    seeds=$(number "$@")
    shift 2
    ;;
  --from)
    from=$(number "$@")
    shift 2
    ;;
  --seed)
    seed=$(number "$@")
    shift 2
    ;;
  --trace)
    trace=1
    shift
    ;;
  -h | --help) usage && exit ;;
  *) wrong "there is no '$1'" ;;
  esac
done
[ -z "$seed" ] || [ -z "$seeds$from" ] || wrong "--seed is one seed: without --seeds and --from"
[ -z "$trace" ] || [ -n "$seed" ] || wrong "--trace goes with --seed"

unset OUTHAUL_SEED OUTHAUL_TRACE
if [ -n "$seed" ]; then
  export OUTHAUL_SEED=$seed
  what="seed $seed"
else
  export OUTHAUL_SEEDS=${seeds:-2000} OUTHAUL_SEED_FROM=${from:-1}
  what="seeds $OUTHAUL_SEED_FROM to $((OUTHAUL_SEED_FROM + OUTHAUL_SEEDS - 1))"
fi

notes=$(mktemp -d)
trap 'rm -rf "$notes"' EXIT
[ -z "$trace" ] || export OUTHAUL_TRACE=$notes/trace
swift build --build-tests >"$notes/build" 2>&1 || { cat "$notes/build" >&2 && exit 1; }

status=0
swift test --skip-build --disable-xctest --filter 'SimulationTests.*every promise is kept' \
  >"$notes/told" 2>&1 || status=$?
[ ! -e "$notes/trace" ] || cat "$notes/trace"
if [ "$status" -eq 0 ] && grep -q 'Test run with 1 test .*passed' "$notes/told"; then
  # Beside a trace, not in it.
  [ -z "$trace" ] || exec >&2
  echo "$what: every promise is kept"
  exit
fi
sed -nE 's/^.*(seed [0-9]+: .*)$/\1/p' "$notes/told" | sort -u -k2n >"$notes/broken"
if [ -s "$notes/broken" ]; then
  cat "$notes/broken" >&2
  first=$(sed -nE '1s/^seed ([0-9]+):.*$/\1/p' "$notes/broken")
  echo "$what: $(wc -l <"$notes/broken") broke a promise; again: Tests/simulate.sh --seed $first --trace" >&2
else
  echo "$what: the tests failed, and not by a seed; the last they said:" >&2
  tail -n 20 "$notes/told" >&2
fi
exit 1
