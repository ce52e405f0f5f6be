#!/bin/sh
# Sets up what the Makefile's targets need, so that they work on a fresh Debian or Ubuntu with only Python and make.
#
#   sh tools/setup.sh runtime     .venv with what `sari` needs
#   sh tools/setup.sh dev         .venv with that and what tests and linters need
#   sh tools/setup.sh neural      .venv with what `sari` needs and the extra "neural"
#   sh tools/setup.sh chromium    Debian's browser, for `make test-browser`
#
# Packages come from wherever pip and apt-get are configured to look; pip checks each against its hash in a lock file,
# all but torch, whose build (processor, graphics card) is the choice of whoever configures pip.
# PYTHON=/path/to/python3 chooses another interpreter.
set -eu

cd -- "$(dirname -- "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap 'exit 130' INT TERM

say() { printf 'setup: %s\n' "$*"; }

fail() {
    printf 'setup: %s\n' "$*" >&2
    exit 1
}

# Runs a command without its output, which is shown only when the command fails.
quietly() {
    "$@" >"$log" 2>&1 && return
    tail -n 25 "$log" >&2
    return 1
}

# --- Debian packages ---

may_be_root() { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

apt_get() {
    quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=120 "$@" </dev/null
}

# Installs Debian packages where that needs no password; otherwise, or without apt-get, returns 1.
apt_install() {
    command -v apt-get >/dev/null || return 1
    may_be_root || return 1
    say "installing $* with apt-get"
    apt_get update || : # a list that cannot be refreshed may still do
    apt_get install --no-install-recommends "$@"
}

# --- Python ---

# Prints the first interpreter that can run the given line of Python.
find_python() {
    if [ -n "${PYTHON:-}" ]; then
        "$PYTHON" -c "$1" >/dev/null 2>&1 && printf '%s\n' "$PYTHON"
        return
    fi
    for name in python3.13 python3.12 python3.11 python3; do
        "$name" -c "$1" >/dev/null 2>&1 && command -v "$name" && return
    done
    return 1
}

choose_python() {
    new_enough='import sys; assert sys.version_info >= (3, 11)'
    python=$(find_python "$new_enough; import ensurepip, venv") || python=$(find_python "$new_enough") ||
        fail "Sari needs Python 3.11 or newer, and ${PYTHON:-none of python3.13, python3.12, python3.11 and python3}" \
            "is not. Install one (for example: apt-get install python3.11), or name it: PYTHON=/path/to/python3 make"
}

venv_works() {
    .venv/bin/python -c 'import sys, pip; assert sys.version_info >= (3, 11)' >/dev/null 2>&1
}

# Makes .venv, or leaves none behind.
create_venv() {
    trap 'rm -rf .venv "$log"' EXIT
    quietly "$python" -m venv --clear .venv && venv_works || return 1
    trap 'rm -f "$log"' EXIT
}

make_venv() {
    venv_works && return
    choose_python
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    say "making .venv with $python (Python $version)"
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        # Debian and Ubuntu keep these two modules in a package of their own.
        apt_install "python$version-venv" ||
            fail "this Python cannot make a virtual environment. Run this, then the same command again:" \
                "sudo apt-get install python$version-venv"
    fi
    create_venv || fail "$python could not make a virtual environment in $(pwd)/.venv"
}

# --- the project ---

# What a finished set-up depends on; a set-up whose stamp says the same need not be done again.
fingerprint() {
    pwd
    cat requirements-build.lock "requirements$1.lock" pyproject.toml | cksum
}

is_fresh() { [ -f ".venv/.sari$1" ] && [ "$(cat ".venv/.sari$1")" = "$(fingerprint "$1")" ] && venv_works; }

pip_install() { quietly .venv/bin/python -m pip install -qq --disable-pip-version-check "$@"; }

# Installs what the given lock files name, then the project itself, editable.
install_locked() {
    count=$(cat "$@" | grep -c '^[^ #].*==')
    say "installing up to $count packages, hash-checked (the first time takes a minute or two)"
    for lock in "$@"; do
        shift
        set -- "$@" -r "$lock"
    done
    # The lock names every package, so there is nothing to resolve; pip would look for newer ones where an extra is asked.
    pip_install --no-deps --require-hashes "$@" ||
        fail "pip could not install the packages; run the same command again once that is mended"
    pip_install --no-deps --no-build-isolation -e . || fail "pip could not install the project itself"
}

set_up_runtime() {
    is_fresh '' || is_fresh -dev && return
    make_venv
    install_locked requirements-build.lock requirements.lock
    fingerprint '' >.venv/.sari
    say "done"
}

set_up_dev() {
    is_fresh -dev && return
    make_venv
    install_locked requirements-dev.lock
    fingerprint -dev >.venv/.sari-dev
    say "done"
}

set_up_neural() {
    set_up_runtime
    is_fresh -neural && return
    install_locked requirements-neural.lock
    say "installing torch, as pip is configured to find it"
    pip_install --no-build-isolation -e '.[neural]' || fail "pip could not install torch"
    fingerprint -neural >.venv/.sari-neural
    say "done"
}

# Chromium, a font for it, and the library that Playwright's driver (Node.js) needs beyond those of any Debian.
set_up_chromium() {
    command -v chromium >/dev/null && .venv/bin/python -m playwright --version >/dev/null 2>&1 && return
    set -- chromium fonts-dejavu-core libatomic1
    apt_install "$@" ||
        fail "the browser tests need Debian's Chromium. Run this, then the same command again:" \
            "sudo apt-get install $*"
}

case "${1:-}" in
    runtime) set_up_runtime ;;
    dev) set_up_dev ;;
    neural) set_up_neural ;;
    chromium) set_up_chromium ;;
    *) fail "usage: sh tools/setup.sh runtime|dev|neural|chromium" ;;
esac
