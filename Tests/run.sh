#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds everything and runs all tests, from nothing, on Debian or Ubuntu with Swift.
#   Tests/run.sh [--filter PATTERN] …   arguments go to the test program
set -euo pipefail
cd "$(dirname "$0")/.."
. Tests/prepare.sh

# The official clients, for the tests that hold the local cloud against them, and the parsers that others read reports with;
# kept with what is built.
outhaul_python=$PWD/.build/python
outhaul_clients="azure-storage-blob==12.31.1 azure-identity==1.27.0 junitparser==5.0.3 prometheus-client==0.26.0"
outhaul_clients+=" openlineage-python==1.54.0 opentelemetry-proto==1.45.2"
if [ "$(cat "$outhaul_python/clients" 2>/dev/null)" != "$outhaul_clients" ]; then
  echo "installing $outhaul_clients" >&2
  rm -rf "$outhaul_python"
  /usr/bin/python3 -m venv "$outhaul_python"
  # Several words.
  # shellcheck disable=SC2086
  "$outhaul_python/bin/pip" install -q --disable-pip-version-check $outhaul_clients
  echo "$outhaul_clients" >"$outhaul_python/clients"
fi

# Programs of others that tests hold the local cloud, the manual page and the scripts of examples under. Where apt has none, as
# Ubuntu, whose chromium is a snap, its tests are skipped.
for outhaul_program in rclone chromium mandoc shellcheck; do
  command -v "$outhaul_program" >/dev/null || outhaul_install "$outhaul_program" \
    || echo "$outhaul_program cannot be installed: the tests that need it are skipped" >&2
done

# The flag refuses an import that a target has not declared: the layers.
swift build --build-tests --explicit-target-dependency-import-check error
# Not by `swift test`, which cannot bound how many tests are under way: of a thousand tests with sockets and programs of
# their own, started at once, the last to get a turn see connections that stood idle for minutes.
outhaul_log=.build/tests.log
set +e
"$(swift build --build-tests --show-bin-path)/outhaulPackageTests.xctest" --testing-library swift-testing \
  --experimental-maximum-parallelization-width "$((4 * $(nproc)))" "$@" 2>&1 | tee "$outhaul_log"
outhaul_status=${PIPESTATUS[0]}
set -e
if [ "$outhaul_status" -ne 0 ]; then
  # What went wrong stands thousands of lines above: each failure with what is told of it, up to the next event.
  sed 's/\x1b\[[0-9;]*m//g' "$outhaul_log" | awk '
    /^✘|Fatal error|Precondition failed|Assertion failed|Program crashed/ { told = 1; found = 1 }
    /^(◇|✔|➜)/ { told = 0 }
    told && lines++ < 300 { print substr($0, 1, 2000) }
    END { if (lines > 300) print "and " lines - 300 " lines more"; exit !found }
  ' >"$outhaul_log.failed" || tail -n 40 "$outhaul_log" >"$outhaul_log.failed"
  echo
  echo "what failed, of $outhaul_log:"
  cat "$outhaul_log.failed"
fi
exit "$outhaul_status"
