#!/usr/bin/env bash
# image.sh TAG: loads the root of a small server of its own (sshd, sudo, Python without pymongo) into the engine as TAG.
# It is made once, of this machine's own release, so that this machine's docker client runs in it; then it comes from the cache.
set -euo pipefail
# shellcheck source=demo/platform/lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../../../demo/platform/lib.sh"

PACKAGES=python3,openssh-server,sudo

# shellcheck source=/dev/null
root="$CACHE_DIR/tests/ssh-host-$(. /etc/os-release && printf '%s' "$VERSION_CODENAME").tar"
if [ ! -f "$root" ]; then
  mkdir -p "$CACHE_DIR/tests"
  log="$CACHE_DIR/tests/ssh-host.log"
  debian_root "$log" "$PACKAGES" >"$root.$$" || {
    rm -f "$root.$$"
    die "mmdebstrap could not make the SSH host: $(tail -n 1 "$log") (see $log)"
  }
  mv "$root.$$" "$root"
fi
docker import -c "ENV PATH=$ROOT_PATH" "$root" "$1" >/dev/null
