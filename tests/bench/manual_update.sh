#!/usr/bin/env bash
# The manual's own update.sh (§ 2.2), its steps in its order, repaired just enough to finish on the demo stack.
#
# Each repair says which row of the list of the manual's defects it answers; everything else is as the manual has it, the
# pauses and the "down" included. The repairs are in the manual's favour: none of them makes it slower or the site's
# absence longer. MARKS names a file that gets one line, "name seconds", where the bench wants to know the time.
set -e

UPDATE_TYPE=${1:-maintenance}
# Repair (2.2, "VERSION=latest by default, never equal"): the bench names a version.
VERSION=${2:?version}
ENVIRONMENT=${3:-production}
# Repair (2.3, "different files in the same environment"; 3.1): the folder, file and addresses are handed in.
: "${STACK_DIR:?}" "${EDGE_URL:?}" "${REGISTRY:?}" "${BACKUPS:?}" "${DISCORD_WEBHOOK:?}" "${MARKS:?}"
: "${MONGODUMP?}" "${MONGODUMP_CONFIG?}"
cd "$STACK_DIR"

compose() { docker compose -f compose.yml "$@"; }

mark() { printf '%s %s\n' "$1" "$EPOCHREALTIME" >>"$MARKS"; }

# 1. Prerequisites
check_prerequisites() {
  DISK_USAGE=$(df / | tail -1 | awk '{print $5}' | sed 's/%//')
  if [ "$DISK_USAGE" -gt 85 ]; then
    echo "not enough disk space: ${DISK_USAGE}%"
    exit 1
  fi
  MEMORY_USAGE=$(free | grep Mem | awk '{printf("%.0f", $3/$2 * 100.0)}')
  if [ "$MEMORY_USAGE" -gt 90 ]; then
    echo "not enough memory: ${MEMORY_USAGE}%"
    exit 1
  fi
  if ! curl -f "$EDGE_URL/health" >/dev/null 2>&1; then
    echo "the application does not answer"
    exit 1
  fi
}

# 2. Backup
create_backup() {
  TIMESTAMP=$(date +%Y%m%d_%H%M%S)
  # Repair (2.2, "no credentials"): a configuration file with the address, never in argv.
  # Repair (2.2, "the dump lands in the container's writable layer"): mongodump of the host, to a folder of the host;
  # the stand-in image of the tests has none of its own.
  if [ -n "$MONGODUMP" ]; then
    "$MONGODUMP" --quiet --config "$MONGODUMP_CONFIG" --out "$BACKUPS/backup_pre_update_$TIMESTAMP"
  fi
  tar -czf "$BACKUPS/config_pre_update_$TIMESTAMP.tar.gz" compose.yml .env nginx/nginx.conf
}

# 3. and 7. Notification: the two messages of the manual are good JSON as they are.
notify() {
  curl -sS -X POST "$DISCORD_WEBHOOK" -H "Content-Type: application/json" -d "{\"content\": \"$1\"}"
}

# 4. Deployment
deploy_update() {
  # Repair (2.2, "VERSION=latest"): the release is named in the env file, as the stack wants it; edge as in the manifest.
  sed -i -e "s|^API_IMAGE=.*|API_IMAGE=$REGISTRY/benevoclic/api:$VERSION|" \
    -e "s|^WEB_IMAGE=.*|WEB_IMAGE=$REGISTRY/benevoclic/web:$VERSION|" .env
  # Not a repair of the manual: mongo's image is a local stand-in where no public registry can be reached.
  compose pull --quiet api web edge
  # Repair (2.2, "rollback changes images only"; the data of 1.1.0): update.sh knows no migration, and without it the
  # regression suite fails. Run as migrate.sh of § 3.2 does, while the old release still serves.
  compose run --rm -T --no-deps api npm run migrate:up
  mark down
  compose down
  compose up -d
  mark up
}

# 5. Verification. Repair (2.2, "nothing ever creates :previous"): a failure ends here, there is nothing to go back to.
verify_update() {
  mark sleep
  sleep 30
  mark slept
  if ! curl -f "$EDGE_URL/health" >/dev/null 2>&1; then
    echo "health check failed"
    exit 1
  fi
  VERSION_CHECK=$(curl -s "$EDGE_URL/api/version" | jq -r '.version')
  if [ "$VERSION_CHECK" != "$VERSION" ]; then
    echo "wrong version: $VERSION_CHECK (expected: $VERSION)"
    exit 1
  fi
  mark verified
}

# 6. Regression tests
run_regression_tests() {
  if [ "$UPDATE_TYPE" != "security" ]; then
    mark suites
    # Repair (the real application's npm scripts): they are in the API's image here, there is no checkout on the host.
    compose run --rm -T --no-deps api npm run test:regression
    mark tested
  fi
}

mark begin
check_prerequisites
create_backup
notify "🔄 Mise à jour $UPDATE_TYPE v$VERSION en cours sur $ENVIRONMENT"
deploy_update
verify_update
run_regression_tests
notify "✅ Mise à jour $UPDATE_TYPE v$VERSION réussie sur $ENVIRONMENT"
mark end
