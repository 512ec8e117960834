# shellcheck shell=bash
# What the gates share. Sourced, never run.

CLONE_DIR="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)"
cd -- "$CLONE_DIR" || exit
export PATH="$CLONE_DIR/.venv/bin:$PATH"
export PYTHONPATH="$CLONE_DIR/.ansible/collections"
export ANSIBLE_CONFIG="$CLONE_DIR/ansible.cfg"
export LC_ALL=C.UTF-8

failed_checks=()

# check NAME COMMAND...: one line when all is well, everything that it said when not; the gate goes on either way.
check() {
  local name=$1 output begun=$SECONDS
  shift
  if output=$("$@" 2>&1); then
    printf 'ok      %-18s %3d s\n' "$name" "$((SECONDS - begun))"
  else
    failed_checks+=("$name")
    printf 'FAILED  %-18s %3d s\n%s\n' "$name" "$((SECONDS - begun))" "$output"
  fi
}

# conclude: the gate's verdict.
conclude() {
  if [ "${#failed_checks[@]}" -gt 0 ]; then
    printf 'failed: %s\n' "${failed_checks[*]}"
    exit 1
  fi
}

# tracked PATTERN...: the files of the project, new ones included, that still exist.
tracked() {
  git ls-files --cached --others --exclude-standard -- "$@" | while IFS= read -r file; do
    if [ -f "$file" ] && [ ! -L "$file" ]; then printf '%s\n' "$file"; fi
  done
}
