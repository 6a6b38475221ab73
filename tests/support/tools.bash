# tools.bash - what tools cannot do without, for tests that go over all of them.

# A model that answers anything, for those that need one.
model=(--cache none --command 'while read -r line; do id=${line#*:}; echo "{\"id\":${id%%,*},\"completion\":\"5\"}"; done')

# needs TOOL: options go to the array needed, operands in front of the input to operands; a record {"id","text"} comes through them.
needs() {
    needed=() operands=()
    case $1 in
    filter) operands=(true) ;;
    generate) needed=("${model[@]}" --user '{{text}}') ;;
    judge) needed=("${model[@]}" --completion text) ;;
    tokens) needed=(--into n) ;;
    sort) needed=(--by id) ;;
    sample) needed=(--count 1000000) ;;
    index) rm -rf kb && operands=(kb) ;;
    decontaminate)
        echo '{"question":"how many ships of the line lay in the old harbour that winter"}' > "$BATS_TEST_TMPDIR/evaluation.jsonl"
        needed=(--against "$BATS_TEST_TMPDIR/evaluation.jsonl")
        ;;
    sft | distill) needed=(--user '{{id}}' --assistant '{{text}}') ;;
    dpo)
        echo "answers: [{text: '{{text}}', score: '1'}, {text: 'no, {{id}}', score: '0'}]" > "$BATS_TEST_TMPDIR/pairs.yaml"
        needed=(--map "$BATS_TEST_TMPDIR/pairs.yaml" --user 'what of {{id}}?')
        ;;
    pack) needed=(--strategy none) ;;
    convert) needed=(--from trl-text --to trl-text --accept-loss extras) ;;
    esac
}

# with TOOL OPTION...: the tool over standard input.
with() {
    local tool=$1 needed operands
    shift
    needs "$tool"
    garner "$tool" "$@" "${needed[@]}" "${operands[@]}"
}

# with_file TOOL FILE OPTION...
with_file() {
    local tool=$1 file=$2 needed operands
    shift 2
    needs "$tool"
    garner "$tool" "$@" "${needed[@]}" "${operands[@]}" "$file"
}
