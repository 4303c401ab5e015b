#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds outhaul and runs the nightly example against the local cloud: 4 apps, 8 datasets, 7 days, 128 jobs.
# Run it again and nothing is due. The debug build is used because it is ready sooner.
set -euo pipefail
cd "$(dirname "$0")/.."
. Tests/prepare.sh

swift build --product outhaul
outhaul="$(swift build --show-bin-path)/outhaul"
"$outhaul" run Examples/nightly/manifest.yaml --local "$@"
echo "files:  Examples/nightly/.outhaul/local/exports/files/"
