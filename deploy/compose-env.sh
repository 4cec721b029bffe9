#!/usr/bin/env bash
# Writes deploy/.env with fresh secrets for compose.yaml, once. It is not committed.
set -euo pipefail
cd "$(dirname "$0")"
[ -f .env ] && { echo "deploy/.env is there already"; exit 0; }
random() { head -c "$1" /dev/urandom | base64 | tr -d '\n'; }
umask 177
cat > .env <<END
SEVENSTEP_KEYS_MASTER=$(random 96)
SEVENSTEP_INDEX_KEY=$(random 32)
SEVENSTEP_LINK_KEY=$(random 32)
SEVENSTEP_CLIENT_SECRET=$(random 32 | tr '+/' '-_')
END
echo "deploy/.env written"
