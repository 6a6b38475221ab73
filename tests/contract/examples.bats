# Every example of every tool runs: one after the other in a copy of the folder examples/, with the input and the output
# that it names. One that names a server is a dry run.
load ../support/setup

@test "examples: each one of every tool's help does what it says" {
    unset COLUMNS
    cp -r "$FIXTURES" work
    cp -r "$ROOT/pipelines" work/
    cd work
    garner ingest docs handbook | garner chunk > chunks.jsonl
    garner index kb chunks.jsonl
    garner help --json | jq -c '.tools[].examples[]' > ../examples
    [ -s ../examples ]
    while read -r example; do
        command=$(jq -r '.command' <<< "$example")
        [[ $command == *://* ]] && command="$command --dry-run"
        jq -j '.input // ""' <<< "$example" > ../input
        code=0
        bash -o pipefail -c "$command" < ../input > ../found 2> ../errors || code=$?
        [ "$code" = 0 ] || { echo "exit $code: $command"; cat ../errors; return 1; }
        if [ "$(jq '.expected' <<< "$example")" != null ]; then
            jq -j '.expected' <<< "$example" > ../wanted
            diff -u ../wanted ../found || { echo "example: $command"; return 1; }
        fi
    done < ../examples
}
