#!/bin/sh
# Prepares the image suite: a Docker Engine, the base images, and the programs that run in them.
# Prints what the suite needs to know, as NAME=value lines for its environment. Where no container
# registry answers, local stand-ins take the place of the published base images.
set -eu
cd "$(dirname "$0")"
. ./engine.sh
. ../interop/build-once.sh

BEAM_VERSION=2.77.0
STAND_IN=dataflow-aws-identity-test/stand-in
export DOCKER_BUILDKIT=1

# find_program NAME PACKAGE: installs Debian's package where the program is missing.
find_program() {
  command -v "$1" >/dev/null || install_packages "$2"
}

# base_image PUBLISHED STAND_IN: prints the published image's name where it can be had.
base_image() {
  if "$DOCKER" image inspect "$1" >/dev/null 2>&1 || timeout 900 "$DOCKER" pull -q "$1" >/dev/null 2>&1
  then
    echo "$1"
  else
    echo "no registry has $1 for us: $2 takes its place" >&2
    "make_$2" >&2
    echo "$STAND_IN/$2"
  fi
}

build_image_debian() {
  find_program mmdebstrap mmdebstrap
  mmdebstrap --quiet --variant=minbase --include=ca-certificates,libatomic1 bookworm "$1/rootfs.tar"
}

make_debian() {
  "$DOCKER" image inspect "$STAND_IN/debian" >/dev/null 2>&1 && return
  "$DOCKER" import "$(build_once image_debian prepare.sh)/rootfs.tar" "$STAND_IN/debian"
}

make_glibc() {
  build_stand_in glibc stand-ins
}

make_node() {
  context=$(mktemp -d)
  cp "$(node -p process.execPath)" "$context/node"
  cp -rL "$(dirname "$(readlink -f "$(command -v npm)")")/.." "$context/npm"
  cp /etc/ssl/certs/ca-certificates.crt "$context"
  build_stand_in node "$context" --build-arg NPM_REGISTRY="$(npm config get registry)"
  rm -rf "$context"
}

# build_stand_in TARGET CONTEXT [OPTION…]
build_stand_in() {
  make_debian
  target=$1 context=$2
  shift 2
  "$DOCKER" build --quiet --file stand-ins/Dockerfile --target "$target" --tag "$STAND_IN/$target" \
    --build-arg DEBIAN_IMAGE="$STAND_IN/debian" "$@" "$context"
}

build_image_recorder() {
  need go "install Go 1.26 or later"
  (cd recorder && CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags='-s -w' -o "$1/recorder" .)
}

build_image_registry() {
  need apt-get "the suite takes Debian's docker-registry"
  apt-get update -q >&2
  (cd "$1" && apt-get download -q docker-registry && dpkg-deb --extract docker-registry_*.deb .)
}

# with_recorder NAME BASE_IMAGE: prints the name of that image with the recorder as its boot.
with_recorder() {
  image=dataflow-aws-identity-test/$1
  "$DOCKER" build --quiet --file recorder/Dockerfile --build-arg BASE_IMAGE="$2" --tag "$image" \
    "$(build_once image_recorder recorder/go.mod recorder/go.sum recorder/main.go)" >&2
  echo "$image"
}

start_engine
find_program zstd zstd
node_image=$(base_image node:26-bookworm-slim node)
glibc_image=$(base_image gcr.io/distroless/base-nossl-debian12:nonroot glibc)
debian_image=$(base_image debian:bookworm-slim debian)
go_image=$(base_image "apache/beam_go_sdk:$BEAM_VERSION" glibc)
python_image=$(base_image "apache/beam_python3.12_sdk:$BEAM_VERSION" debian)
go_recorder_image=$(with_recorder beam-go "$go_image")
python_recorder_image=$(with_recorder beam-python "$python_image")
registry=$(build_once image_registry prepare.sh)

cat <<END
DOCKER=$DOCKER
DOCKER_HOST=${DOCKER_HOST:-}
NODE_IMAGE=$node_image
GLIBC_IMAGE=$glibc_image
DEBIAN_IMAGE=$debian_image
BEAM_GO_IMAGE=$go_image
BEAM_GO_RECORDER_IMAGE=$go_recorder_image
BEAM_PYTHON_RECORDER_IMAGE=$python_recorder_image
REGISTRY=$registry/usr/bin/docker-registry
END
