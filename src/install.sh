#!/bin/sh
# Run by `npm start` and before `npm test`: installs what this machine lacks, and says so on stderr.
# Usage: sh src/install.sh start|packages|test
set -eu

say() { echo "netlog: $*" >&2; }

# What npm itself says belongs on stderr as well: stdout is for netlog's lines.
install_packages() {
  case $1 in
    start | packages) wanted=node_modules/pino omit=--omit=dev ;;
    test) wanted=node_modules/typescript omit= ;;
  esac
  # One at a time, where there is flock: two of npm's at work in one folder undo each other.
  exec 9<package-lock.json
  if command -v flock >/dev/null 2>&1; then flock 9; fi
  # npm writes the second of these last: without it an earlier installation broke off.
  if [ ! -d "$wanted" ] || [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    say "installing the Node packages of package-lock.json"
    # shellcheck disable=SC2086 # no argument where there is nothing to leave out
    npm ci $omit --no-fund --no-audit --loglevel=error >&2 9<&-
  fi
  exec 9<&-
}

# The distribution's own bpftrace; its version is checked by netlog.
install_bpftrace() {
  command -v bpftrace >/dev/null 2>&1 && return
  [ "$(id -u)" = 0 ] || return 0
  if command -v apt-get >/dev/null 2>&1; then
    say "installing bpftrace with apt-get"
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends bpftrace >/dev/null
  elif command -v dnf >/dev/null 2>&1; then
    say "installing bpftrace with dnf"
    dnf install -y -q bpftrace >&2
  elif command -v zypper >/dev/null 2>&1; then
    say "installing bpftrace with zypper"
    zypper --non-interactive --quiet install bpftrace >&2
  elif command -v apk >/dev/null 2>&1; then
    say "installing bpftrace with apk"
    apk add --quiet bpftrace >&2
  elif command -v pacman >/dev/null 2>&1; then
    say "installing bpftrace with pacman"
    pacman -S --noconfirm --needed bpftrace >&2
  fi
}

# systemd mounts tracefs; a machine without systemd may not have it yet.
mount_tracefs() {
  [ "$(id -u)" = 0 ] || return 0
  [ -d /sys/kernel/tracing ] && [ ! -e /sys/kernel/tracing/available_events ] || return 0
  say "mounting tracefs at /sys/kernel/tracing"
  mount -t tracefs nodev /sys/kernel/tracing >&2 || true # netlog says what is missing
}

case ${1:-} in
  start)
    # Side by side: on a fresh machine each takes a good part of a minute.
    install_bpftrace &
    install_packages start
    wait $! || say "bpftrace could not be installed; netlog will say what it needs"
    mount_tracefs
    ;;
  packages | test) install_packages "$1" ;;
  *)
    say "usage: sh src/install.sh start|packages|test"
    exit 2
    ;;
esac
