#!/bin/sh
# `npm start`: installs what this machine lacks for what is asked of netlog, and becomes netlog.
set -eu
job=start
for argument; do
  # These look at the machine as it is, or not at all.
  case $argument in check | verify | --help | -h | --version) job=packages ;; esac
done
sh src/install.sh "$job"
exec node src/main.ts "$@"
