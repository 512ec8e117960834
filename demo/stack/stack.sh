# shellcheck shell=bash
# The variant "stack": one Compose project, versions in image variables of .env. Sourced by demo.sh.

# shellcheck disable=SC2034
STACK_FOLDER=$DEMO_DIR/stack
STACK_SECRETS=$STACK_FOLDER/secrets.env
MONGO_FOLDER=$STACK_FOLDER/mongo
PROJECTS=("$PROJECT")

compose() { docker compose --project-directory "$STACK_FOLDER" "$@"; }

install_stack() {
  mkdir -p "$STACK_FOLDER"
  cp -R "$DEMO_SOURCE"/stack/{compose.yml,nginx,mongo} "$STACK_FOLDER"
  [ -f "$STACK_FOLDER/.env" ] || cat >"$STACK_FOLDER/.env" <<ENV
# Ports and versions of the stack; the versions are changed here by the updates. Secrets are in secrets.env.
PROJECT=$PROJECT
EDGE_PORT=$EDGE_PORT
API_PORT=$API_PORT
MONGO_PORT=$MONGO_PORT
API_IMAGE=127.0.0.1:$REGISTRY_PORT/benevoclic/api:$FIRST_VERSION
WEB_IMAGE=127.0.0.1:$REGISTRY_PORT/benevoclic/web:$FIRST_VERSION
EDGE_IMAGE=127.0.0.1:$REGISTRY_PORT/benevoclic/edge:$FIRST_VERSION
ENV
}

mongo_container() { compose ps -q mongo; }

all_running() { [ "$(compose ps -q --status running | wc -l)" -eq 4 ]; }

start_database() { compose_quietly up -d --no-recreate --wait --wait-timeout 90 mongo; }

start_stack() { compose_quietly up -d --no-recreate --wait --wait-timeout 120; }

# Images that are here are not pulled again; Compose's own words only when it fails.
compose_quietly() {
  local log="$DEMO_DIR/compose.log"
  compose --progress plain "$@" >"$log" 2>&1 || die "docker compose $1 failed in $STACK_FOLDER: $(tail -n 1 "$log") (see $log)"
}

remove_extras() { :; }
