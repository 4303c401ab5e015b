#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run-nightly.sh MANIFEST [OPTION]…: a run for cron. A good night is silent; anything else is printed, for cron to mail.
#
# No flock: the state directory has a lock of its own. A run that finds another at work ends at once with 75, where one that
# waits would begin when its night is over.
set -u
umask 077
# What a crash prints of memory may be a secret.
export SWIFT_BACKTRACE=enable=no
log=$(mktemp) || exit 70
trap 'rm -f "$log"' EXIT

outhaul run "$@" >"$log" 2>&1 &
run=$!
stopped=
# cron sends nothing, but a shutdown does: it is passed on, and the run ends in order.
trap 'stopped=1; kill -TERM "$run" 2>/dev/null' TERM INT HUP
wait "$run"
status=$?
# A signal ends a wait before the run has ended; 127 is a run that was waited for already.
while [ -n "$stopped" ]; do
  stopped=
  wait "$run"
  again=$?
  [ "$again" -eq 127 ] || status=$again
done

case $status in
  0) exit 0 ;;                # all done, or nothing was due
  3) what="some jobs failed or wait; the next night tries them again" ;;
  64 | 65) what="the command line or the manifest is wrong; nothing was run" ;;
  69) what="a service cannot be reached; the next night goes on" ;;
  70) what="a fault, or the disk is full; what was known is written" ;;
  75) what="the run before is still at work; nothing was done" ;;
  77) what="a credential or a permission is missing or refused" ;;
  130 | 143) what="stopped; the next night goes on" ;;
  *) what="ended by something else" ;;
esac
echo "outhaul: status $status: $what"
echo
tail -n 40 "$log"
exit "$status"
