#!/bin/bash
# embed_client.sh GARNER [RECORDS] - what the client of model servers costs: CPU for each 384-d vector, against a C stub.
# Prints rows: what, vectors/s by the clock, microseconds of CPU a vector (all of the process: reading, asking, writing).
set -euo pipefail
garner=$1
records=${2:-100000}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'exec 9>&-; rm -rf "$work"' EXIT
cc -O2 -o "$work/stub" "$here/embed_stub.c"
mkfifo "$work/hold"
"$work/stub" "$work/port" < "$work/hold" &
exec 9> "$work/hold"
until [ -s "$work/port" ]; do read -rt 0.02 <> <(:) || true; done
url=http://127.0.0.1:$(cat "$work/port")
seq "$records" | awk '{ printf "{\"text\":\"passage %d of the harbour log, about cranes and tides and what the keeper wrote that winter\"}\n", $1 }' > "$work/in"
TIMEFORMAT='%R %U %S'
measure() {
    local name=$1 best=
    shift
    for _ in 1 2 3; do
        [ "$name" != "cache, empty" ] || rm -rf "$work/cache"
        figures=$({ time "$garner" embed --url "$url" --model stub --encoding base64 "$@" -o /dev/null "$work/in"; } 2>&1 | tail -1)
        best=$(awk -v n="$records" -v best="$best" '{ cpu = ($2 + $3) / n * 1e6; split(best, b); if (best == "" || cpu < b[2]) printf "%.0f %.2f", n / $1, cpu; else printf "%s", best }' <<< "$figures")
    done
    echo "$name: ${best% *} vectors/s, ${best#* } us"
}
measure "no cache" --cache none --batch-size 256
measure "cache, empty" --cache "$work/cache" --batch-size 256
measure "cache, full" --cache "$work/cache" --batch-size 256
