#!/usr/bin/env bash
# molecule.sh [SCENARIO]: all scenarios of extensions/molecule, or one. A line each, and all that it said when it failed.
# Writes build/results/molecule.json. Needs the platform (make platform); leaves nothing on the engine.
set -euo pipefail
# shellcheck source=tests/gates/lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

WORK=$CLONE_DIR/build/molecule
RESULTS=$CLONE_DIR/build/results

scenarios() {
  local file
  for file in extensions/molecule/*/molecule.yml; do
    # default only makes what the others start from.
    [ "$file" = extensions/molecule/default/molecule.yml ] || basename -- "$(dirname -- "$file")"
  done
}

stop() {
  printf 'molecule: %s\n' "$*" >&2
  exit 2
}

# name_stack SCENARIO: where its demo stack is and what its Compose project is called, as default/create.yml has them.
name_stack() {
  folder=$WORK/$1
  project=molecule-${1//_/-}-$(printf '%s' "$folder" | sha256sum | cut -c1-6)
}

remove_stack() { DEMO_DIR=$folder PROJECT=$project demo/demo.sh down --keep-images; }

left_behind() {
  local kind filter="label=com.docker.compose.project=$project"
  docker ps --all --filter "$filter" --format 'container {{.Names}}'
  for kind in volume network; do docker "$kind" ls --filter "$filter" --format "$kind {{.Name}}"; done
  docker images --format 'tag {{.Repository}}:{{.Tag}}' | grep -F "benevoclic-updates/$project-" || true
  [ ! -e "$folder" ] || printf 'folder %s\n' "$folder"
}

# carry_out SCENARIO: true when it passed and nothing is left of it.
carry_out() {
  local status=0 left
  MOLECULE_EPHEMERAL_DIRECTORY=$WORK/$1.molecule NO_COLOR=1 PY_COLORS=0 ANSIBLE_NOCOLOR=1 \
    molecule test --no-command-borders --scenario-name "$1" || status=1
  left=$(left_behind)
  if [ -n "$left" ]; then
    status=1
    printf 'left behind, and removed now:\n%s\n' "$left"
    remove_stack || true
  fi
  rm -rf "$WORK/$1.molecule"
  return "$status"
}

# report_results: what was carried out so far, for those that count.
report_results() {
  local IFS=,
  printf '[%s]\n' "${results[*]}" >"$RESULTS/molecule.json"
}

# An interrupted scenario is removed as well.
finish() {
  local status=$?
  if [ -n "$current" ]; then
    remove_stack || true
    rm -rf "$WORK/$current.molecule"
  fi
  exit "$status"
}

mapfile -t known < <(scenarios)
chosen=("${known[@]}")
if [ "$#" -gt 0 ]; then
  [ "$#" -eq 1 ] || stop "usage: tests/gates/molecule.sh [SCENARIO]"
  [[ " ${known[*]} " == *" $1 "* ]] || stop "there is no scenario $1; there are: ${known[*]}"
  chosen=("$1")
fi
command -v molecule >/dev/null || stop "molecule is missing: run 'make venv-dev'"
docker info >/dev/null 2>&1 || stop "the Docker engine does not answer: run 'make platform'"

mkdir -p "$WORK" "$RESULTS"
current=
results=()
trap finish EXIT
trap 'exit 130' INT TERM
for current in "${chosen[@]}"; do
  name_stack "$current"
  log=$RESULTS/molecule-$current.log
  begun=$SECONDS
  outcome=passed
  carry_out "$current" >"$log" 2>&1 </dev/null || outcome=failed
  seconds=$((SECONDS - begun))
  if [ "$outcome" = failed ]; then
    failed_checks+=("$current")
    cat -- "$log"
  fi
  printf 'molecule %s: %s (%d s)\n' "$current" "$outcome" "$seconds"
  results+=("{\"name\": \"$current\", \"outcome\": \"$outcome\", \"seconds\": $seconds}")
  report_results
done
current=
conclude
