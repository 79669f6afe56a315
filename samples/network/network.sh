#!/usr/bin/env bash
# Two computers and a cable, on this one: network namespaces with an address each, joined by a pair
# of virtual Ethernet devices. A node on each; machines of the one are used from the other; the cable
# is cut, put back, and made slow.
#
#   samples/network/network.sh        builds what it needs first
#   WINK_BIN=target/debug …           takes the programs from there instead
#
# It needs the right to make namespaces: root's, or that of any user where the system allows user
# namespaces. Without it, it says so and ends with code 77. Nothing outside of it is changed.
set -euo pipefail

if [[ "${1-}" != --inside ]]; then
    if ! unshare -rnm ip link add name probe type veth peer name eborp 2>/dev/null; then
        echo "NOT RUN: this user may not make network namespaces here" \
            "(\`unshare -rnm ip link add name a type veth peer name b\` fails)" >&2
        exit 77
    fi
    if [[ -z "${WINK_BIN-}" ]]; then
        cd "$(dirname "$0")/../.."
        cargo build --quiet -p wink-cli -p samples
        WINK_BIN=target/debug
    fi
    WINK_BIN=$(realpath "$WINK_BIN")
    export WINK_BIN
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    # What is shown should not depend on where that is.
    unshare -rnm --fork --kill-child "$(realpath "$0")" --inside "$folder" | sed -u "s#$folder#~#g"
    exit
fi

PATH=$WINK_BIN:$PATH
folder=$2
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
cd "$folder"
mkdir machines
cp "$WINK_BIN"/{switch,useless} machines/

# Each computer is the network namespace of a process that sleeps, and a home of its own.
computer() {
    unshare -n sleep infinity &
    echo $! >"$1.pid"
    mkdir -m 700 "$1"
    # It has its own namespace as soon as it sleeps.
    until [[ "$(cat "/proc/$!/comm")" == sleep ]]; do :; done
}

on() {
    local computer=$1
    shift
    WINK_HOME=$folder/$computer nsenter --net="/proc/$(cat "$computer.pid")/ns/net" "$@"
}

# Shows a command and what comes of it; that it fails is told by its code.
show() {
    local computer=$1 code=0
    shift
    echo "$computer\$ $*"
    on "$computer" "$@" 2>&1 || code=$?
    [[ $code == 0 ]] || echo "[code $code]"
}

# The cable is a bridge in a namespace of its own: what is pulled out of it hears nothing more, and
# is told nothing.
for name in east west cable; do computer $name; done
on cable ip link add bridge type bridge
on cable ip link set bridge up
for side in "east 10.77.0.1" "west 10.77.0.2"; do
    read -r name address <<<"$side"
    ip link add "$name" type veth peer name "to-$name"
    ip link set "$name" netns "$(cat "$name.pid")"
    ip link set "to-$name" netns "$(cat cable.pid)"
    on cable ip link set "to-$name" master bridge up
    on "$name" ip address add "$address/24" dev "$name"
    on "$name" ip link set lo up
    on "$name" ip link set "$name" up
done
cut() { on cable ip link set to-west nomaster; }
mend() { on cable ip link set to-west master bridge; }

# Serves in the background until the end, and waits for its first line.
serve() {
    on "$1" wink serve machines --address "$2" >"$1.out" 2>"$1.err" &
    until [[ -s "$1.out" ]]; do
        kill -0 $! 2>/dev/null || { cat "$1.err" >&2; exit 1; }
        on "$1" sleep 0.05
    done
    echo "$1\$ wink serve machines --address $2 &"
    head -n 1 "$1.out"
}

echo "# A cluster, made on one computer; another one joins with a token."
show east wink init
serve east 10.77.0.1:42000
echo "east\$ wink --node 10.77.0.1:42000 token"
token=$(on east wink --node 10.77.0.1:42000 token 2>/dev/null)
echo "${token:0:12}…"
echo "west\$ wink --node 10.77.0.1:42000 list"
on west wink --node 10.77.0.1:42000 list 2>&1 | head -n 1 || true
echo "west\$ wink join 10.77.0.1:42000 ${token:0:12}…"
on west wink join 10.77.0.1:42000 "$token"

echo "# From there, machines over here are as any."
export WINK_NODE=10.77.0.1:42000
show west wink start switch/Switch :43001
show west wink send :43001 on
show west wink list

echo "# Slow: 64 kbit a second."
on cable tc qdisc add dev to-east root tbf rate 64kbit burst 4kb latency 2s
show west wink send :43001 off
on cable tc qdisc del dev to-east root

echo "# The cable is cut while somebody follows a machine."
on west wink start --follow switch/Switch:blue :43002 >follow.out 2>&1 &
follower=$!
until grep -q ': started' follow.out; do on west sleep 0.05; done
cut
code=0
wait $follower || code=$?
echo "west\$ wink start --follow switch/Switch:blue :43002"
cat follow.out
echo "[code $code]"
show west wink list

echo "# Over there nothing has happened, and with the cable all is well again."
show east wink list
mend
show west wink send :43001 on
show west wink stop :43001
show west wink stop --node-itself
