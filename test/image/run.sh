#!/bin/sh
# The image suite from beginning to end: `run.sh [TEST_FILE…]`. An engine that was not running before
# is stopped afterwards.
set -eu
cd "$(dirname "$0")/../.."
. test/image/engine.sh
find_engine || trap stop_engine EXIT

prepared=$(sh test/image/prepare.sh)
if [ $# -eq 0 ]; then set -- 'test/image/**/*.test.ts'; fi
# One file at a time: they share the engine. The lines of NAME=value are split on purpose.
# shellcheck disable=SC2086
env DOCKER_BUILDKIT=1 $prepared node --test --test-concurrency=1 "$@"
