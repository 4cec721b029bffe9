#!/usr/bin/env bash
# Makes .venv from requirements.lock, with every member of the workspace as an editable package.
# Leaves at once when neither the lock nor any member has changed since last time.
set -euo pipefail
cd "$(dirname "$0")/../.."

UV_VERSION=0.13.9
stamp=.venv/.sevenstep-setup
members=$(ls -d libs/*/pyproject.toml services/*/pyproject.toml deploy/local/pyproject.toml demo/pyproject.toml 2>/dev/null)
# shellcheck disable=SC2086
state=$(sha256sum requirements.lock $members)
if [ -x .venv/bin/python ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$state" ]; then exit 0; fi

say() { echo "setup: $*"; }
fail() { echo "setup: $*" >&2; exit 1; }

install_packages() { # of Debian, when we may; else the caller tells what is missing
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  say "installing $* (Debian)"
  DEBIAN_FRONTEND=noninteractive apt-get update -qq >/dev/null && \
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null
}

find_python() {
  for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      "$candidate" -c 'import sys; print(sys.executable)'; return
    fi
  done
  return 1
}

find_uv() {
  if [ -x .venv-tools/bin/uv ]; then echo .venv-tools/bin/uv; return; fi
  if command -v uv >/dev/null && uv --version >/dev/null 2>&1; then command -v uv; return; fi
  return 1
}

python=$(find_python) || { install_packages python3 && python=$(find_python); } || \
  fail "Python 3.11 or newer is needed. On Debian: sudo apt-get install -y python3 python3-venv"

if ! uv=$(find_uv); then
  say "fetching uv"
  # A virtual environment of its own: Debian's pip refuses to install into the system.
  "$python" -m venv .venv-tools >/dev/null 2>&1 || { install_packages python3-venv && "$python" -m venv --clear .venv-tools; } || \
    fail "Python's venv is needed. On Debian: sudo apt-get install -y python3-venv"
  .venv-tools/bin/python -m pip install --quiet --disable-pip-version-check "uv==$UV_VERSION" || fail "uv could not be fetched"
  uv=$(find_uv)
fi

mkdir -p build
exec 9>build/.setup.lock
if command -v flock >/dev/null; then flock 9; fi # two commands at once: the second waits

say "installing what requirements.lock names"
[ -x .venv/bin/python ] || "$uv" venv --quiet --python "$python" .venv
# In one step, so that members that are installed already stay so meanwhile. Compiled now, once: else every process of
# the first start compiles the same files at the same time.
for member in $members; do echo "--editable ./$(dirname "$member")"; done > build/members.txt
"$uv" pip sync --quiet --compile-bytecode --python .venv/bin/python requirements.lock build/members.txt
echo "$state" > "$stamp"

if ! command -v docker >/dev/null; then
  say "note: Docker is not here. Nothing here needs it; deploy/compose.yaml and deploy/Dockerfile are for those who have it."
fi
