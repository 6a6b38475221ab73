# layers.bats - who includes whom is what ARCHITECTURE.md says; README's table is the list of tools.
load ../support/setup

@test "layers: every #include of lib/ is allowed by the table in ARCHITECTURE.md" {
    cd "$ROOT"
    declare -A allowed
    while IFS='|' read -r _ module _ may _; do
        module=$(echo "$module" | xargs)
        allowed[$module]=" $module $(echo "$may" | xargs) "
    done < <(grep -E "^\| ($(find lib -mindepth 1 -maxdepth 1 -type d -printf '%f|')none) \|" ARCHITECTURE.md)
    [ "${#allowed[@]}" -eq "$(find lib -mindepth 1 -maxdepth 1 -type d | wc -l)" ]
    faults=0
    while IFS=: read -r file include; do
        module=${file#lib/}
        module=${module%%/*}
        wanted=${include#*\"}
        wanted=${wanted%%/*}
        if [[ "${allowed[$module]}" != *" $wanted "* ]]; then
            echo "$file includes $wanted"
            faults=1
        fi
    done < <(grep -oE '^#include "[a-z]+/' -r lib --include='*.[ch]')
    [ "$faults" -eq 0 ]
}

@test "layers: each foreign header is included by one module, and none by a tool" {
    cd "$ROOT"
    foreign='archive|csv|expat|curl/curl|gumbo|libstemmer|md4c|openssl/[a-z0-9]+|pcre2|pthread|utf8proc|xxhash|yaml|zlib|zstd'
    [ -z "$(grep -lE "^#include <($foreign)\.h>" cmd/*.[ch])" ]
    cd "$BATS_TEST_TMPDIR"
    (cd "$ROOT" && grep -oE "^#include <($foreign)\.h>" -r lib --include='*.[ch]') | sed -E 's,^lib/([a-z]+)/[^:]*:,\1 ,' | sort -u > found
    cut -d' ' -f2- found | sort | uniq -d > doubles
    cat doubles
    [ -s found ]
    [ ! -s doubles ]
}

@test "layers: README's table of tools is the list of tools with their summaries" {
    garner help --list | cut -f1 | sort > listed
    sed -nE 's/^\| `([a-z]+)` \|.*/\1/p' "$ROOT/README.md" | sort > written
    diff listed written
    while IFS='|' read -r _ tool summary _; do
        tool=$(echo "$tool" | tr -d '` ')
        summary=$(echo "$summary" | sed 's/^ *//; s/ *$//')
        garner "$tool" --help | grep -qxF "$summary" || { echo "$tool: '$summary' is not its summary"; return 1; }
    done < <(grep -E '^\| `[a-z]+` \|' "$ROOT/README.md")
}
