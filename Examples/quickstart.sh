#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds outhaul and runs the nightly example against the local cloud: 4 apps, 8 datasets, 7 days, 128 jobs. Then holds the
# ledger against the files, gives the files to another local cloud as an archive of old exports, exports them from there
# again while answers get lost and files are cut, and proves both equal.
# Run it again and nothing is due. The debug build is used because it is ready sooner.
set -euo pipefail
cd "$(dirname "$0")/.."
. Tests/prepare.sh

swift build --product outhaul
outhaul="$(swift build --show-bin-path)/outhaul"
manifest=Examples/nightly/manifest.yaml
state=Examples/nightly/.outhaul
files=$state/local/exports/files
"$outhaul" run "$manifest" --local "$@"
echo "files:  $files/"
"$outhaul" verify "$manifest" --local

echo "the same files as an archive, exported again:"
again=$state/again
for app in shop-android shop-ios club-android club-ios; do
  "$outhaul" cloud import "$files"/*/"$app" --app "${app%-*}/$app" --data "$again/local/cloud"
done
"$outhaul" run "$manifest" --local --state "$again" --fault submit:lost-answer:5% --fault task:truncated:5% "$@"
"$outhaul" compare "$files" "$again/local/exports/files"
