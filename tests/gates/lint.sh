#!/usr/bin/env bash
# Formatting, types, rules of Ansible, YAML and shell, and what no file may hold. Changes nothing.
set -euo pipefail
# shellcheck source=tests/gates/lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

shell_scripts() {
  tracked | while IFS= read -r file; do
    case $file in
      *.sh) printf '%s\n' "$file" ;;
      *.*) ;;
      *) if head -c 32 "$file" | grep -aqE '^#!.*\b(ba)?sh'; then printf '%s\n' "$file"; fi ;;
    esac
  done
}

shell_rules() {
  local files
  mapfile -t files < <(shell_scripts)
  shellcheck --external-sources "${files[@]}"
}

# A production lint that found no role, playbook or module to look at would pass too.
ansible_rules() {
  local output
  output=$(ansible-lint --nocolor 2>&1) || { printf '%s\n' "$output"; return 1; }
  grep -qE 'in [0-9]{2,} files processed' <<<"$output" || { printf '%s\n' "$output"; return 1; }
}

# Whoever installs this has their own registries, and their own folders.
REGISTRIES='(pypi|pythonhosted|npmjs|yarnpkg|golang|debian|ubuntu|galaxy\.ansible|(registry-1|index|hub|auth)\.docker)\.(org|com|io)'
HOMES='(^|[^A-Za-z0-9_.~}/-])/(root|home/[a-z][a-z0-9_-]*)(/|[^A-Za-z0-9_-]|$)'

forbidden() {
  local found=0 files locks
  mapfile -t files < <(tracked ':!tests/gates/lint.sh')
  mapfile -t locks < <(tracked '*package-lock.json')
  if grep -nIE -- "https?://[^/ ]*$REGISTRIES" "${files[@]}"; then found=1; fi
  if grep -nIE -- "$HOMES" "${files[@]}"; then found=1; fi
  if grep -nIF -- "$CLONE_DIR/" "${files[@]}"; then found=1; fi
  if grep -nIF -- '"resolved":' "${locks[@]}"; then found=1; fi
  if [ "$found" -ne 0 ]; then echo 'a registry host or a path of one machine: leave it to the configuration'; fi
  return "$found"
}

check 'ruff check' ruff check --no-cache --quiet .
check 'ruff format' ruff format --no-cache --check --quiet .
check 'mypy' mypy --no-error-summary plugins/module_utils plugins/modules plugins/action plugins/callback
check 'yamllint' yamllint --strict .
check 'ansible-lint' ansible_rules
check 'shellcheck' shell_rules
check 'changelog' antsibull-changelog lint
check 'forbidden words' forbidden
conclude
