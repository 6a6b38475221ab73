# The help of the program: everything comes from the tables, so the tests look at the form and at hand-written parts.
load ../support/setup

@test "help: garner alone, -h, --help and help print the same screen on stdout" {
    garner > alone
    for words in -h --help help; do
        garner $words > other
        cmp alone other
    done
    grep -qx 'usage: garner TOOL \[OPTION...\] \[OPERAND...\]' alone
    grep -q '^  garner ingest docs/ | garner chunk | garner embed | garner index kb/$' alone
    [ "$(awk 'length > 80' alone)" = "" ]
}

@test "help: a tool's help is the same by help TOOL, --help and -h, wherever they stand" {
    garner help man > wanted
    garner man --help | cmp - wanted
    garner man -h | cmp - wanted
    garner man help --bogus --help | cmp - wanted
    head -1 wanted | grep -qx 'usage: garner man \[OPTION...\] \[TOOL\]'
}

@test "help: an unknown tool gets the nearest name, one line and a hint, exit 64" {
    run -64 --separate-stderr garner hlep
    [ -z "$output" ]
    [ "$stderr" = "garner: no tool 'hlep', nearest is 'help'
try 'garner --help'" ]
    run -64 --separate-stderr garner xyzzy
    [ "${stderr_lines[0]}" = "garner: no tool 'xyzzy'" ]
    run -64 --separate-stderr garner --frobnicate
    [ "${stderr_lines[0]}" = "garner: unknown option '--frobnicate', expected a tool" ]
    run -64 --separate-stderr garner help exit-code
    [ "${stderr_lines[0]}" = "garner help: no tool, topic or error code 'exit-code', nearest is 'exit-codes'" ]
}

@test "help: codes are explained by name, in any case" {
    garner help E_USAGE > upper
    garner help e_usage | cmp - upper
    head -1 upper | grep -qx 'E_USAGE: the command line is wrong'
    tail -1 upper | grep -qx 'exit code when it ends a run: 64'
    garner help --codes | grep -q '^E_JSON_SYNTAX *65  a line is not one JSON value$'
}

@test "help: every topic prints, within 80 columns" {
    garner help --json | jq -r '.topics[].name' > names
    [ "$(wc -l < names)" -ge 5 ]
    while read -r name; do
        garner help "$name" > page
        [ "$(wc -l < page)" -ge 4 ]
        [ "$(awk 'length > 80' page)" = "" ]
    done < names
}

@test "help: --list has a tool and its group on each line, --json says the same" {
    garner help --list > list
    awk -F '\t' 'NF != 2 || $2 !~ /^(get|shape|model|search|train|look|run|help)$/ { exit 1 }' list
    garner help --json | jq -r '.tools[] | [.name, .group] | @tsv' | cmp - list
}

@test "version: the first line is name and version, --version works behind a tool, too" {
    run -0 --separate-stderr garner --version
    [[ ${lines[0]} =~ ^garner\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
    [[ ${lines[1]} == libraries:* ]]
    [[ ${lines[2]} =~ ^cpu:\ (scalar|sse4|neon|avx2|avx512)$ ]]
    garner --version > wanted
    garner help --version | cmp - wanted
    [ "$(GARNER_CPU=scalar garner --version | tail -1)" = "cpu: scalar" ]
}

@test "links: garner-TOOL is that tool" {
    ln -s "$(command -v garner)" garner-help
    ln -s "$(command -v garner)" garner-nosuch
    ./garner-help exit-codes > found
    garner help exit-codes | cmp - found
    run -64 --separate-stderr ./garner-nosuch
    [ "${stderr_lines[0]}" = "garner: no tool 'nosuch'" ]
}
