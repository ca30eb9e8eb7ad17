# What the parts of this test share. Source it; call `check NAME COMMAND…` for each claim and `summary` at the end.
# shellcheck shell=bash

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tree=$(realpath "$here/../..")
build=${REPOPULSE_BUILD_DIR:-$tree/build}
scratch=$build/deployment
mkdir -p "$scratch"
export here tree build scratch

passed=0
failed=0

# check NAME COMMAND…: says whether the command succeeded, and what it printed if not. A function fails at the first
# command in it that does, as everywhere: hence no `if` around the call, which would switch that off.
# What it printed goes to a file: a server that a failure leaves behind would keep a pipe open for ever.
check() {
  local name=$1 log status
  shift
  log=$(mktemp)
  set +e
  (
    set -e
    "$@"
  ) >"$log" 2>&1
  status=$?
  set -e
  if ((status == 0)); then
    passed=$((passed + 1))
    printf 'ok      %s\n' "$name"
  else
    failed=$((failed + 1))
    printf 'FAILED  %s\n' "$name"
    cat "$log"
  fi
  rm -f "$log"
}

# What could not be tried here: loud, so that nobody takes it for tried.
skip() { printf '\n*** SKIPPED: %s ***\n\n' "$*"; }

summary() {
  printf '%s: %d passed, %d failed\n' "$1" "$passed" "$failed"
  ((failed == 0))
}

# python_tools REQUIREMENTS FOLDER: $python is an environment with these.
python_tools() {
  local requirements=$1
  python=$2
  [[ ! $python/installed -nt $requirements ]] || return 0
  python3 -m venv "$python"
  "$python/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements"
  touch "$python/installed"
}

# wait_for SECONDS COMMAND…: until the command succeeds.
wait_for() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < end)) || {
      echo "waited in vain for: $*" >&2
      return 1
    }
    sleep 0.1
  done
}

# can_mount: an unprivileged container cannot, and then no folder can be made to look like a machine.
can_mount() { ((EUID == 0)) && unshare --mount --net true 2>/dev/null; }

# stop PID: ends a server that this test started, and waits; its exit status is that of this function.
stop() {
  kill -TERM "$1"
  wait "$1"
}

# bookworm FOLDER: a minimal Debian 12 there, from debootstrap, which is asked once for all runs.
bookworm() {
  local archive=$scratch/bookworm.tar
  if [[ ! -s $archive ]]; then
    rm -rf "$scratch/bookworm"
    local log=$scratch/debootstrap.log
    debootstrap --variant=minbase --include=ca-certificates bookworm "$scratch/bookworm" >"$log" 2>&1 || {
      tail -20 "$log" >&2
      return 1
    }
    tar -C "$scratch/bookworm" --exclude=./var/cache/apt/archives/*.deb -cf "$archive.new" .
    mv "$archive.new" "$archive"
    rm -rf "$scratch/bookworm"
  fi
  rm -rf "$1"
  mkdir -p "$1"
  tar -C "$1" -xf "$archive"
}
