#!/usr/bin/env bash
# Re-makes requirements.lock: every package of every member with its hashes, without addresses.
set -euo pipefail
cd "$(dirname "$0")/../.."
uv=.venv-tools/bin/uv
[ -x "$uv" ] || uv=uv
"$uv" pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
  --no-emit-package sevenstep-contracts --no-emit-package sevenstep-chassis --group dev \
  pyproject.toml libs/*/pyproject.toml services/*/pyproject.toml deploy/local/pyproject.toml demo/pyproject.toml \
  -o requirements.lock
