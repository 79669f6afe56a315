#!/usr/bin/env bash
# Runs the benchmark beside all of its peers, with the arguments that are given. Erlang, which is no
# crate, is installed first where it is missing; where that cannot be done it is left out, and the
# program says so.
set -euo pipefail
# Its .cargo/config.toml aligns the code.
cd "$(dirname "$0")"

if ! command -v erl >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    timeout 120 apt-get update -qq >/dev/null 2>&1 || true
    timeout 300 apt-get install -y -qq --no-install-recommends erlang-base >/dev/null 2>&1 || true
fi
exec cargo run --release --quiet -- "$@"
