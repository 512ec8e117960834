#!/usr/bin/env bash
# Everything the demo and the tests need on this machine. What is there already is left alone.
set -euo pipefail
here="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)"
for part in engine base-images registry app-images; do "$here/$part.sh"; done
