#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what a fresh Debian or Ubuntu with Swift lacks to build this project. Sourced by other scripts.
# Does nothing, and needs no rights, when everything is there.
set -euo pipefail

if ! command -v swift >/dev/null; then
  echo "Swift 6.3 or newer is needed: https://www.swift.org/install" >&2
  exit 1
fi

outhaul_missing=()
for outhaul_package in libyaml-dev libsqlite3-dev pkg-config python3-jsonschema python3-venv zlib1g-dev; do
  dpkg-query -W -f '${Status}' "$outhaul_package" 2>/dev/null | grep -q 'install ok installed' \
    || outhaul_missing+=("$outhaul_package")
done
if [ "${#outhaul_missing[@]}" -gt 0 ]; then
  echo "installing ${outhaul_missing[*]}" >&2
  outhaul_sudo=()
  [ "$(id -u)" -eq 0 ] || outhaul_sudo=(sudo)
  "${outhaul_sudo[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${outhaul_sudo[@]}" apt-get install -y -qq "${outhaul_missing[@]}"
fi
