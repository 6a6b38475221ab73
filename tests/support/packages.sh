#!/bin/bash
# packages.sh - installs the Debian packages that are missing. packages.sh build [test]
set -euo pipefail

build=(gcc make pkg-config libc6-dev libarchive-dev libzstd-dev zlib1g-dev libpcre2-dev libyaml-dev libcsv-dev libexpat1-dev
    libcurl4-openssl-dev libssl-dev libutf8proc-dev libxxhash-dev libstemmer-dev libsqlite3-dev)
test=(bats jq mandoc clang libclang-rt-14-dev python3 strace zip xz-utils bzip2 lz4 zstd poppler-utils)

wanted=()
for group in "$@"; do
    case $group in
    build) wanted+=("${build[@]}") ;;
    test) wanted+=("${test[@]}") ;;
    *) echo "packages.sh: unknown group '$group'" >&2; exit 64 ;;
    esac
done

missing=()
for package in "${wanted[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

echo "These Debian packages are missing and will be installed with apt-get: ${missing[*]}"
run=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo > /dev/null || { echo "Not root and no sudo: please install them first." >&2; exit 69; }
    run=(sudo)
fi
"${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
"${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends --no-remove "${missing[@]}" > /dev/null
