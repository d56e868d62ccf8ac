#!/bin/sh
# prepare.sh [VERSION]: builds kube-apiserver and etcd as kubernetes-VERSION/go.mod pins them (1.36
# unless told), once, and prints the folder that holds them.
# The build takes about six minutes on two cores; the folder is in the user's cache, keyed by go.mod
# and go.sum, so that a change of either builds again.
set -eu
cd "$(dirname "$0")/kubernetes-${1:-1.36}"

key=$(cat go.mod go.sum | sha256sum | cut -c1-16)
folder="${XDG_CACHE_HOME:-$HOME/.cache}/dataflow-aws-identity/cluster/$key"

if [ ! -x "$folder/kube-apiserver" ]; then
  if ! command -v go >/dev/null; then
    echo "the cluster suite builds kube-apiserver and etcd: install Go 1.26 or later (https://go.dev/dl/)" >&2
    exit 1
  fi
  mkdir -p "$(dirname "$folder")"
  building=$(mktemp -d "$folder.XXXXXX")
  trap 'rm -rf "$building"' EXIT
  version=$(go list -m -f '{{.Version}}' k8s.io/kubernetes)
  echo "building kube-apiserver $version and etcd into $folder" >&2
  go build -trimpath -ldflags "-s -w -X k8s.io/component-base/version.gitVersion=$version" \
    -o "$building/" k8s.io/kubernetes/cmd/kube-apiserver go.etcd.io/etcd/server/v3
  mv "$building/server" "$building/etcd"
  chmod 755 "$building"
  # A second build that ran at the same time may have been first; its result is the same.
  mv -T "$building" "$folder" 2>/dev/null || test -x "$folder/kube-apiserver"
fi
echo "$folder"
