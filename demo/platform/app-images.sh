#!/usr/bin/env bash
# The demo's images of every release, good and bad, in the loopback registry. Built again only when their sources changed.
set -euo pipefail
# shellcheck source=demo/platform/lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
load_settings

REGISTRY=127.0.0.1:$REGISTRY_PORT
LABEL=fr.benevoclic.demo.source
# service, version, features, defect
RELEASES=(
  "api 1.0.0 - -" "web 1.0.0 - -" "edge 1.0.0 - -"
  "api 1.1.0 preferences -" "web 1.1.0 - -"
  "api 1.1.1 preferences -"
  "api 1.2.0 preferences -" "web 1.2.0 - -" "edge 1.2.0 - -"
  "api 1.3.0 preferences,names -" "web 1.3.0 - -"
  "api 1.9.0-crash - crash" "api 1.9.1-unhealthy - unhealthy" "api 1.9.2-wrong-version - wrong-version"
  "api 1.9.3-late-crash - late-crash" "api 1.9.4-errors - errors" "api 1.9.5-bad-migration - bad-migration" "api 1.9.6-slow-start - slow-start"
)

reference() { printf '%s/benevoclic/%s:%s\n' "$REGISTRY" "$1" "$2"; }

# The packages of the API, by the lock file, kept in the cache: npm of the machine, else of the base image.
api_packages() {
  local folder part
  folder="$CACHE_DIR/npm/$(files_hash api/package-lock.json)"
  if [ ! -d "$folder/node_modules" ]; then
    say "installing the API's packages"
    part="$folder.part"
    rm -rf "$part"
    mkdir -p "$part"
    cp "$DEMO_SOURCE"/api/{package.json,package-lock.json,.npmrc} "$part"
    npm_ci "$part"
    mv "$part" "$folder"
  fi
  printf '%s\n' "$folder"
}

npm_ci() {
  local log="$CACHE_DIR/npm.log"
  if have npm; then
    (cd "$1" && npm ci --omit=dev --ignore-scripts >"$log" 2>&1) || die "npm could not install the API's packages: $(grep -m 1 -i error "$log") (see $log)"
    return
  fi
  local authorities=/etc/ssl/certs/ca-certificates.crt options=()
  [ ! -f "$authorities" ] || options=(-v "$authorities:$authorities:ro" -e "NODE_EXTRA_CA_CERTS=$authorities")
  docker run --rm --network host --user "$(id -u):$(id -g)" -e HOME=/tmp -v "$1:/work" -w /work "${options[@]}" \
    node:20-bookworm-slim npm ci --omit=dev --ignore-scripts >"$log" 2>&1 ||
    die "npm could not install the API's packages: $(grep -m 1 -i error "$log") (see $log)"
}

# context SERVICE: the build context as a tar, with nothing in it that varies between two checkouts.
context() {
  local packages=() fixed=(--sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 '--mode=u+rwX,go+rX,go-w')
  [ "$1" != api ] || packages=(-C "$(api_packages)" node_modules)
  tar -c "${fixed[@]}" --anchored --exclude=./node_modules --exclude=./dist -C "$DEMO_SOURCE/$1" . "${packages[@]}"
}

build() {
  local service=$1 version=$2 features=${3#-} defect=${4#-} hash=$5 options=()
  [ -z "$features" ] || options+=(--build-arg "FEATURES=$features")
  [ -z "$defect" ] || options+=(--build-arg "DEFECT=$defect")
  build_image "$(reference "$service" "$version")" --build-arg "VERSION=$version" "${options[@]}" \
    --label "$LABEL=$hash" --label "fr.benevoclic.demo.image=$service" <"$contexts/$service.tar"
}

push() {
  docker push -q "$1" >/dev/null || die "image $1 could not be pushed to the loopback registry"
}

# source_hash SERVICE: of its folder and its base image; what the built images carry as a label.
source_hash() {
  local base
  base=$(sed -n 's/^FROM //p' "$DEMO_SOURCE/$1/Dockerfile")
  printf '%s %s\n' "$(files_hash "$1" platform/app-images.sh)" "$(docker image inspect --format '{{.Id}}' "$base")" | sha256sum | cut -c1-16
}

contexts=$(mktemp -d)
trap 'rm -rf "$contexts"' EXIT
mkdir -p "$CACHE_DIR"

declare -A hashes=() built=() pushed=()
for service in api web edge; do
  hashes[$service]=$(source_hash "$service")
  while read -r tag; do pushed[$service:$tag]=1; done < <(registry_tags "$REGISTRY_PORT" "benevoclic/$service")
done
references=()
for release in "${RELEASES[@]}"; do
  read -r service version _ _ <<<"$release"
  references+=("$(reference "$service" "$version")")
done
while read -r tag hash; do
  [ -z "$tag" ] || built[$tag]=$hash
done < <(docker image inspect --format "{{range .RepoTags}}{{.}} {{index \$.Config.Labels \"$LABEL\"}}
{{end}}" "${references[@]}" 2>/dev/null || true)

count=0
for release in "${RELEASES[@]}"; do
  read -r service version features defect <<<"$release"
  tag=$(reference "$service" "$version")
  hash=${hashes[$service]}
  if [ "${built[$tag]:-}" != "$hash" ]; then
    [ -f "$contexts/$service.tar" ] || context "$service" >"$contexts/$service.tar"
    build "$service" "$version" "$features" "$defect" "$hash"
  elif [ -n "${pushed[$service:$version]:-}" ]; then
    continue
  fi
  push "$tag"
  count=$((count + 1))
done
[ "$count" -eq 0 ] || say "$count images of the demo in the registry $REGISTRY"
