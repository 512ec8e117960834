#!/usr/bin/env bash
# The port of the loopback registry that tests use: one for each state of the images' sources, so that clones at different
# commits never build the same tags under one another. One that the environment names wins.
set -euo pipefail
# shellcheck source=demo/platform/lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

hash=$(files_hash api web edge platform/app-images.sh)
printf '%s\n' "${REGISTRY_PORT:-$((15000 + 16#${hash:0:8} % 10000))}"
