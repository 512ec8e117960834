# shellcheck shell=bash
# The variant "stack": one Compose project, versions in image variables of .env. Sourced by demo.sh.
# shellcheck disable=SC2034
STACK_FOLDER=$DEMO_DIR/stack
STACK_SECRETS=$STACK_FOLDER/secrets.env
MONGO_FOLDER=$STACK_FOLDER/mongo
# PROJECT comes from settings.env, which load_settings reads.
# shellcheck disable=SC2153
PROJECTS=("$PROJECT")

compose_in() {
  local folder=$1
  shift
  docker compose --project-directory "$DEMO_DIR/$folder" "$@"
}

install_stack() {
  mkdir -p "$STACK_FOLDER"
  cp -R "$DEMO_SOURCE"/stack/{compose.yml,nginx,mongo} "$STACK_FOLDER"
  [ -f "$STACK_FOLDER/.env" ] || cat >"$STACK_FOLDER/.env" <<ENV
# Ports and versions of the stack; the versions are changed here by the updates. Secrets are in secrets.env.
PROJECT=$PROJECT
EDGE_PORT=$EDGE_PORT
API_PORT=$API_PORT
MONGO_PORT=$MONGO_PORT
DEMO_DIR=$DEMO_DIR
API_IMAGE=127.0.0.1:$REGISTRY_PORT/benevoclic/api:$FIRST_VERSION
WEB_IMAGE=127.0.0.1:$REGISTRY_PORT/benevoclic/web:$FIRST_VERSION
EDGE_IMAGE=127.0.0.1:$REGISTRY_PORT/benevoclic/edge:$FIRST_VERSION
ENV
}

mongo_container() { compose_in stack ps -q mongo; }

start_database() { compose_quietly stack up -d --no-recreate --wait --wait-timeout 90 mongo; }

start_stack() { compose_quietly stack up -d --no-recreate --wait --wait-timeout 120; }
