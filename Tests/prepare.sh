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
for outhaul_package in libyaml-dev libsqlite3-dev pkg-config python3-jsonschema python3-venv; do
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

# The official clients, for the tests that hold the local cloud against them; kept with what is built.
outhaul_python=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/.build/python
outhaul_clients="azure-storage-blob==12.31.1 azure-identity==1.27.0"
if [ "$(cat "$outhaul_python/clients" 2>/dev/null)" != "$outhaul_clients" ]; then
  echo "installing $outhaul_clients" >&2
  rm -rf "$outhaul_python"
  /usr/bin/python3 -m venv "$outhaul_python"
  # Two words.
  # shellcheck disable=SC2086
  "$outhaul_python/bin/pip" install -q --disable-pip-version-check $outhaul_clients
  echo "$outhaul_clients" >"$outhaul_python/clients"
fi
