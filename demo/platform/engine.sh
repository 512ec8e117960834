#!/usr/bin/env bash
# A Docker engine that answers and Compose v2: what is missing is installed, what is there is left alone.
set -euo pipefail
# shellcheck source=demo/platform/lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

# Debian 12 has no Compose v2; the build of the next release runs on its libc.
COMPOSE_DONOR_SUITE=trixie
PID_FILE=/var/run/docker.pid

check_preconditions() {
  [ "$(uname -s)" = Linux ] ||
    die "the demo needs Linux, this is $(uname -s): use a Debian 12 or Ubuntu 22.04 (or newer) machine"
  have apt-get ||
    die "no usable Docker engine with Compose v2 here, and no apt-get to install one: install Docker Engine and the Compose plugin, then repeat"
  [ "$(id -u)" -eq 0 ] || have sudo ||
    die "no usable Docker engine with Compose v2 for user $(id -un), and neither root nor sudo to install one: run this as root once, or ask an administrator for both and for membership of the group docker"
}

apt_install() {
  local log=/dev/null
  mkdir -p "$CACHE_DIR" && log="$CACHE_DIR/apt.log"
  if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >"$log" 2>&1; then
    as_root apt-get update >>"$log" 2>&1 || true
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >>"$log" 2>&1 ||
      die "apt-get could not install $*: $(grep -E '^E:' "$log" | tail -n 1) (whole output in $log)"
  fi
}

install_engine() {
  if ! have dockerd; then
    say "installing the Docker engine"
    local packages=(docker.io)
    [ "$(id -u)" -eq 0 ] || packages+=(acl)
    # Only recommended, yet no container starts without it where the kernel has AppArmor on.
    if grep -qs Y /sys/module/apparmor/parameters/enabled && ! have apparmor_parser; then packages+=(apparmor); fi
    apt_install "${packages[@]}"
  fi
  # A package of its own since Debian 13.
  have docker || apt_install docker-cli
}

# A pid file that an earlier boot left behind names nobody, or some other program, or one that was killed and not yet reaped.
dockerd_runs() { grep -q '(dockerd) [^XZ]' "/proc/$(as_root cat "$PID_FILE" 2>/dev/null)/stat" 2>/dev/null; }

launch_engine() {
  say "starting the Docker engine (no init system does)"
  as_root rm -f "$PID_FILE"
  as_root sh -c 'setsid nohup dockerd >>/var/log/dockerd.log 2>&1 </dev/null &' 9>&-
}

# An engine that is on its way is waited for; one that is about to end, or that ended at once, is started again.
engine_started() {
  as_root docker info >/dev/null 2>&1 && return
  if [ ! -d /run/systemd/system ] && [ "$SECONDS" -ge "$next_launch" ] && ! dockerd_runs; then
    launch_engine
    next_launch=$((SECONDS + 10))
  fi
  return 1
}

start_engine() {
  engine_answers && return
  local next_launch=0
  if [ -d /run/systemd/system ]; then as_root systemctl start docker; fi
  wait_for 60 engine_started || die "the Docker engine did not answer within 60 s: see /var/log/dockerd.log or journalctl -u docker"
}

# A new member of the group docker is one only after the next login: the ACL serves until then.
grant_engine() {
  engine_answers && return
  as_root usermod -aG docker "$(id -un)"
  as_root setfacl -m "u:$(id -un):rw" /var/run/docker.sock 2>/dev/null || true
  engine_answers || die "user $(id -un) was added to the group docker just now: log in again (or run: newgrp docker), then repeat"
}

# fetch_donor_deb PACKAGE FOLDER: a package of the donor suite, by the machine's own apt mirror, without adding the suite to the machine.
fetch_donor_deb() {
  local apt="$2/apt" uri
  # shellcheck disable=SC2016
  uri=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT) $(IDENTIFIER)' |
    awk -v suite="$VERSION_CODENAME" '$2 == suite && $3 == "main" && $4 == "Packages" {print $1; exit}')
  [ -n "$uri" ] || die "no apt source for $VERSION_CODENAME main found on this machine, so Compose v2 cannot be fetched: install the Compose v2 plugin, then repeat"
  mkdir -p "$apt/lists/partial" "$apt/archives/partial"
  printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$uri" "$COMPOSE_DONOR_SUITE" >"$apt/sources.list"
  local options=(-o "Dir::Etc::SourceList=$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null -o "Dir::State::Lists=$apt/lists"
    -o "Dir::Cache=$apt" -o APT::Sandbox::User= -o Acquire::Languages=none)
  { apt-get "${options[@]}" update && cd "$2" && apt-get "${options[@]}" download "$1" && cd "$OLDPWD"; } >"$apt/log" 2>&1 ||
    die "could not fetch $1 of $COMPOSE_DONOR_SUITE for Compose v2: $(grep -E '^[EW]:' "$apt/log" | tail -n 1)"
  rm -rf "$apt"
}

install_compose() {
  compose_answers && return
  say "installing Compose v2"
  # shellcheck source=/dev/null
  . /etc/os-release
  local package plugin
  for package in docker-compose-v2 docker-compose-plugin; do
    if apt-cache show "$package" >/dev/null 2>&1; then
      apt_install "$package"
      compose_answers && return
    fi
  done
  if [ "${VERSION_CODENAME:-}" != bookworm ]; then
    apt_install docker-compose
    compose_answers || die "this system's docker-compose is no Compose v2 plugin: install one, then repeat"
    return
  fi
  plugin="$CACHE_DIR/compose/docker-compose"
  if [ ! -x "$plugin" ]; then
    mkdir -p "$CACHE_DIR/compose"
    fetch_donor_deb docker-compose "$CACHE_DIR/compose"
    dpkg-deb -x "$CACHE_DIR"/compose/docker-compose_*.deb "$CACHE_DIR/compose/root"
    install -m 0755 "$(find "$CACHE_DIR/compose/root/usr" -name docker-compose -type f -perm -u+x | head -n 1)" "$plugin"
    rm -rf "$CACHE_DIR/compose/root"
  fi
  as_root install -D -m 0755 "$plugin" /usr/libexec/docker/cli-plugins/docker-compose
  compose_answers || die "the Compose v2 plugin was installed, yet 'docker compose version' does not answer"
}

engine_answers && compose_answers && exit 0
check_preconditions
install_engine
start_engine
grant_engine
install_compose
say "Docker engine $(docker info --format '{{.ServerVersion}}'), Compose $(docker compose version --short)"
