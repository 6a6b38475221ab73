#!/bin/bash
# lint.sh - formatting, headers that compile alone, who includes whom, banned calls, static analysis, shell scripts.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
faults=0
fault() {
    echo "lint: $*"
    faults=$((faults + 1))
}
flags=(-std=c11 -D_POSIX_C_SOURCE=200809L -DGARNER_VERSION='"lint"' -Ilib -Icmd -Itests/support)
mapfile -t sources < <(git ls-files 'cmd/*.[ch]' 'lib/**/*.[ch]' 'tests/**/*.[ch]')
mapfile -t headers < <(git ls-files 'lib/**/*.h' 'cmd/*.h')
mapfile -t code < <(git ls-files 'lib/**/*.c' 'cmd/*.c')

clang-format --dry-run -Werror "${sources[@]}" > /dev/null 2>&1 || fault "clang-format: run 'clang-format -i' on $(clang-format --dry-run -Werror "${sources[@]}" 2>&1 | sed -nE 's/^([^:]+):.*/\1/p' | sort -u | tr '\n' ' ')"
for header in "${headers[@]}"; do
    gcc "${flags[@]}" -fsyntax-only -Wall -Wextra -Werror -x c "$header" || fault "$header does not compile alone"
done
banned=$(grep -nE '(^|[^a-z_])(atoi|atol|sprintf|strcpy|strcat|strtok|gets|rand|system|setlocale)\(' "${code[@]}" | grep -vE '^lib/stream/(system|confine).c')
[ -z "$banned" ] || fault "banned calls: $banned"
raw=$(grep -nE '(^|[^a-z_])(malloc|calloc|realloc|free)\(' "${code[@]}" | grep -vE '^lib/base/memory.c|->free\(')
[ -z "$raw" ] || fault "memory outside base: $raw"
command -v shellcheck > /dev/null && { shellcheck tests/*/*.sh .ci/run || fault "shellcheck"; }
if command -v cppcheck > /dev/null; then
    cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 -Ilib -Icmd --suppress=missingIncludeSystem \
        --enable=warning,portability lib cmd || fault "cppcheck"
fi
if command -v clang-tidy > /dev/null && [ "${TIDY:-1}" = 1 ]; then
    printf '%s\n' "${code[@]}" | xargs -P "$(nproc)" -I{} clang-tidy --quiet {} -- "${flags[@]}" 2> /dev/null |
        grep -E 'warning|error' && fault "clang-tidy"
fi
[ "$faults" -eq 0 ] && echo "lint: nothing to mend in ${#sources[@]} files"
exit $((faults > 0))
