#!/bin/bash
# dialogues.sh GARNER DATA - every file of a folder of dialogues, instructions and preferences becomes rows in four forms; prints a table: rows, what
# was dropped and why, and what validate says of each form. DATA has the files named below; those that are missing are left out.
set -euo pipefail
garner=$(realpath "${1:?dialogues.sh GARNER DATA}")
data=$(realpath "${2:?dialogues.sh GARNER DATA}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C
cd "$data"
sft_forms=(openai-sft bedrock-converse sharegpt trl-messages)
dpo_forms=(openai-dpo trl-preference together-preference nova-dpo)
faults=0

# codes_of FORM FILE: of the rows that are refused, with their counts.
codes_of() {
    "$garner" validate --profile "$1" --format jsonl "$2" > "$work/faults" 2> /dev/null || true
    jq -r 'select(.code != null and (.code | startswith("E_"))) | .code' "$work/faults" | sort | uniq -c | awk '{ printf "%s%s %s", sep, $2, $1; sep = ", " }'
}

# validated FORM: "valid", or what validate --fix mended so that it is, or the codes of what is not.
validated() {
    local codes left
    codes=$(codes_of "$1" "$work/rows")
    [ -n "$codes" ] || { echo valid; return; }
    "$garner" validate -q --profile "$1" --fix "$work/rows" -o "$work/mended" > "$work/faults" 2>&1 || true
    left=$(codes_of "$1" "$work/mended")
    case $left in
    '') echo "valid, mended: $codes" ;;
    E_TOO_FEW\ 1) echo 'valid rows, too few' ;;
    *) echo "$left" ;;
    esac
}

# rows_of FILE HOW TOOL OPTION...: the records of FILE through the tool, in four forms. HOW: records, ingest, text.
rows_of() {
    local file=$1 how=$2 tool=$3 form rows dropped verdict line forms
    shift 3
    [ -e "$file" ] || return 0
    case $how in
    records) cp "$file" "$work/in" ;;
    ingest) "$garner" ingest -q --metadata-fields '*' "$file" > "$work/in" ;;
    text) "$garner" ingest -q --as text "$file" > "$work/in" ;;
    esac
    forms=("${sft_forms[@]}")
    [ "$tool" = sft ] || forms=("${dpo_forms[@]}")
    line=
    for form in "${forms[@]}"; do
        if ! "$garner" "$tool" -q "$@" --profile "$form" --dropped "$work/dropped" --summary "$work/summary" -o "$work/rows" "$work/in" 2> "$work/errors"; then
            line+=" | $(head -1 "$work/errors" | cut -c1-60)"
            continue
        fi
        verdict=$(validated "$form")
        [[ $verdict == valid* ]] || faults=$((faults + 1))
        line+=" | $verdict"
    done
    rows=$(wc -l < "$work/rows")
    dropped=$({
        jq -r '.code' "$work/dropped"
        jq -r '.steps[0].rows_dropped | to_entries[] | range(.value) as $i | .key' "$work/summary"
    } | sort | uniq -c | awk '{ printf "%s%s %s", sep, $2, $1; sep = ", " }')
    printf '| %s | %s | %s | %s | %s%s |\n' "$file" "$tool ${*//$work\//}" "$(wc -l < "$work/in")" "$rows" "${dropped:-none}" "$line"
}

head_of() {
    printf '| file | made by | records | rows | dropped |'
    printf ' %s |' "$@"
    printf '\n| --- | --- | --- | --- | --- |'
    printf ' --- |%.0s' "$@"
    printf '\n'
}

head_of "${sft_forms[@]}"
rows_of instruct_alpaca.json ingest sft --preset alpaca
rows_of tool_use.jsonl records sft --preset toolformer
rows_of seed_tasks.jsonl records sft --preset self-instruct
rows_of sharegpt.json ingest sft --preset sharegpt
rows_of oasst_trees.jsonl records sft --preset oasst
rows_of taskmaster.json ingest sft --preset taskmaster --merge-turns
rows_of hh_pairs.jsonl records sft --preset hh
rows_of preference_alpaca_eval.jsonl records sft --user '{{instruction}}' --assistant '{{output_1}}'
rows_of gsm8k_solutions.jsonl records sft --user '{{question}}' --assistant '{{ground_truth}}'
rows_of teacher_student.jsonl records sft --user '{{prompt}}' --assistant '{{teacher_output}}'
rows_of mt_bench_questions.jsonl records sft --user '{{turns[0]}}' --assistant '{{reference[0]|}}'
rows_of judge_prompts.jsonl records sft --user '{{description}}' --assistant '{{prompt_template}}'
rows_of banking77.csv ingest sft --user '{{metadata.text}}' --assistant '{{category}}' --system 'Name the intent.'
rows_of clinc_intents.json text sft --preset label-pairs
rows_of irc text sft --preset irc --merge-turns
rows_of faq_yaml text sft --preset faq-yaml
for file in decontamination/*.jsonl; do
    case $file in
    *_train*) rows_of "$file" records sft --preset completion ;;
    *humaneval*) rows_of "$file" records sft --user '{{prompt}}' --assistant '{{canonical_solution}}' ;;
    *) rows_of "$file" records sft --user '{{question}}' --assistant '{{answer}}' ;;
    esac
done
printf 'rows: examples\nuser: "{{input}}"\nassistant: "{{target}}"\nparse: json\n' > "$work/bbh.yaml"
for file in decontamination/bbh_*.json; do rows_of "$file" text sft --map "$work/bbh.yaml"; done
echo
head_of "${dpo_forms[@]}"
rows_of hh_pairs.jsonl records dpo --preset hh-pairs --merge-turns
rows_of preference_alpaca_eval.jsonl records dpo --preset alpaca-eval
rows_of preference_alpaca_eval.jsonl records dpo --preset alpaca-eval --margin 0.9
rows_of gsm8k_solutions.jsonl records dpo --preset gsm8k-solutions
rows_of gsm8k_solutions.jsonl records dpo --preset gsm8k-solutions --method all
rows_of teacher_student.jsonl records dpo --preset teacher-student
rows_of oasst_trees.jsonl records dpo --preset oasst --merge-turns
[ "$faults" = 0 ] || echo "$faults files are not valid"
exit $((faults > 0))
