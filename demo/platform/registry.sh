#!/usr/bin/env bash
# A container registry on loopback, so that the demo's images have digests and are pulled as everywhere else.
set -euo pipefail
# shellcheck source=demo/platform/lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
load_settings

name=benevoclic-demo-registry-$REGISTRY_PORT

registry_answers() { [ "$(http_code "http://127.0.0.1:$REGISTRY_PORT/v2/")" = 200 ]; }

if registry_answers; then exit 0; fi
if ! docker start "$name" >/dev/null 2>&1; then
  port_free "$REGISTRY_PORT" ||
    die "port $REGISTRY_PORT of 127.0.0.1 is taken by a program that is no registry: set REGISTRY_PORT in demo/settings.env or in the environment"
  docker run -d --name "$name" --label fr.benevoclic.demo.registry="$REGISTRY_PORT" --restart unless-stopped \
    -p "127.0.0.1:$REGISTRY_PORT:5000" -v "$name:/var/lib/registry" -e REGISTRY_STORAGE_DELETE_ENABLED=true registry:2 >/dev/null
fi
wait_for 20 registry_answers || die "the registry container $name did not answer on 127.0.0.1:$REGISTRY_PORT within 20 s: see docker logs $name"
say "registry on 127.0.0.1:$REGISTRY_PORT"
