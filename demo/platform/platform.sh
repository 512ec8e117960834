#!/usr/bin/env bash
# Everything the demo and the tests need on this machine. What is there already is left alone.
set -euo pipefail
# shellcheck source=demo/platform/lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

# Two at a time would build and start the same things.
mkdir -p "$CACHE_DIR"
exec 9>"$CACHE_DIR/platform.lock"
if have flock; then flock 9; fi
for part in engine base-images registry app-images; do "$PLATFORM_DIR/$part.sh"; done
