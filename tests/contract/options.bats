# What every tool owes its users, whatever it does: nothing here names a tool, so a new one is covered by its line in
# cmd/tools.h.
load ../support/setup

tools() {
    garner help --list | cut -f 1
}

@test "contract: --help is on stdout, exit 0, begins with the usage and fits 80 columns" {
    for tool in $(tools); do
        garner "$tool" --help > help 2> errors || { echo "$tool: exit $?"; return 1; }
        [ ! -s errors ]
        head -1 help | grep -q "^usage: garner $tool " || { echo "$tool: $(head -1 help)"; return 1; }
        awk -v tool="$tool" 'length > 80 { print tool ": " $0; bad = 1 } END { exit bad }' help
        garner "$tool" -h | cmp - help
        garner help "$tool" | cmp - help
    done
}

@test "contract: an unknown option is exit 64, two lines on stderr and nothing on stdout" {
    for tool in $(tools); do
        code=0
        garner "$tool" --no-such-option-here < /dev/null > out 2> errors || code=$?
        [ "$code" = 64 ] || { echo "$tool: exit $code"; return 1; }
        [ ! -s out ]
        printf "garner %s: unknown option '--no-such-option-here'\ntry 'garner %s --help'\n" "$tool" "$tool" > wanted
        diff wanted errors
    done
}

@test "contract: a common option with a wrong value, and the nearest name of a wrong one, in every tool" {
    for tool in $(tools); do
        run -64 --separate-stderr garner "$tool" --log-format=xml
        [ "${stderr_lines[0]}" = "garner $tool: --log-format: 'xml' is not one of text, json" ]
        run -64 --separate-stderr garner "$tool" --verbos
        [ "${stderr_lines[0]}" = "garner $tool: unknown option '--verbos', nearest is '--verbose'" ]
    done
}

@test "contract: --log-format json turns a usage error into one object" {
    for tool in $(tools); do
        code=0
        garner "$tool" --log-format json --no-such-option-here < /dev/null 2> errors || code=$?
        [ "$code" = 64 ]
        [ "$(jq -r '[.level, .tool, .code] | join(" ")' errors)" = "error $tool E_USAGE" ]
    done
}

@test "contract: the manual page of every tool lints clean" {
    for tool in $(tools); do
        garner man "$tool" > "garner-$tool.1"
        mandoc -Tlint -W warning "garner-$tool.1"
    done
}

@test "contract: option tables are consistent: names, letters, defaults, help texts" {
    garner help --json > tables.json
    jq -r '
        (.common | map({key: .name, value: .}) | from_entries) as $common
        | .tools[] | . as $tool
        | ([.options[].name] + .common) as $names
        | ([.options[].letter, (.common[] | $common[.].letter)] | map(select(. != null)) + ["h"]) as $letters
        | ( ($names | group_by(.)[] | select(length > 1) | "\($tool.name): option \(.[0]) stands twice"),
            ($letters | group_by(.)[] | select(length > 1) | "\($tool.name): letter \(.[0]) stands twice"),
            ($tool.summary | select(test("^[A-Z].*[^.]$") | not) | "\($tool.name): summary: \(.)"),
            ($tool.options[]
                | ( select(.name | test("^[a-z][a-z0-9-]*$") | not) | "\($tool.name): odd name \(.name)"),
                  ( select((.help // "") == "") | "\($tool.name): \(.name) has no help"),
                  ( select((.help // "") | test("[.]$|^[A-Z][a-z]")) | "\($tool.name): help of \(.name): \(.help)"),
                  ( select((.argument // "") != (.argument // "" | ascii_upcase)) | "\($tool.name): argument of \(.name)"))
        )' tables.json > faults
    cat faults
    [ ! -s faults ]
}

@test "contract: every environment variable that the sources read is explained" {
    garner help environment > page
    grep -rhoE 'getenv\("[A-Z_]+"\)' "$ROOT/lib" "$ROOT/cmd" | sed 's/.*"\(.*\)".*/\1/' | sort -u |
        grep -vxE 'HOME|PATH' | while read -r name; do
        grep -q "^$name " page || { echo "$name"; return 1; }
    done
}

@test "contract: every tool has its file, and tests of its own" {
    for tool in $(tools); do
        [ -f "$ROOT/cmd/$tool.c" ] || { echo "cmd/$tool.c"; return 1; }
        grep -q "^const struct tool tool_$tool = {" "$ROOT/cmd/$tool.c"
        [ -f "$ROOT/tests/cmd/$tool.bats" ] || { echo "tests/cmd/$tool.bats"; return 1; }
    done
}

@test "contract: completion scripts are valid and the committed ones are what the program prints" {
    garner completion bash > garner.bash
    bash -n garner.bash
    shellcheck garner.bash
    garner completion zsh > garner.zsh
    garner completion fish > garner.fish
    if command -v zsh > /dev/null; then zsh -n garner.zsh; fi
    if command -v fish > /dev/null; then fish --no-execute garner.fish; fi
    for shell in bash zsh fish; do
        diff -u "$ROOT/completions/garner.$shell" "garner.$shell" || { echo "run: make completions"; return 1; }
    done
}

@test "contract: help to a closed pipe, a full disk and a closed stdout" {
    for tool in $(tools); do
        run -74 --separate-stderr bash -c "garner $tool --help > /dev/full"
        [[ ${stderr_lines[0]} == *"No space left"* || ${stderr_lines[0]} == *"no space left"* ]]
        run -74 --separate-stderr bash -c "garner $tool --help >&-"
        run -0 --separate-stderr bash -c "trap '' PIPE; set +o pipefail; garner $tool --help | true"
        [ -z "$stderr" ]
    done
}
