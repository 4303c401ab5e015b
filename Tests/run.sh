#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds everything and runs all tests, from nothing, on Debian or Ubuntu with Swift. Arguments go to `swift test`.
set -euo pipefail
cd "$(dirname "$0")/.."
. Tests/prepare.sh

# The flag refuses an import that a target has not declared: the layers.
swift build --build-tests --explicit-target-dependency-import-check error
swift test --skip-build --disable-xctest "$@"
