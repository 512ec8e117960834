#!/usr/bin/env bash
# venv.sh LOCK: the clone's .venv holds what the lock file names. Installs Python's venv module where it is missing.
set -euo pipefail
here="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=demo/platform/lib.sh
. "$here/lib.sh"

MINIMUM="3, 11"
lock=$1
venv="$CLONE_DIR/.venv"
mark="$venv/.$(basename "$lock" .txt).sha256"
wanted=$(sha256sum <"$lock")
[ "$(cat "$mark" 2>/dev/null)" != "$wanted" ] || exit 0

suits() { have "$1" && "$1" -c "import sys; sys.exit(sys.version_info < ($MINIMUM))"; }

python=
for candidate in python3 python3.13 python3.12 python3.11; do
  if suits "$candidate"; then python=$candidate && break; fi
done
if [ -z "$python" ] || ! "$python" -c 'import ensurepip' 2>/dev/null; then
  have apt-get || die "Python 3.11 or newer with its venv module is needed: install it with this system's package manager"
  [ "$(id -u)" -eq 0 ] || have sudo || die "Python's venv module is missing and this account is not root: ask for the package python3-venv"
  say "installing python3-venv"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
  python=python3
  suits "$python" || die "Python 3.11 or newer is needed (Debian 12, Ubuntu 24.04 and newer have it); found $("$python" --version)"
fi

[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
say "installing $(grep -c '==' "$lock") Python packages into .venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --requirement "$lock"
printf '%s\n' "$wanted" >"$mark"
