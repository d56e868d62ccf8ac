# Sourced by the prepare.sh of each suite: what is built or installed once, and kept in the user's
# cache under a key made of the files that pin it, so that a change of any of them builds again.

# need TOOL HOW: ends with the way to get the tool where it is missing.
need() {
  command -v "$1" >/dev/null || { echo "this suite needs $1: $2" >&2; exit 1; }
}

# build_once NAME FILE…: calls `build_NAME FOLDER` unless that was done, then prints the folder. It
# builds in place, because a Python environment cannot be moved; the mark comes last.
build_once() {
  name=$1
  shift
  key=$(cat "$@" | sha256sum | cut -c1-16)
  folder="${XDG_CACHE_HOME:-$HOME/.cache}/dataflow-aws-identity/$name/$key"
  mkdir -p "$folder"
  exec 9>"$folder.lock"
  flock 9
  if [ ! -e "$folder/.complete" ]; then
    rm -rf "$folder"
    mkdir "$folder"
    echo "preparing $folder" >&2
    "build_$name" "$folder" >&2
    touch "$folder/.complete"
  fi
  exec 9>&-
  echo "$folder"
}

# install_python FOLDER REQUIREMENTS: an environment that holds exactly the locked packages.
install_python() {
  need python3 "install Python 3.10 or later, with venv"
  python3 -m venv "$1"
  "$1/bin/pip" install --quiet --disable-pip-version-check --require-hashes --requirement "$2"
}
