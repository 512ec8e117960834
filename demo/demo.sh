#!/usr/bin/env bash
# The demo stack: demo.sh up | down [--keep-images] | info, for the variant "stack" (default) or "two-projects".
#
# The environment moves it: DEMO_DIR (its folder), PROJECT, EDGE_PORT, API_PORT, MONGO_PORT, REGISTRY_PORT, DEMO_VARIANT,
# DEMO_INVENTORY. Several demos run side by side when each has its own folder, project and ports.
set -euo pipefail
here="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=demo/platform/lib.sh
. "$here/platform/lib.sh"

FIRST_VERSION=1.0.0
DEMO_VARIANT=${DEMO_VARIANT:-stack}

usage() { die "usage: demo/demo.sh up | down [--keep-images] | info (see the head of demo/demo.sh for the variables)"; }

# A demo that exists keeps the names and ports that it was made with.
settle() {
  DEMO_DIR=${DEMO_DIR:-$CLONE_DIR/build/demo}
  case "$DEMO_DIR" in /*) ;; *) DEMO_DIR=$PWD/$DEMO_DIR ;; esac
  mark="$DEMO_DIR/.benevoclic-demo" # the folder is ours, however far we came
  made="$DEMO_DIR/settings.env"     # it is complete, and made with these settings
  if [ -f "$made" ]; then
    # shellcheck source=/dev/null
    . "$made"
  fi
  load_settings
  # shellcheck source=demo/stack/stack.sh
  . "$here/$DEMO_VARIANT/stack.sh" 2>/dev/null || die "DEMO_VARIANT is $DEMO_VARIANT, expected stack or two-projects"
}

need_engine() { engine_answers || die "the Docker engine does not answer: run demo/platform/platform.sh first (make platform)"; }

# --- who holds a port, or the project's name ---------------------------------------------------------------------------

# Every container and volume of a demo carries the folder of that demo.
FOLDER_LABEL=fr.benevoclic.demo.folder

label_of() { docker "$1" inspect --format "{{index .${4:-}Labels \"$3\"}}" "$2"; }

container_label() { label_of container "$1" "$2" Config.; }

remove_project() {
  local containers volumes networks filter="label=com.docker.compose.project=$1"
  containers=$(docker ps -aq --filter "$filter")
  # shellcheck disable=SC2086
  [ -z "$containers" ] || docker rm -f $containers >/dev/null
  volumes=$(docker volume ls -q --filter "$filter")
  # shellcheck disable=SC2086
  [ -z "$volumes" ] || docker volume rm $volumes >/dev/null
  networks=$(docker network ls -q --filter "$filter")
  # shellcheck disable=SC2086
  [ -z "$networks" ] || docker network rm $networks >/dev/null
}

# settle_holder FOLDER PROJECT HELD CURE: a demo whose folder is gone is removed; any other holder is named.
settle_holder() {
  [ -n "$1" ] || die "$3 by something that is no demo of ours (Compose project ${2:-none}): $4"
  if [ "$1" = "$DEMO_DIR" ]; then
    # Ours: kept, unless the folder with its passwords was deleted under it.
    [ ! -f "$made" ] || return 0
  elif [ -d "$1" ]; then
    die "$3 by the demo in $1: run 'make demo-down' in its clone, or $4"
  fi
  say "removing the demo $2: its folder $1 is gone"
  remove_project "$2"
}

check_ports() {
  local name port holder cure
  for name in EDGE_PORT API_PORT MONGO_PORT; do
    port=${!name}
    cure="set $name in demo/settings.env (or in the environment) to a free port"
    [ ! -f "$made" ] || cure="free it, or run 'make demo-down' (the data goes) and $cure"
    holder=$(docker ps -q --filter "publish=$port" | head -n 1)
    if [ -n "$holder" ]; then
      settle_holder "$(container_label "$holder" $FOLDER_LABEL)" "$(container_label "$holder" com.docker.compose.project)" \
        "port $port of 127.0.0.1 is held" "$cure"
    elif ! port_free "$port"; then
      die "port $port of 127.0.0.1 is held by another program: $cure"
    fi
  done
}

# folders_of PROJECT: the demo folders that its containers and volumes name ("-" where one names none).
folders_of() {
  local filter="label=com.docker.compose.project=$1" item folder
  for item in $(docker ps -aq --filter "$filter"); do
    folder=$(container_label "$item" $FOLDER_LABEL)
    printf '%s\n' "${folder:--}"
  done
  for item in $(docker volume ls -q --filter "$filter"); do
    folder=$(label_of volume "$item" $FOLDER_LABEL)
    printf '%s\n' "${folder:--}"
  done
}

check_projects() {
  local project folder
  for project in "${PROJECTS[@]}"; do
    while read -r folder; do
      settle_holder "${folder#-}" "$project" "the Compose project name $project is held" \
        "set PROJECT in demo/settings.env (or in the environment) to another name"
    done < <(folders_of "$project" | sort -u)
  done
}

# --- up ----------------------------------------------------------------------------------------------------------------

random_hex() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }

# secret_file PATH: content on stdin, readable by its owner only, never written twice.
secret_file() {
  if [ -f "$1" ]; then cat >/dev/null; else (umask 077 && cat >"$1.part" && mv "$1.part" "$1"); fi
}

make_folder() {
  [ -f "$mark" ] || [ -z "$(ls -A "$DEMO_DIR" 2>/dev/null)" ] ||
    die "the folder $DEMO_DIR is not empty and holds no demo: set DEMO_DIR to a folder that is empty or does not exist yet"
  mkdir -p "$DEMO_DIR"
  touch "$mark"
  mkdir -p "$DEMO_DIR/backups" "$DEMO_DIR/state" "$DEMO_DIR/secrets"
  chmod 0700 "$DEMO_DIR/backups" "$DEMO_DIR/secrets"
  local app
  secret_file "$DEMO_DIR/secrets/database.env" <<SECRETS
MONGODB_ROOT_PASSWORD=$(random_hex 16)
MONGODB_APP_PASSWORD=$(random_hex 16)
MONGODB_UPDATES_PASSWORD=$(random_hex 16)
SECRETS
  app=$(sed -n 's/^MONGODB_APP_PASSWORD=//p' "$DEMO_DIR/secrets/database.env")
  install_stack
  secret_file "$STACK_SECRETS" <<SECRETS
MONGODB_URI=mongodb://benevoclic_app:$app@mongo:27017/benevoclic?authSource=benevoclic&replicaSet=rs0
SECRETS
  random_hex 64 | secret_file "$MONGO_FOLDER/replica.key"
  cat >"$made.part" <<SETTINGS
DEMO_VARIANT=$DEMO_VARIANT
PROJECT=$PROJECT
EDGE_PORT=$EDGE_PORT
API_PORT=$API_PORT
MONGO_PORT=$MONGO_PORT
REGISTRY_PORT=$REGISTRY_PORT
SETTINGS
  mv "$made.part" "$made"
}

# Replica set, accounts, data: from inside the network of mongo, where the first account may be made. Data that people
# changed since is left alone: it is only filled in while the first filling was not finished.
prepare_database() {
  local log="$DEMO_DIR/setup.log" unfinished=1
  [ ! -f "$DEMO_DIR/seeded" ] || unfinished=
  docker run --rm --network "container:$(mongo_container)" --env-file "$DEMO_DIR/secrets/database.env" --env "SEED=$unfinished" \
    "127.0.0.1:$REGISTRY_PORT/benevoclic/api:$FIRST_VERSION" node scripts/setup.js >"$log" 2>&1 ||
    die "the database could not be set up: $(grep -m 1 Error "$log") (see $log)"
  say "database: $(tail -n 1 "$log")"
  touch "$DEMO_DIR/seeded"
}

# compose_quietly FOLDER COMMAND...: Compose's own words only when it fails. Nothing is pulled that is here.
compose_quietly() {
  local log="$DEMO_DIR/compose.log"
  compose_in "$@" >"$log" 2>&1 || die "docker compose $2 failed in $DEMO_DIR/$1: $(tail -n 1 "$log") (see $log)"
}

all_running() { [ "$(docker ps -q --filter "label=$FOLDER_LABEL=$DEMO_DIR" | wc -l)" -eq 4 ]; }

site_answers() {
  [ "$(http_code "http://127.0.0.1:$EDGE_PORT/health")" = 200 ] && [ "$(http_code "http://127.0.0.1:$API_PORT/health")" = 200 ] &&
    [ "$(http_code "http://127.0.0.1:$EDGE_PORT/")" = 200 ]
}

up() {
  need_engine
  if [ -f "$made" ] && [ -f "$DEMO_DIR/seeded" ] && site_answers && all_running; then
    say "the demo is up: http://127.0.0.1:$EDGE_PORT (nothing to do)"
    return
  fi
  check_projects
  check_ports
  [ -f "$made" ] || make_folder
  start_database
  prepare_database
  start_stack
  wait_for 60 site_answers || die "the demo is started, yet http://127.0.0.1:$EDGE_PORT does not answer everywhere within 60 s: see docker compose logs in $DEMO_DIR"
  say "the demo is up: http://127.0.0.1:$EDGE_PORT (API: http://127.0.0.1:$API_PORT)"
}

# --- down --------------------------------------------------------------------------------------------------------------

other_demos() { docker ps -aq --filter "label=$FOLDER_LABEL"; }

# The tags that updates made to protect this stack's releases, and the fixed tags of the variant.
remove_own_tags() {
  local tags
  tags=$(docker images --format '{{.Repository}}:{{.Tag}}' | grep -E "^(benevoclic-updates/$PROJECT-(api|web|edge|mongo):|$PROJECT/)" || true)
  # shellcheck disable=SC2086
  [ -z "$tags" ] || docker rmi $tags >/dev/null
}

# What all demos of this machine share goes with the last of them.
remove_shared() {
  local image name
  [ -z "$(other_demos)" ] || return 0
  for image in $(docker images -q --filter label=fr.benevoclic.demo.image | sort -u); do
    docker rmi -f "$image" >/dev/null 2>&1 || say "image $image is kept: a container that is no demo's uses it"
  done
  for name in $(docker ps -a --filter label=fr.benevoclic.demo.registry --format '{{.Names}}'); do
    docker rm -f "$name" >/dev/null
    docker volume rm "$name" >/dev/null
  done
}

down() {
  local keep=${1:-} project folder
  [ -z "$keep" ] || [ "$keep" = --keep-images ] || usage
  need_engine
  for project in "${PROJECTS[@]}"; do
    while read -r folder; do
      [ "$folder" = "$DEMO_DIR" ] || die "the Compose project $project belongs to ${folder#-}, not to $DEMO_DIR: nothing was removed"
    done < <(folders_of "$project" | sort -u)
  done
  for project in "${PROJECTS[@]}"; do remove_project "$project"; done
  remove_own_tags
  [ "$keep" = --keep-images ] || remove_shared
  if [ -f "$mark" ] || [ -f "$made" ]; then rm -rf "$DEMO_DIR"; fi
  say "the demo in $DEMO_DIR is removed"
}

# --- info --------------------------------------------------------------------------------------------------------------

info() {
  [ -f "$made" ] || die "there is no demo in $DEMO_DIR: run 'make demo-up' first"
  local updates
  updates=$(sed -n 's/^MONGODB_UPDATES_PASSWORD=//p' "$DEMO_DIR/secrets/database.env")
  cat <<JSON
{
  "edge_url": "http://127.0.0.1:$EDGE_PORT",
  "api_url": "http://127.0.0.1:$API_PORT",
  "mongodb_uri": "mongodb://benevoclic_updates:$updates@127.0.0.1:$MONGO_PORT/?authSource=admin&directConnection=true",
  "database": "benevoclic",
  "project": "$PROJECT",
  "state_dir": "$DEMO_DIR/state",
  "backup_dir": "$DEMO_DIR/backups",
  "inventory": "${DEMO_INVENTORY:-$CLONE_DIR/inventories/dev}",
  "registry": "127.0.0.1:$REGISTRY_PORT",
  "directory": "$STACK_FOLDER",
  "variant": "$DEMO_VARIANT"
}
JSON
}

case "${1:-}" in
  up | down | info)
    settle
    "$@"
    ;;
  *) usage ;;
esac
