#!/bin/sh
# Installs what the set-up suite needs, unless it is there: the aws command and moto's server from
# PyPI in a virtual environment under the user's cache folder, and shellcheck from Debian.
set -eu

requirements=$(dirname "$0")/requirements.txt
cache=${XDG_CACHE_HOME:-$HOME/.cache}/dataflow-aws-identity/setup
venv=$cache/venv

# install_package NAME: from Debian, where this is Debian and the user may.
install_package() {
  if command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; then
    apt-get update -q >&2
    apt-get install -qy --no-install-recommends "$1" >&2
  else
    printf 'The set-up suite needs %s; on Debian: sudo apt-get install %s\n' "$1" "$1" >&2
    exit 1
  fi
}

command -v shellcheck >/dev/null || install_package shellcheck
command -v python3 >/dev/null || install_package python3

# The copy of the requirements is made last: with it, the environment is complete and up to date.
if ! cmp -s "$requirements" "$venv/requirements.txt"; then
  rm -rf "$venv"
  mkdir -p "$cache"
  python3 -m venv "$venv" >/dev/null || {
    install_package python3-venv
    python3 -m venv "$venv"
  }
  "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements" >&2
  cp "$requirements" "$venv/requirements.txt"
fi
