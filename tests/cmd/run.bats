# run.bats - pipeline files: faults, variables, stages, locks, and steps that fail.
load ../support/setup

records() {
    printf '{"id":"a","text":"one two three"}\n{"id":"b","text":"four"}\nnot json\n{"id":"c","text":"five six"}\n' > in.jsonl
}

@test "run: every fault of a file is told at once, with line, column and the nearest name" {
    cat > p.yaml << 'END'
version: 1
vars: {docs: x}
steps:
  - ingst: "${docs}"
  - chunk: {siez: 5, jobs: 80x}
  - filter: "length(text) >"
  - filter: "a = ${dcos}"
extra: 1
END
    run -78 --separate-stderr garner run --check p.yaml
    [ "${stderr_lines[0]}" = "garner run: p.yaml:4:5: no tool is called 'ingst', nearest is 'ingest'" ]
    [ "${stderr_lines[1]}" = "garner run: p.yaml:5:13: chunk has no option 'siez', nearest is 'size'" ]
    [ "${stderr_lines[2]}" = "garner run: p.yaml:5:28: chunk: --jobs: '80x' is not an integer" ]
    [[ "${stderr_lines[3]}" == "garner run: p.yaml:6:5: filter: "*"column 15: "* ]]
    [ "${stderr_lines[4]}" = "garner run: p.yaml:7:13: undefined variable 'dcos', nearest is 'docs'" ]
    [ "${stderr_lines[5]}" = "garner run: p.yaml:8:1: a pipeline file has no key 'extra'" ]
    [ "${#stderr_lines[@]}" -eq 6 ]
}

@test "run: what is no pipeline is named" {
    check() {
        printf -- "$1" > p.yaml
        run -78 --separate-stderr garner run p.yaml
        [ "${stderr_lines[0]}" = "garner run: p.yaml:$2" ] || { echo "$1: $stderr"; return 1; }
    }
    check 'steps: [dedup\n' "2:1: did not find expected ',' or ']' while parsing a flow sequence"
    check 'version: 1\nversion: 1\n' "2:1: duplicate key 'version'"
    check 'version: 2\nsteps: [view]\n' "1:10: version is '2', this garner reads version 1"
    check 'version: 1\n' "1:1: a pipeline file has steps or stages, this one has neither"
    check 'version: 1\nsteps: []\n' "2:8: steps is empty, expected a list of steps"
    check '- filter\n' "1:1: a pipeline file is a map with version and steps, this is a list"
    check 'version: 1\nsteps:\n  - filter: "true"\n  - ingest: x\n' "4:5: ingest: reads no records, so it can only be the first step"
    check 'version: 1\nsteps:\n  - help\n' "3:5: 'help' cannot be a step"
    check 'version: 1\nsteps:\n  - embed: {command: cat}\n' "3:22: embed: --command runs a program; --allow-exec permits that"
    check 'version: 1\nstages: {a: {needs: b, steps: [filter: x]}, b: {needs: [a], steps: [filter: x]}}\n' "2:10: stage 'a' needs itself, by way of its needs"
    check 'version: 1\nstages: {one: {needs: tow, steps: [filter: x]}, two: {steps: [filter: x]}}\n' "2:10: stage 'one' needs 'tow', which is no stage, nearest is 'two'"
    run -66 garner run missing.yaml
}

@test "run: variables come from the file, --set and the environment, once" {
    records
    cat > p.yaml << 'END'
version: 1
vars: {least: 4, name: "${env.TEST_NAME:-in}.jsonl", odd: "$${least}"}
steps:
  - filter: {expression: "length(text) > ${least} and '${odd}' = '$${least}'", input: ["${name}"], on-error: skip}
END
    run -2 --separate-stderr garner run -q p.yaml
    [ "$output" = $'{"id":"a","text":"one two three"}\n{"id":"c","text":"five six"}' ]
    run -2 --separate-stderr garner run -q p.yaml --set least=10
    [ "$output" = '{"id":"a","text":"one two three"}' ]
    TEST_NAME=other run -66 --separate-stderr garner run -q p.yaml
    run -78 --separate-stderr garner run p.yaml --set leest=1
    [ "${stderr_lines[0]}" = "garner run: p.yaml:1:1: --set: the file's vars have no 'leest', nearest is 'least'" ]
}

@test "run: a step has its own rejects; counts and codes of each step are in the summary" {
    records
    cat > p.yaml << 'END'
version: 1
steps:
  - filter: {expression: "true", input: in.jsonl, rejects: bad.jsonl}
  - filter: {expression: "length(text) > 4", dropped: short.jsonl}
END
    run -2 --separate-stderr garner run p.yaml --summary s.json
    [ "$output" = $'{"id":"a","text":"one two three"}\n{"id":"c","text":"five six"}' ]
    [ "$(jq -c '[.tool, .file, .line, .code, .raw]' bad.jsonl)" = '["filter","in.jsonl",3,"E_JSON_SYNTAX","bm90IGpzb24="]' ]
    [ "$(jq -c '[.tool, .file, .line, .record.id]' short.jsonl)" = '["filter","in.jsonl",2,"b"]' ]
    [ "$(stat -c %a bad.jsonl short.jsonl s.json | sort -u)" = 600 ]
    [ "$(jq -c '[.exit, (.stages[0].summary.steps[] | [.in, .kept, .dropped, .rejected])]' s.json)" = '[2,[4,3,0,1],[3,2,1,0]]' ]
}

@test "run: a failing step leaves the output and the index as they were" {
    records
    echo old > out.jsonl
    cat > p.yaml << 'END'
version: 1
steps:
  - filter: {expression: "true", input: in.jsonl, output: out.jsonl}
END
    run -65 --separate-stderr garner run p.yaml
    [ "$stderr" = "garner run: in.jsonl:3: expected a value" ]
    [ "$(cat out.jsonl)" = old ]
    [ "$(find . -name '*.tmp.*')" = "" ]
    sed -i 's/input: in.jsonl, output: out.jsonl/input: in.jsonl/' p.yaml
    echo '  - index: kb' >> p.yaml
    run -65 --separate-stderr garner run p.yaml
    [ ! -e kb/manifest ]
}

@test "run: a killed step of the printed pipe lets the index commit nothing" {
    records
    grep -v not in.jsonl > good.jsonl
    run -65 --separate-stderr bash -c 'garner filter true good.jsonl | garner index --sealed kb'
    [[ "$stderr" == "garner index: stdin: the stream ends without its seal: its writer did not finish" ]]
    [ ! -e kb/manifest ]
    garner filter --seal true good.jsonl | garner index --sealed kb
    [ -e kb/manifest ]
    run -65 --separate-stderr bash -c 'garner filter true in.jsonl 2> /dev/null | garner index kb2'
    [[ "$stderr" == "garner index: stdin:3: the step that writes this stream failed; what it had not finished is not used" ]]
    [ ! -e kb2/manifest ]
}

@test "run: stages run in the order of their needs, each on the output of the one before" {
    records
    grep -v not in.jsonl > good.jsonl
    cat > p.yaml << 'END'
version: 1
stages:
  last: {needs: first, steps: [filter: "id != 'b'"], output: last.jsonl}
  first: {input: good.jsonl, steps: [filter: "true"], output: first.jsonl.zst}
END
    garner run p.yaml
    [ "$(jq -r .id last.jsonl | xargs)" = "a c" ]
    garner run --print-shell p.yaml > pipe.sh
    [ "$(cat pipe.sh)" = $'# first\ngarner filter --output=first.jsonl.zst true good.jsonl\n# last\ngarner filter --output=last.jsonl \'id != \'\\\'\'b\'\\\'\'\' first.jsonl.zst' ]
    mv last.jsonl wanted
    sh pipe.sh
    cmp last.jsonl wanted
}

@test "run: a held lock is exit 75, a dry run writes nothing" {
    records
    printf 'version: 1\nsteps:\n  - filter: {expression: "true", input: in.jsonl, on-error: skip, output: out.jsonl}\n' > p.yaml
    exec 8> lock
    flock 8
    run -75 --separate-stderr garner run p.yaml --lock lock
    exec 8>&-
    run -2 --separate-stderr garner run p.yaml --lock lock
    rm out.jsonl
    run -2 --separate-stderr garner run p.yaml --dry-run
    [[ "$stderr" == *"garner filter: dry run: 4 in, 3 out, 0 dropped, 1 rejected; nothing was written"* ]]
    [ ! -e out.jsonl ]
}

@test "run: --timeout ends a run that waits, with 75" {
    mkfifo pipe
    exec 7<> pipe
    printf 'version: 1\nsteps:\n  - filter: {expression: "true", input: pipe}\n' > p.yaml
    run -75 --separate-stderr garner run p.yaml --timeout 0.2
    [[ "$stderr" == *"stopped by --timeout after 0.2 seconds"* ]]
}

@test "run: a require gate over the whole run is exit 1 and nothing is published" {
    records
    printf 'version: 1\nsteps:\n  - filter: {expression: "true", input: in.jsonl, on-error: skip, output: out.jsonl}\n' > p.yaml
    run -1 --separate-stderr garner run p.yaml --require 'rejected < 0.01 * in'
    [[ "$stderr" == *"--require 'rejected < 0.01 * in' is not met"* ]]
    [ ! -e out.jsonl ]
    run -0 garner run -q p.yaml --max-errors 30%
    [ -s out.jsonl ]
    run -65 --separate-stderr garner run -q p.yaml --max-errors 0
    [[ "$stderr" == *"1 records were rejected, --max-errors allows 0"* ]]
}

@test "run: a step's own gate looks at that step, and stops the run before anything is committed" {
    printf '%s\n' '{"id":"a","text":"x"}' '{"id":"b","text":"y"}' > in.jsonl
    cat > gate.yaml <<'YAML'
version: 1
name: gate
steps:
  - filter: {expression: "id = 'a'", input: in.jsonl, require: "dropped <= 0"}
  - sort: {by: id, output: out.jsonl}
YAML
    run -1 --separate-stderr garner run gate.yaml
    [ "$stderr" = "garner run: filter (step 1): --require 'dropped <= 0' is not met" ]
    [ ! -e out.jsonl ]
    sed -i 's/dropped <= 0/dropped <= 1/' gate.yaml
    garner run gate.yaml
    [ "$(wc -l < out.jsonl)" = 1 ]
    sed -i 's/dropped <= 1/dropped <=/' gate.yaml
    run -64 --separate-stderr garner run gate.yaml
}
