#!/bin/sh
# Prepares one part of the Beam suite, or all, and prints the folder that holds it:
#   prepare.sh [beam_go | beam_python]
# Go: the boot programs of the Go and the Python SDK, the prism runner and our pipeline; about four
# minutes on two cores.
set -eu
cd "$(dirname "$0")"
. ../interop/build-once.sh

build_beam_go() {
  need go "install Go 1.26 or later"
  beam=github.com/apache/beam/sdks/v2
  build "$1/boot" $beam/go/container
  build "$1/python-boot" $beam/python/container
  build "$1/prism" $beam/go/cmd/prism
  build "$1/pipeline" ./pipeline
}

build() {
  CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags='-s -w' -o "$1" "$2"
}

build_beam_python() {
  install_python "$1" python/requirements.txt
}

if [ $# -eq 0 ]; then set -- beam_go beam_python; fi
for part in "$@"; do
  case $part in
    beam_go) build_once beam_go go.mod go.sum pipeline/main.go ;;
    beam_python) build_once beam_python python/requirements.txt ;;
    *) echo "prepare.sh: no part \"$part\"; there are beam_go and beam_python" >&2; exit 64 ;;
  esac
done
