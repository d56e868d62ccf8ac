#!/bin/sh
# Prepares one part of the interop suite, or all, and prints the folder that holds it:
#   prepare.sh [seaweedfs | python | go | java | javascript]
set -eu
cd "$(dirname "$0")"
. ./build-once.sh

build_seaweedfs() {
  install_python "$1" seaweedfs/requirements.txt
}

build_python() {
  install_python "$1" consumers/python/requirements.txt
}

build_go() {
  need go "install Go 1.26 or later"
  (cd consumers/go && CGO_ENABLED=0 go build -trimpath -buildvcs=false -o "$1/consumer" .)
}

build_java() {
  need mvn "install Maven and a JDK 17 or later"
  cp -r consumers/java/pom.xml consumers/java/src "$1"
  mvn --batch-mode --quiet --file "$1/pom.xml" package dependency:copy-dependencies
}

build_javascript() {
  need npm "install Node.js with npm"
  cp consumers/javascript/* "$1"
  npm ci --prefix "$1" --no-audit --no-fund --loglevel=error
}

prepare() {
  case $1 in
    seaweedfs) build_once seaweedfs seaweedfs/requirements.txt ;;
    python) build_once python consumers/python/requirements.txt ;;
    go) build_once go consumers/go/* ;;
    java) build_once java consumers/java/pom.xml consumers/java/src/main/java/*.java ;;
    javascript) build_once javascript consumers/javascript/* ;;
    *) echo "prepare.sh: no part \"$1\"; there are seaweedfs, python, go, java and javascript" >&2; exit 64 ;;
  esac
}

if [ $# -eq 0 ]; then set -- seaweedfs python go java javascript; fi
for part in "$@"; do
  prepare "$part"
done
