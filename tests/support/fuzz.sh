#!/bin/bash
# fuzz.sh NAME [SECONDS] - runs tests/fuzz/NAME_fuzz.c under libFuzzer with ASan and UBSan; new inputs go to build/fuzz/NAME.
set -euo pipefail
cd "$(dirname "$0")/../.."
name=${1:?NAME, one of: $(find tests/fuzz -name '*_fuzz.c' -printf '%f ' | sed 's/_fuzz[.]c//g')}
seconds=${2:-60}
folder=build/fuzz
mkdir -p "$folder/$name"
make -s -j"$(nproc)" SANITIZE=address,undefined,fuzzer-no-link BUILD=build/fuzzer CC=clang CFLAGS='-O1 -g' build/fuzzer/libgarner.a
clang -std=c11 -D_POSIX_C_SOURCE=200809L -Ilib -g -O1 -fsanitize=address,undefined,fuzzer "tests/fuzz/${name}_fuzz.c" \
    build/fuzzer/libgarner.a -o "$folder/$name-fuzz" \
    -lzstd -lz -lpcre2-8 -lyaml -lcsv -lexpat -lxxhash -lutf8proc -lstemmer -lpthread -ldl -lm
exec "$folder/$name-fuzz" -max_total_time="$seconds" -print_final_stats=1 -artifact_prefix="$folder/$name-" \
    "$folder/$name" "tests/fuzz/seeds/$name"
