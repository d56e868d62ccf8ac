# Sourced: a Docker Engine for the suite. One that answers already is used as it is; else Debian's is
# installed and started, with everything it keeps in places of its own.

engine_runtime=/tmp/dataflow-aws-identity-engine
engine_data=${XDG_CACHE_HOME:-$HOME/.cache}/dataflow-aws-identity/engine

# find_engine: sets DOCKER and DOCKER_HOST to a client and an engine that can build, or fails.
find_engine() {
  DOCKER=docker
  can_build && return
  DOCKER=/usr/bin/docker
  can_build && return
  export DOCKER_HOST="unix://$engine_runtime/docker.sock"
  can_build
}

# can_build: a newer client without its buildx plug-in cannot.
can_build() {
  printf 'FROM scratch\nLABEL probe=1\n' | DOCKER_BUILDKIT=1 "$DOCKER" build --quiet - >/dev/null 2>&1
}

# lacks_buildx: this Debian has the package, and it is not installed.
lacks_buildx() {
  [ -n "$(apt-cache pkgnames docker-buildx 2>/dev/null)" ] && ! "$DOCKER" buildx version >/dev/null 2>&1
}

# start_engine: as find_engine, but starts Debian's engine where none answers.
start_engine() {
  find_engine && return
  [ "$(id -u)" -eq 0 ] || {
    echo "The image suite needs a Docker Engine: start one, or run the suite as root on Debian." >&2
    return 1
  }
  [ -x /usr/sbin/dockerd ] || install_packages docker.io
  # Newer releases have BuildKit's client in a package of its own.
  if lacks_buildx; then install_packages docker-buildx; fi
  mkdir -p "$engine_runtime" "$engine_data"
  setsid /usr/sbin/dockerd --host "$DOCKER_HOST" --data-root "$engine_data" \
    --exec-root "$engine_runtime/exec" --pidfile "$engine_runtime/pid" \
    >"$engine_runtime/log" 2>&1 </dev/null &
  for _ in $(seq 60); do
    can_build && return
    sleep 1
  done
  echo "Docker Engine did not start; the end of $engine_runtime/log:" >&2
  tail -n 20 "$engine_runtime/log" >&2
  return 1
}

# stop_engine: only the one that start_engine started.
stop_engine() {
  [ -f "$engine_runtime/pid" ] || return 0
  kill "$(cat "$engine_runtime/pid")"
  for _ in $(seq 30); do
    [ -f "$engine_runtime/pid" ] || return 0
    sleep 1
  done
}

# install_packages NAME…: from Debian, where this is Debian and the user may.
install_packages() {
  if command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; then
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "$@"; } >&2
  else
    echo "The image suite needs $*; on Debian: sudo apt-get install $*" >&2
    return 1
  fi
}
