#!/usr/bin/env bash
# Installs the tools that exports are judged by: Graphviz and PlantUML from the distribution, Mermaid
# and XState from npm, into the folder that is given; and the browser that looks at the live picture. What cannot be had is left out; the tests say so.
set -uo pipefail
folder="$1"

if ! { command -v dot && command -v plantuml; } >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    timeout 120 apt-get update -qq >/dev/null 2>&1
    timeout 120 apt-get install -y -qq --no-install-recommends graphviz plantuml default-jre-headless >/dev/null 2>&1
fi
if ! command -v chromium >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    timeout 300 apt-get install -y -qq --no-install-recommends chromium >/dev/null 2>&1
fi
if command -v npm >/dev/null && [ ! -d "$folder/node_modules/xstate" ]; then
    mkdir -p "$folder"
    # Node 20 runs these; the next Mermaid and jsdom want a later one.
    (cd "$folder" && echo '{"private":true}' >package.json \
        && timeout 120 npm install --silent --no-audit --no-fund mermaid@11.17.2 xstate@5.33.3 jsdom@26.1.0 >/dev/null 2>&1)
fi
exit 0
