# shellcheck shell=bash
# What the platform scripts share. Sourced, never run.

PLATFORM_DIR="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)"
DEMO_SOURCE="$(dirname -- "$PLATFORM_DIR")"
CLONE_DIR="$(dirname -- "$DEMO_SOURCE")"
CACHE_DIR="${XDG_CACHE_HOME:-$HOME/.cache}/benevoclic-updates"
export PLATFORM_DIR DEMO_SOURCE CLONE_DIR CACHE_DIR

# Every variable of settings.env can be overridden by the environment.
load_settings() {
  local name value
  while IFS='=' read -r name value; do
    case "$name" in '' | '#'*) continue ;; esac
    [ -n "${!name-}" ] || printf -v "$name" '%s' "$value"
    export "${name?}"
  done <"$DEMO_SOURCE/settings.env"
}

say() { printf '%s\n' "$*" >&2; }

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# as_root COMMAND...: as root, by sudo when we are not.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# wait_for SECONDS COMMAND...: until the command succeeds or the time is over.
wait_for() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.2
  done
}

engine_answers() { docker info --format '{{.ServerVersion}}' >/dev/null 2>&1; }

compose_answers() { docker compose version --short 2>/dev/null | grep -Eq '^v?([2-9]|[1-9][0-9])\.'; }

image_exists() { docker image inspect "$1" >/dev/null 2>&1; }

# files_hash PATH...: one hash of names and contents.
files_hash() {
  (cd "$DEMO_SOURCE" && find "$@" -type f ! -path '*/node_modules/*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum) | sha256sum | cut -c1-16
}

# build_image TAG OPTION...: from a build context on stdin. BuildKit only where the CLI has its plugin; the Dockerfiles need nothing of it.
build_image() {
  local tag=$1 buildkit=0 log="$CACHE_DIR/build.log"
  shift
  if docker buildx version >/dev/null 2>&1; then buildkit=1; fi
  DOCKER_BUILDKIT=$buildkit docker build -q -t "$tag" "$@" - >"$log" 2>&1 || die "image $tag could not be built: $(tail -n 1 "$log") (see $log)"
}

port_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# http_code URL: the status of a GET without curl (a small machine may have none), 000 when nobody answers.
http_code() {
  local address=${1#http://} path host port line
  path=/${address#*/}
  address=${address%%/*}
  host=${address%%:*}
  port=${address##*:}
  line=$(
    { exec 3<>"/dev/tcp/$host/$port"; } 2>/dev/null || exit 0
    printf 'GET %s HTTP/1.0\r\nHost: %s\r\nConnection: close\r\n\r\n' "$path" "$address" >&3
    IFS= read -r -t 5 line <&3 && printf '%s' "$line"
  ) || true
  line=${line#* }
  printf '%s' "${line:0:3}" | grep -E '^[0-9]{3}$' || printf '000\n'
}

# registry_tags PORT REPOSITORY: the tags that the loopback registry holds, one a line.
registry_tags() {
  { exec 3<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || return 0
  printf 'GET /v2/%s/tags/list HTTP/1.0\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' "$2" >&3
  tr ',[]' '\n' <&3 | sed -n 's/^"\(.*\)"$/\1/p'
  exec 3>&-
}

ROOT_PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export ROOT_PATH

# apt_sources CODENAME: the lines of this machine's own apt mirror.
apt_sources() {
  local codename=$1
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT) $(IDENTIFIER)' | sort -u |
    awk -v c="$codename" '$4 == "Packages" && ($2 == c || $2 == c "-security") && ($3 == "main" || $3 == "universe") {print "deb", $1, $2, $3}'
}

# debian_root LOG PACKAGES: a root file system of this machine's own release, by its own apt mirror, as tar on stdout.
debian_root() {
  local log=$1 keyrings=()
  # shellcheck source=/dev/null
  . /etc/os-release
  if ! have mmdebstrap; then
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends mmdebstrap >"$log" 2>&1 || {
      as_root apt-get update >>"$log" 2>&1
      as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends mmdebstrap >>"$log" 2>&1
    } || die "apt-get could not install mmdebstrap: see $log"
  fi
  [ -z "$(compgen -G '/usr/share/keyrings/*archive-keyring.gpg')" ] || keyrings=(--keyring=/usr/share/keyrings)
  apt_sources "$VERSION_CODENAME" |
    as_root mmdebstrap --quiet --variant=minbase --include="$2" "${keyrings[@]}" \
      --aptopt='Acquire::Languages "none"' --dpkgopt=force-unsafe-io \
      --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
      "$VERSION_CODENAME" - - 2>"$log"
}
