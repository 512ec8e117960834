# shellcheck shell=bash
# The variant "two-projects", the real way: two Compose projects in two folders, fixed container names, an external network
# and images with the fixed tag "latest". Sourced by demo.sh.
# shellcheck disable=SC2034

STACK_FOLDER=$DEMO_DIR
STACK_SECRETS=$DEMO_DIR/api/secrets.env
MONGO_FOLDER=$DEMO_DIR/api/mongo
# PROJECT comes from settings.env, which load_settings reads.
# shellcheck disable=SC2153
PROJECTS=("$PROJECT-api" "$PROJECT-web")

compose_in() {
  local folder=$1
  shift
  docker compose --project-directory "$DEMO_DIR/$folder" --file "$DEMO_DIR/$folder/docker-compose.yml" "$@"
}

install_stack() {
  local folder
  mkdir -p "$DEMO_DIR/api" "$DEMO_DIR/web"
  cp -R "$DEMO_SOURCE/two-projects/api/docker-compose.yml" "$DEMO_SOURCE/stack/mongo" "$DEMO_DIR/api"
  cp -R "$DEMO_SOURCE/two-projects/web/docker-compose.yml" "$DEMO_SOURCE/stack/nginx" "$DEMO_DIR/web"
  for folder in api web; do
    cat >"$DEMO_DIR/$folder/.env" <<ENV
COMPOSE_PROJECT_NAME=$PROJECT-$folder
PREFIX=$PROJECT
EDGE_PORT=$EDGE_PORT
API_PORT=$API_PORT
MONGO_PORT=$MONGO_PORT
DEMO_DIR=$DEMO_DIR
ENV
  done
}

mongo_container() { docker ps -q --filter "name=^$PROJECT-mongo$"; }

start_database() {
  local service
  docker network inspect "$PROJECT-network" >/dev/null 2>&1 ||
    docker network create --label "com.docker.compose.project=$PROJECT-web" "$PROJECT-network" >/dev/null
  # The fixed tags are made once; the updates move them afterwards.
  for service in api web edge; do
    image_exists "$PROJECT/$service:latest" ||
      docker tag "127.0.0.1:$REGISTRY_PORT/benevoclic/$service:$FIRST_VERSION" "$PROJECT/$service:latest"
  done
  compose_quietly api up -d --no-recreate --wait --wait-timeout 90 mongo
}

start_stack() {
  compose_quietly api up -d --no-recreate --wait --wait-timeout 120
  compose_quietly web up -d --no-recreate --wait --wait-timeout 120
}
