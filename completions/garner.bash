# Completion of garner for bash; made by: garner completion bash

_garner_words() {
    local start=''
    [[ $word == *,* ]] && start=${word%,*},
    mapfile -t COMPREPLY < <(compgen -P "$start" -W "$1" -- "${word##*,}")
}

_garner_paths() {
    compopt -o filenames 2> /dev/null
    mapfile -t COMPREPLY < <(compgen "$1" -- "$word")
}

_garner() {
    local word=${COMP_WORDS[COMP_CWORD]} before='' tool='' options=''
    COMPREPLY=()
    ((COMP_CWORD > 0)) && before=${COMP_WORDS[COMP_CWORD - 1]}
    if [[ $word == '=' ]]; then
        word=''
    elif [[ $before == '=' ]] && ((COMP_CWORD > 1)); then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    case ${COMP_WORDS[0]##*/} in
    garner-*) tool=${COMP_WORDS[0]##*/garner-} tool=${tool#garner-} ;;
    *) ((COMP_CWORD > 1)) && tool=${COMP_WORDS[1]} ;;
    esac
    case $tool in
    ingest)
        case $before in
        --as) _garner_words 'auto text markdown html xml csv tsv json jsonl lines pdf eml mbox warc docx pptx xlsx odt ods odp epub rtf rst srt vtt'; return ;;
        --name) :; return ;;
        --root-name) :; return ;;
        --include | -i) :; return ;;
        --exclude | -x) :; return ;;
        --text-field) :; return ;;
        --id-field) :; return ;;
        --metadata-fields) :; return ;;
        --delimiter) :; return ;;
        --charset) :; return ;;
        --watch-poll) :; return ;;
        --rescan) :; return ;;
        --idle-exit) :; return ;;
        --max-document-bytes) :; return ;;
        --max-entries) :; return ;;
        --max-expansion) :; return ;;
        --max-nesting) :; return ;;
        --max-decoder-seconds) :; return ;;
        --max-decoder-memory) :; return ;;
        --ledger) _garner_paths -f; return ;;
        --max-deletes) :; return ;;
        --journal) :; return ;;
        --wait) :; return ;;
        --output | -o) _garner_paths -f; return ;;
        --jobs | -j) :; return ;;
        --seed) :; return ;;
        --on-error) _garner_words 'fail skip'; return ;;
        --rejects) _garner_paths -f; return ;;
        --dropped) _garner_paths -f; return ;;
        --max-errors) :; return ;;
        --summary) _garner_paths -f; return ;;
        --require) :; return ;;
        --max-delay) :; return ;;
        --log-format) _garner_words 'text json'; return ;;
        --progress) _garner_words 'auto always never'; return ;;
        esac
        options='--as --name --root-name --include --exclude --gitignore --hidden --follow-links --text-field --id-field --metadata-fields --delimiter --header --charset --keep-navigation --images --modified --digest --sidecars --watch --follow --watch-poll --rescan --idle-exit --max-document-bytes --max-entries --max-expansion --max-nesting --max-decoder-seconds --max-decoder-memory --ledger --prune --max-deletes --journal --wait --output --jobs --seed --on-error --rejects --dropped --max-errors --summary --require --dry-run --offline --seal --max-delay --quiet --verbose --log-format --progress --help'
        [[ $word == -* ]] || { _garner_paths -f; return; }
        ;;
    chunk)
        case $before in
        --strategy) _garner_words 'recursive fixed sentence markdown regex page semantic hierarchical none'; return ;;
        --preset) _garner_words 'bedrock-default bedrock-fixed bedrock-hierarchical bedrock-semantic bedrock-none'; return ;;
        --size | -s) :; return ;;
        --overlap) :; return ;;
        --unit | -u) _garner_words 'tokens words chars'; return ;;
        --parent-size) :; return ;;
        --breakpoint) :; return ;;
        --buffer) :; return ;;
        --separator) :; return ;;
        --tokenizer) _garner_paths -f; return ;;
        --field) :; return ;;
        --headings) _garner_words 'auto always never'; return ;;
        --provider) _garner_words 'builtin openai ollama tei cohere voyage bedrock command'; return ;;
        --url) :; return ;;
        --model) :; return ;;
        --dimension) :; return ;;
        --command) _garner_paths -c; return ;;
        --api-key-env) :; return ;;
        --api-key-file) _garner_paths -f; return ;;
        --batch-size) :; return ;;
        --concurrency) :; return ;;
        --timeout) :; return ;;
        --first-byte-timeout) :; return ;;
        --stall-timeout) :; return ;;
        --max-wait) :; return ;;
        --requests-per-minute) :; return ;;
        --tokens-per-minute) :; return ;;
        --truncate) _garner_words 'none end'; return ;;
        --cache) _garner_paths -d; return ;;
        --cache-scope) :; return ;;
        --cache-max-age) :; return ;;
        --document-prefix) :; return ;;
        --query-prefix) :; return ;;
        --output | -o) _garner_paths -f; return ;;
        --jobs | -j) :; return ;;
        --seed) :; return ;;
        --on-error) _garner_words 'fail skip'; return ;;
        --rejects) _garner_paths -f; return ;;
        --dropped) _garner_paths -f; return ;;
        --max-errors) :; return ;;
        --summary) _garner_paths -f; return ;;
        --require) :; return ;;
        --max-delay) :; return ;;
        --log-format) _garner_words 'text json'; return ;;
        --progress) _garner_words 'auto always never'; return ;;
        esac
        options='--strategy --preset --size --overlap --unit --parent-size --breakpoint --buffer --separator --tokenizer --field --headings --provider --url --model --dimension --command --api-key-env --api-key-file --allow-plain-http --batch-size --concurrency --timeout --first-byte-timeout --stall-timeout --max-wait --requests-per-minute --tokens-per-minute --truncate --cache --cache-scope --cache-max-age --document-prefix --query-prefix --output --jobs --seed --on-error --rejects --dropped --max-errors --summary --require --dry-run --offline --seal --sealed --max-delay --quiet --verbose --log-format --progress --help'
        [[ $word == -* ]] || { _garner_paths -f; return; }
        ;;
    filter)
        case $before in
        --where) :; return ;;
        --match) :; return ;;
        --language) :; return ;;
        --language-confidence) :; return ;;
        --field) :; return ;;
        --preset) :; return ;;
        --rules) _garner_paths -f; return ;;
        --threshold) :; return ;;
        --words) _garner_words 'whitespace unicode'; return ;;
        --action) _garner_words 'drop tag'; return ;;
        --into) :; return ;;
        --output | -o) _garner_paths -f; return ;;
        --jobs | -j) :; return ;;
        --seed) :; return ;;
        --on-error) _garner_words 'fail skip'; return ;;
        --rejects) _garner_paths -f; return ;;
        --dropped) _garner_paths -f; return ;;
        --max-errors) :; return ;;
        --summary) _garner_paths -f; return ;;
        --require) :; return ;;
        --max-delay) :; return ;;
        --log-format) _garner_words 'text json'; return ;;
        --progress) _garner_words 'auto always never'; return ;;
        esac
        options='--where --match --language --language-confidence --detect --field --not --preset --rules --threshold --words --action --into --output --jobs --seed --on-error --rejects --dropped --max-errors --summary --require --dry-run --offline --seal --sealed --max-delay --quiet --verbose --log-format --progress --help'
        [[ $word == -* ]] || { _garner_paths -f; return; }
        ;;
    dedup)
        case $before in
        --method) _garner_words 'exact normalized minhash simhash lines sentences substring semantic'; return ;;
        --preset) _garner_words 'datatrove datatrove-sha1 data-juicer nemo text-dedup'; return ;;
        --threshold) :; return ;;
        --distance) :; return ;;
        --least) :; return ;;
        --unit) _garner_words 'bytes words'; return ;;
        --window) :; return ;;
        --rest) :; return ;;
        --field) :; return ;;
        --by) :; return ;;
        --against) _garner_paths -f; return ;;
        --emit) _garner_words 'rows clusters pairs ids'; return ;;
        --memory) :; return ;;
        --output | -o) _garner_paths -f; return ;;
        --jobs | -j) :; return ;;
        --seed) :; return ;;
        --on-error) _garner_words 'fail skip'; return ;;
        --rejects) _garner_paths -f; return ;;
        --dropped) _garner_paths -f; return ;;
        --max-errors) :; return ;;
        --summary) _garner_paths -f; return ;;
        --require) :; return ;;
        --max-delay) :; return ;;
        --log-format) _garner_words 'text json'; return ;;
        --progress) _garner_words 'auto always never'; return ;;
        esac
        options='--method --preset --threshold --distance --least --unit --window --rest --field --by --against --emit --memory --output --jobs --seed --on-error --rejects --dropped --max-errors --summary --require --dry-run --offline --seal --sealed --max-delay --quiet --verbose --log-format --progress --help'
        [[ $word == -* ]] || { _garner_paths -f; return; }
        ;;
    redact)
        case $before in
        --kind) :; return ;;
        --action) _garner_words 'mask hash pseudonym drop tag'; return ;;
        --pseudonym-key-file) _garner_paths -f; return ;;
        --patterns) _garner_paths -f; return ;;
        --list) :; return ;;
        --addresses) _garner_words 'all public'; return ;;
        --field) :; return ;;
        --into) :; return ;;
        --output | -o) _garner_paths -f; return ;;
        --jobs | -j) :; return ;;
        --seed) :; return ;;
        --on-error) _garner_words 'fail skip'; return ;;
        --rejects) _garner_paths -f; return ;;
        --dropped) _garner_paths -f; return ;;
        --max-errors) :; return ;;
        --summary) _garner_paths -f; return ;;
        --require) :; return ;;
        --max-delay) :; return ;;
        --log-format) _garner_words 'text json'; return ;;
        --progress) _garner_words 'auto always never'; return ;;
        esac
        options='--kind --action --pseudonym-key-file --patterns --list --addresses --field --into --output --jobs --seed --on-error --rejects --dropped --max-errors --summary --require --dry-run --offline --seal --sealed --max-delay --quiet --verbose --log-format --progress --help'
        [[ $word == -* ]] || { _garner_paths -f; return; }
        ;;
    decontaminate)
        case $before in
        --against) _garner_paths -f; return ;;
        --against-field) :; return ;;
        --field) :; return ;;
        --preset) _garner_words 'datatrove nemo'; return ;;
        --ngram) :; return ;;
        --shortest) :; return ;;
        --max-matches) :; return ;;
        --action) _garner_words 'drop cut tag'; return ;;
        --cut-characters) :; return ;;
        --keep-characters) :; return ;;
        --max-pieces) :; return ;;
        --into) :; return ;;
        --memory) :; return ;;
        --output | -o) _garner_paths -f; return ;;
        --jobs | -j) :; return ;;
        --seed) :; return ;;
        --on-error) _garner_words 'fail skip'; return ;;
        --rejects) _garner_paths -f; return ;;
        --dropped) _garner_paths -f; return ;;
        --max-errors) :; return ;;
        --summary) _garner_paths -f; return ;;
        --require) :; return ;;
        --max-delay) :; return ;;
        --log-format) _garner_words 'text json'; return ;;
        --progress) _garner_words 'auto always never'; return ;;
        esac
        options='--against --against-field --field --preset --ngram --shortest --max-matches --action --cut-characters --keep-characters --max-pieces --into --memory --output --jobs --seed --on-error --rejects --dropped --max-errors --summary --require --dry-run --offline --seal --sealed --max-delay --quiet --verbose --log-format --progress --help'
        [[ $word == -* ]] || { _garner_paths -f; return; }
        ;;
    tokens)
        case $before in
        --tokenizer) _garner_paths -f; return ;;
        --field) :; return ;;
        --into) :; return ;;
        --added-tokens) _garner_words 'file tokens text'; return ;;
        --output | -o) _garner_paths -f; return ;;
        --jobs | -j) :; return ;;
        --seed) :; return ;;
        --on-error) _garner_words 'fail skip'; return ;;
        --rejects) _garner_paths -f; return ;;
        --dropped) _garner_paths -f; return ;;
        --max-errors) :; return ;;
        --summary) _garner_paths -f; return ;;
        --require) :; return ;;
        --max-delay) :; return ;;
        --log-format) _garner_words 'text json'; return ;;
        --progress) _garner_words 'auto always never'; return ;;
        esac
        options='--tokenizer --field --into --encode --decode --added-tokens --output --jobs --seed --on-error --rejects --dropped --max-errors --summary --require --dry-run --offline --seal --sealed --max-delay --quiet --verbose --log-format --progress --help'
        [[ $word == -* ]] || { _garner_paths -f; return; }
        ;;
    sort)
        case $before in
        --by) :; return ;;
        --memory) :; return ;;
        --output | -o) _garner_paths -f; return ;;
        --jobs | -j) :; return ;;
        --seed) :; return ;;
        --on-error) _garner_words 'fail skip'; return ;;
        --rejects) _garner_paths -f; return ;;
        --dropped) _garner_paths -f; return ;;
        --max-errors) :; return ;;
        --summary) _garner_paths -f; return ;;
        --require) :; return ;;
        --max-delay) :; return ;;
        --log-format) _garner_words 'text json'; return ;;
        --progress) _garner_words 'auto always never'; return ;;
        esac
        options='--by --reverse --memory --output --jobs --seed --on-error --rejects --dropped --max-errors --summary --require --dry-run --offline --seal --sealed --max-delay --quiet --verbose --log-format --progress --help'
        [[ $word == -* ]] || { _garner_paths -f; return; }
        ;;
    shuffle)
        case $before in
        --memory) :; return ;;
        --output | -o) _garner_paths -f; return ;;
        --jobs | -j) :; return ;;
        --seed) :; return ;;
        --on-error) _garner_words 'fail skip'; return ;;
        --rejects) _garner_paths -f; return ;;
        --dropped) _garner_paths -f; return ;;
        --max-errors) :; return ;;
        --summary) _garner_paths -f; return ;;
        --require) :; return ;;
        --max-delay) :; return ;;
        --log-format) _garner_words 'text json'; return ;;
        --progress) _garner_words 'auto always never'; return ;;
        esac
        options='--memory --output --jobs --seed --on-error --rejects --dropped --max-errors --summary --require --dry-run --offline --seal --sealed --max-delay --quiet --verbose --log-format --progress --help'
        [[ $word == -* ]] || { _garner_paths -f; return; }
        ;;
    sample)
        case $before in
        --count | -n) :; return ;;
        --share) :; return ;;
        --by) :; return ;;
        --per) :; return ;;
        --memory) :; return ;;
        --output | -o) _garner_paths -f; return ;;
        --jobs | -j) :; return ;;
        --seed) :; return ;;
        --on-error) _garner_words 'fail skip'; return ;;
        --rejects) _garner_paths -f; return ;;
        --dropped) _garner_paths -f; return ;;
        --max-errors) :; return ;;
        --summary) _garner_paths -f; return ;;
        --require) :; return ;;
        --max-delay) :; return ;;
        --log-format) _garner_words 'text json'; return ;;
        --progress) _garner_words 'auto always never'; return ;;
        esac
        options='--count --share --by --per --memory --output --jobs --seed --on-error --rejects --dropped --max-errors --summary --require --dry-run --offline --seal --sealed --max-delay --quiet --verbose --log-format --progress --help'
        [[ $word == -* ]] || { _garner_paths -f; return; }
        ;;
    stats)
        case $before in
        --format) _garner_words 'table json'; return ;;
        --html) _garner_paths -f; return ;;
        --card) _garner_paths -f; return ;;
        --title) :; return ;;
        --rows) _garner_paths -f; return ;;
        --field) :; return ;;
        --tokenizer) _garner_paths -f; return ;;
        --output | -o) _garner_paths -f; return ;;
        --jobs | -j) :; return ;;
        --seed) :; return ;;
        --on-error) _garner_words 'fail skip'; return ;;
        --rejects) _garner_paths -f; return ;;
        --dropped) _garner_paths -f; return ;;
        --max-errors) :; return ;;
        --summary) _garner_paths -f; return ;;
        --require) :; return ;;
        --max-delay) :; return ;;
        --log-format) _garner_words 'text json'; return ;;
        --progress) _garner_words 'auto always never'; return ;;
        esac
        options='--compare --format --html --card --title --rows --field --tokenizer --output --jobs --seed --on-error --rejects --dropped --max-errors --summary --require --dry-run --offline --sealed --max-delay --quiet --verbose --log-format --progress --help'
        [[ $word == -* ]] || { _garner_paths -f; return; }
        ;;
    embed)
        case $before in
        --field) :; return ;;
        --encoding) _garner_words 'float base64'; return ;;
        --provider) _garner_words 'builtin openai ollama tei cohere voyage bedrock command'; return ;;
        --url) :; return ;;
        --model) :; return ;;
        --dimension) :; return ;;
        --command) _garner_paths -c; return ;;
        --api-key-env) :; return ;;
        --api-key-file) _garner_paths -f; return ;;
        --batch-size) :; return ;;
        --concurrency) :; return ;;
        --timeout) :; return ;;
        --first-byte-timeout) :; return ;;
        --stall-timeout) :; return ;;
        --max-wait) :; return ;;
        --requests-per-minute) :; return ;;
        --tokens-per-minute) :; return ;;
        --truncate) _garner_words 'none end'; return ;;
        --cache) _garner_paths -d; return ;;
        --cache-scope) :; return ;;
        --cache-max-age) :; return ;;
        --document-prefix) :; return ;;
        --query-prefix) :; return ;;
        --output | -o) _garner_paths -f; return ;;
        --jobs | -j) :; return ;;
        --seed) :; return ;;
        --on-error) _garner_words 'fail skip'; return ;;
        --rejects) _garner_paths -f; return ;;
        --dropped) _garner_paths -f; return ;;
        --max-errors) :; return ;;
        --summary) _garner_paths -f; return ;;
        --require) :; return ;;
        --max-delay) :; return ;;
        --log-format) _garner_words 'text json'; return ;;
        --progress) _garner_words 'auto always never'; return ;;
        esac
        options='--field --encoding --provider --url --model --dimension --command --api-key-env --api-key-file --allow-plain-http --batch-size --concurrency --timeout --first-byte-timeout --stall-timeout --max-wait --requests-per-minute --tokens-per-minute --truncate --cache --cache-scope --cache-max-age --document-prefix --query-prefix --output --jobs --seed --on-error --rejects --dropped --max-errors --summary --require --dry-run --offline --seal --sealed --max-delay --quiet --verbose --log-format --progress --help'
        [[ $word == -* ]] || { _garner_paths -f; return; }
        ;;
    generate)
        case $before in
        --prompt) _garner_paths -f; return ;;
        --system) :; return ;;
        --user) :; return ;;
        --schema) _garner_paths -f; return ;;
        --samples | -n) :; return ;;
        --min-samples) :; return ;;
        --provider) _garner_words 'openai ollama anthropic bedrock command'; return ;;
        --url) :; return ;;
        --model) :; return ;;
        --command) _garner_paths -c; return ;;
        --api-key-env) :; return ;;
        --api-key-file) _garner_paths -f; return ;;
        --max-tokens) :; return ;;
        --temperature) :; return ;;
        --top-p) :; return ;;
        --stop) :; return ;;
        --concurrency) :; return ;;
        --requests-per-minute) :; return ;;
        --tokens-per-minute) :; return ;;
        --timeout) :; return ;;
        --max-wait) :; return ;;
        --max-requests) :; return ;;
        --max-cost) :; return ;;
        --prices) _garner_paths -f; return ;;
        --input-price) :; return ;;
        --output-price) :; return ;;
        --batch-requests) _garner_paths -f; return ;;
        --batch-results) _garner_paths -f; return ;;
        --cache) _garner_paths -d; return ;;
        --cache-scope) :; return ;;
        --cache-max-age) :; return ;;
        --output | -o) _garner_paths -f; return ;;
        --jobs | -j) :; return ;;
        --seed) :; return ;;
        --on-error) _garner_words 'fail skip'; return ;;
        --rejects) _garner_paths -f; return ;;
        --dropped) _garner_paths -f; return ;;
        --max-errors) :; return ;;
        --summary) _garner_paths -f; return ;;
        --require) :; return ;;
        --max-delay) :; return ;;
        --log-format) _garner_words 'text json'; return ;;
        --progress) _garner_words 'auto always never'; return ;;
        esac
        options='--prompt --system --user --schema --samples --min-samples --keep-truncated --messages --provider --url --model --command --api-key-env --api-key-file --allow-plain-http --max-tokens --temperature --top-p --stop --concurrency --requests-per-minute --tokens-per-minute --timeout --max-wait --max-requests --max-cost --prices --input-price --output-price --batch-requests --batch-results --cache --cache-scope --cache-max-age --output --jobs --seed --on-error --rejects --dropped --max-errors --summary --require --dry-run --offline --seal --sealed --max-delay --quiet --verbose --log-format --progress --help'
        [[ $word == -* ]] || { _garner_paths -f; return; }
        ;;
    judge)
        case $before in
        --mode) _garner_words 'score pair'; return ;;
        --rubric) _garner_paths -f; return ;;
        --question) :; return ;;
        --completion) :; return ;;
        --minimum) :; return ;;
        --maximum) :; return ;;
        --label) :; return ;;
        --provider) _garner_words 'openai ollama anthropic bedrock command'; return ;;
        --url) :; return ;;
        --model) :; return ;;
        --command) _garner_paths -c; return ;;
        --api-key-env) :; return ;;
        --api-key-file) _garner_paths -f; return ;;
        --max-tokens) :; return ;;
        --temperature) :; return ;;
        --top-p) :; return ;;
        --stop) :; return ;;
        --concurrency) :; return ;;
        --requests-per-minute) :; return ;;
        --tokens-per-minute) :; return ;;
        --timeout) :; return ;;
        --max-wait) :; return ;;
        --max-requests) :; return ;;
        --max-cost) :; return ;;
        --prices) _garner_paths -f; return ;;
        --input-price) :; return ;;
        --output-price) :; return ;;
        --batch-requests) _garner_paths -f; return ;;
        --batch-results) _garner_paths -f; return ;;
        --cache) _garner_paths -d; return ;;
        --cache-scope) :; return ;;
        --cache-max-age) :; return ;;
        --output | -o) _garner_paths -f; return ;;
        --jobs | -j) :; return ;;
        --seed) :; return ;;
        --on-error) _garner_words 'fail skip'; return ;;
        --rejects) _garner_paths -f; return ;;
        --dropped) _garner_paths -f; return ;;
        --max-errors) :; return ;;
        --summary) _garner_paths -f; return ;;
        --require) :; return ;;
        --max-delay) :; return ;;
        --log-format) _garner_words 'text json'; return ;;
        --progress) _garner_words 'auto always never'; return ;;
        esac
        options='--mode --rubric --question --completion --minimum --maximum --label --provider --url --model --command --api-key-env --api-key-file --allow-plain-http --max-tokens --temperature --top-p --stop --concurrency --requests-per-minute --tokens-per-minute --timeout --max-wait --max-requests --max-cost --prices --input-price --output-price --batch-requests --batch-results --cache --cache-scope --cache-max-age --output --jobs --seed --on-error --rejects --dropped --max-errors --summary --require --dry-run --offline --seal --sealed --max-delay --quiet --verbose --log-format --progress --help'
        [[ $word == -* ]] || { _garner_paths -f; return; }
        ;;
    sft)
        case $before in
        --preset) :; return ;;
        --map) _garner_paths -f; return ;;
        --system) :; return ;;
        --user) :; return ;;
        --assistant) :; return ;;
        --window) :; return ;;
        --stride) :; return ;;
        --max-turns) :; return ;;
        --max-chars) :; return ;;
        --max-tokens) :; return ;;
        --tokenizer) :; return ;;
        --train-on) _garner_words 'all last'; return ;;
        --role-tags) :; return ;;
        --check-passage) :; return ;;
        --passage) :; return ;;
        --image) :; return ;;
        --image-uri-prefix) :; return ;;
        --profile) :; return ;;
        --keep) :; return ;;
        --memory) :; return ;;
        --output | -o) _garner_paths -f; return ;;
        --jobs | -j) :; return ;;
        --seed) :; return ;;
        --on-error) _garner_words 'fail skip'; return ;;
        --rejects) _garner_paths -f; return ;;
        --dropped) _garner_paths -f; return ;;
        --max-errors) :; return ;;
        --summary) _garner_paths -f; return ;;
        --require) :; return ;;
        --max-delay) :; return ;;
        --log-format) _garner_words 'text json'; return ;;
        --progress) _garner_words 'auto always never'; return ;;
        esac
        options='--preset --map --system --user --assistant --merge-turns --window --stride --max-turns --max-chars --max-tokens --tokenizer --train-on --role-tags --check-passage --passage --image --image-uri-prefix --profile --keep --memory --output --jobs --seed --on-error --rejects --dropped --max-errors --summary --require --dry-run --offline --seal --sealed --max-delay --quiet --verbose --log-format --progress --help'
        [[ $word == -* ]] || { _garner_paths -f; return; }
        ;;
    distill)
        case $before in
        --preset) :; return ;;
        --map) _garner_paths -f; return ;;
        --system) :; return ;;
        --user) :; return ;;
        --assistant) :; return ;;
        --choose) _garner_words 'best first all'; return ;;
        --min-score) :; return ;;
        --vote) :; return ;;
        --agreement) :; return ;;
        --check) _garner_paths -c; return ;;
        --check-timeout) :; return ;;
        --profile) :; return ;;
        --keep) :; return ;;
        --memory) :; return ;;
        --output | -o) _garner_paths -f; return ;;
        --jobs | -j) :; return ;;
        --seed) :; return ;;
        --on-error) _garner_words 'fail skip'; return ;;
        --rejects) _garner_paths -f; return ;;
        --dropped) _garner_paths -f; return ;;
        --max-errors) :; return ;;
        --summary) _garner_paths -f; return ;;
        --require) :; return ;;
        --max-delay) :; return ;;
        --log-format) _garner_words 'text json'; return ;;
        --progress) _garner_words 'auto always never'; return ;;
        esac
        options='--preset --map --system --user --assistant --prompts-only --merge-turns --choose --min-score --vote --agreement --check --check-timeout --profile --keep --memory --output --jobs --seed --on-error --rejects --dropped --max-errors --summary --require --dry-run --offline --seal --sealed --max-delay --quiet --verbose --log-format --progress --help'
        [[ $word == -* ]] || { _garner_paths -f; return; }
        ;;
    dpo)
        case $before in
        --preset) :; return ;;
        --map) _garner_paths -f; return ;;
        --system) :; return ;;
        --user) :; return ;;
        --method) _garner_words 'best-worst all'; return ;;
        --margin) :; return ;;
        --good-from) :; return ;;
        --conflicts) _garner_words 'drop keep'; return ;;
        --profile) :; return ;;
        --keep) :; return ;;
        --memory) :; return ;;
        --output | -o) _garner_paths -f; return ;;
        --jobs | -j) :; return ;;
        --seed) :; return ;;
        --on-error) _garner_words 'fail skip'; return ;;
        --rejects) _garner_paths -f; return ;;
        --dropped) _garner_paths -f; return ;;
        --max-errors) :; return ;;
        --summary) _garner_paths -f; return ;;
        --require) :; return ;;
        --max-delay) :; return ;;
        --log-format) _garner_words 'text json'; return ;;
        --progress) _garner_words 'auto always never'; return ;;
        esac
        options='--preset --map --system --user --method --margin --good-from --conflicts --merge-turns --profile --keep --memory --output --jobs --seed --on-error --rejects --dropped --max-errors --summary --require --dry-run --offline --seal --sealed --max-delay --quiet --verbose --log-format --progress --help'
        [[ $word == -* ]] || { _garner_paths -f; return; }
        ;;
    split)
        case $before in
        --ratio) :; return ;;
        --count) :; return ;;
        --by) :; return ;;
        --stratify) :; return ;;
        --time) :; return ;;
        --cut) :; return ;;
        --leak) :; return ;;
        --on-leak) _garner_words 'report move drop'; return ;;
        --threshold) :; return ;;
        --ngram) :; return ;;
        --into) :; return ;;
        --memory) :; return ;;
        --output | -o) _garner_paths -f; return ;;
        --jobs | -j) :; return ;;
        --seed) :; return ;;
        --on-error) _garner_words 'fail skip'; return ;;
        --rejects) _garner_paths -f; return ;;
        --dropped) _garner_paths -f; return ;;
        --max-errors) :; return ;;
        --summary) _garner_paths -f; return ;;
        --require) :; return ;;
        --max-delay) :; return ;;
        --log-format) _garner_words 'text json'; return ;;
        --progress) _garner_words 'auto always never'; return ;;
        esac
        options='--ratio --count --by --stratify --time --cut --leak --on-leak --group-near --threshold --ngram --into --memory --output --jobs --seed --on-error --rejects --dropped --max-errors --summary --require --dry-run --offline --seal --sealed --max-delay --quiet --verbose --log-format --progress --help'
        [[ $word == -* ]] || { _garner_paths -f; return; }
        ;;
    convert)
        case $before in
        --from) :; return ;;
        --to) :; return ;;
        --answers) _garner_words 'keep chosen each none'; return ;;
        --on-loss) _garner_words 'warn drop reject'; return ;;
        --accept-loss) :; return ;;
        --system) :; return ;;
        --system-joiner) :; return ;;
        --model) :; return ;;
        --output | -o) _garner_paths -f; return ;;
        --jobs | -j) :; return ;;
        --seed) :; return ;;
        --on-error) _garner_words 'fail skip'; return ;;
        --rejects) _garner_paths -f; return ;;
        --dropped) _garner_paths -f; return ;;
        --max-errors) :; return ;;
        --summary) _garner_paths -f; return ;;
        --require) :; return ;;
        --max-delay) :; return ;;
        --log-format) _garner_words 'text json'; return ;;
        --progress) _garner_words 'auto always never'; return ;;
        esac
        options='--from --to --answers --on-loss --accept-loss --system --system-joiner --model --keep-extras --output --jobs --seed --on-error --rejects --dropped --max-errors --summary --require --dry-run --offline --seal --sealed --max-delay --quiet --verbose --log-format --progress --help'
        [[ $word == -* ]] || { _garner_paths -f; return; }
        ;;
    mix)
        case $before in
        --weight) :; return ;;
        --unit) _garner_words 'rows tokens'; return ;;
        --tokenizer) _garner_paths -f; return ;;
        --temperature) :; return ;;
        --stop) _garner_words 'first-exhausted all-exhausted'; return ;;
        --epochs) :; return ;;
        --max-repeats) :; return ;;
        --max-rows) :; return ;;
        --max-tokens) :; return ;;
        --into) :; return ;;
        --output | -o) _garner_paths -f; return ;;
        --jobs | -j) :; return ;;
        --seed) :; return ;;
        --on-error) _garner_words 'fail skip'; return ;;
        --rejects) _garner_paths -f; return ;;
        --dropped) _garner_paths -f; return ;;
        --max-errors) :; return ;;
        --summary) _garner_paths -f; return ;;
        --require) :; return ;;
        --max-delay) :; return ;;
        --log-format) _garner_words 'text json'; return ;;
        --progress) _garner_words 'auto always never'; return ;;
        esac
        options='--weight --unit --tokenizer --temperature --stop --epochs --max-repeats --max-rows --max-tokens --into --output --jobs --seed --on-error --rejects --dropped --max-errors --summary --require --dry-run --offline --seal --max-delay --quiet --verbose --log-format --progress --help'
        [[ $word == -* ]] || { _garner_paths -f; return; }
        ;;
    index)
        case $before in
        --delete) :; return ;;
        --commit-every) :; return ;;
        --acknowledge) _garner_paths -f; return ;;
        --memory) :; return ;;
        --wait) :; return ;;
        --language) :; return ;;
        --field) :; return ;;
        --metric) _garner_words 'cosine dot euclidean'; return ;;
        --query-prefix) :; return ;;
        --document-prefix) :; return ;;
        --embedded-field) :; return ;;
        --jobs | -j) :; return ;;
        --seed) :; return ;;
        --on-error) _garner_words 'fail skip'; return ;;
        --rejects) _garner_paths -f; return ;;
        --dropped) _garner_paths -f; return ;;
        --max-errors) :; return ;;
        --summary) _garner_paths -f; return ;;
        --require) :; return ;;
        --max-delay) :; return ;;
        --log-format) _garner_words 'text json'; return ;;
        --progress) _garner_words 'auto always never'; return ;;
        esac
        options='--delete --commit-every --acknowledge --compact --memory --wait --language --field --metric --query-prefix --document-prefix --embedded-field --jobs --seed --on-error --rejects --dropped --max-errors --summary --require --dry-run --offline --sealed --max-delay --quiet --verbose --log-format --progress --help'
        [[ $word == -* ]] || { _garner_paths -d; return; }
        ;;
    query)
        case $before in
        --queries) _garner_paths -f; return ;;
        --top-k | -k) :; return ;;
        --mode) _garner_words 'hybrid vector lexical'; return ;;
        --where) :; return ;;
        --by) :; return ;;
        --format) _garner_words 'jsonl table trec prompt'; return ;;
        --budget) :; return ;;
        --weights) :; return ;;
        --rrf-k) :; return ;;
        --k1) :; return ;;
        --b) :; return ;;
        --rerank) :; return ;;
        --rerank-provider) _garner_words 'cohere jina voyage tei bedrock command'; return ;;
        --rerank-model) :; return ;;
        --rerank-command) _garner_paths -c; return ;;
        --rerank-api-key-env) :; return ;;
        --rerank-api-key-file) _garner_paths -f; return ;;
        --rerank-candidates) :; return ;;
        --answer) :; return ;;
        --answer-provider) _garner_words 'openai ollama anthropic bedrock command'; return ;;
        --answer-model) :; return ;;
        --answer-command) _garner_paths -c; return ;;
        --answer-api-key-env) :; return ;;
        --answer-api-key-file) _garner_paths -f; return ;;
        --answer-tokens) :; return ;;
        --answer-temperature) :; return ;;
        --rewrite) :; return ;;
        --rewrite-by) :; return ;;
        --rewrite-command) _garner_paths -c; return ;;
        --provider) _garner_words 'builtin openai ollama tei cohere voyage bedrock command'; return ;;
        --url) :; return ;;
        --model) :; return ;;
        --dimension) :; return ;;
        --command) _garner_paths -c; return ;;
        --api-key-env) :; return ;;
        --api-key-file) _garner_paths -f; return ;;
        --batch-size) :; return ;;
        --concurrency) :; return ;;
        --timeout) :; return ;;
        --first-byte-timeout) :; return ;;
        --stall-timeout) :; return ;;
        --max-wait) :; return ;;
        --requests-per-minute) :; return ;;
        --tokens-per-minute) :; return ;;
        --truncate) _garner_words 'none end'; return ;;
        --cache) _garner_paths -d; return ;;
        --cache-scope) :; return ;;
        --cache-max-age) :; return ;;
        --document-prefix) :; return ;;
        --query-prefix) :; return ;;
        --output | -o) _garner_paths -f; return ;;
        --jobs | -j) :; return ;;
        --seed) :; return ;;
        --on-error) _garner_words 'fail skip'; return ;;
        --rejects) _garner_paths -f; return ;;
        --dropped) _garner_paths -f; return ;;
        --max-errors) :; return ;;
        --summary) _garner_paths -f; return ;;
        --require) :; return ;;
        --log-format) _garner_words 'text json'; return ;;
        --progress) _garner_words 'auto always never'; return ;;
        esac
        options='--queries --top-k --mode --where --by --parents --format --budget --weights --rrf-k --k1 --b --rerank --rerank-provider --rerank-model --rerank-command --rerank-api-key-env --rerank-api-key-file --rerank-candidates --rerank-fallback --answer --answer-provider --answer-model --answer-command --answer-api-key-env --answer-api-key-file --answer-tokens --answer-temperature --check-citations --rewrite --rewrite-by --rewrite-command --provider --url --model --dimension --command --api-key-env --api-key-file --allow-plain-http --batch-size --concurrency --timeout --first-byte-timeout --stall-timeout --max-wait --requests-per-minute --tokens-per-minute --truncate --cache --cache-scope --cache-max-age --document-prefix --query-prefix --output --jobs --seed --on-error --rejects --dropped --max-errors --summary --require --dry-run --offline --quiet --verbose --log-format --progress --help'
        [[ $word == -* ]] || { _garner_paths -d; return; }
        ;;
    eval)
        case $before in
        --top-k | -k) :; return ;;
        --format) _garner_words 'table jsonl'; return ;;
        --output | -o) _garner_paths -f; return ;;
        --jobs | -j) :; return ;;
        --seed) :; return ;;
        --on-error) _garner_words 'fail skip'; return ;;
        --rejects) _garner_paths -f; return ;;
        --dropped) _garner_paths -f; return ;;
        --max-errors) :; return ;;
        --summary) _garner_paths -f; return ;;
        --require) :; return ;;
        --log-format) _garner_words 'text json'; return ;;
        --progress) _garner_words 'auto always never'; return ;;
        esac
        options='--top-k --complete --per-query --format --output --jobs --seed --on-error --rejects --dropped --max-errors --summary --require --dry-run --offline --quiet --verbose --log-format --progress --help'
        [[ $word == -* ]] || { _garner_paths -f; return; }
        ;;
    pretrain)
        case $before in
        --profile) :; return ;;
        --field) :; return ;;
        --keep) :; return ;;
        --separator) :; return ;;
        --min-chars) :; return ;;
        --max-tokens) :; return ;;
        --tokenizer) _garner_paths -f; return ;;
        --output | -o) _garner_paths -f; return ;;
        --jobs | -j) :; return ;;
        --seed) :; return ;;
        --on-error) _garner_words 'fail skip'; return ;;
        --rejects) _garner_paths -f; return ;;
        --dropped) _garner_paths -f; return ;;
        --max-errors) :; return ;;
        --summary) _garner_paths -f; return ;;
        --require) :; return ;;
        --max-delay) :; return ;;
        --log-format) _garner_words 'text json'; return ;;
        --progress) _garner_words 'auto always never'; return ;;
        esac
        options='--profile --field --keep --join --separator --strip --tidy --min-chars --max-tokens --tokenizer --output --jobs --seed --on-error --rejects --dropped --max-errors --summary --require --dry-run --offline --seal --sealed --max-delay --quiet --verbose --log-format --progress --help'
        [[ $word == -* ]] || { _garner_paths -f; return; }
        ;;
    pack)
        case $before in
        --length | -l) :; return ;;
        --tokenizer) _garner_paths -f; return ;;
        --strategy) _garner_words 'best-fit greedy wrapped none'; return ;;
        --long) _garner_words 'split drop truncate'; return ;;
        --separator) :; return ;;
        --field) :; return ;;
        --emit) _garner_words 'text ids'; return ;;
        --window) :; return ;;
        --shard-size) :; return ;;
        --shard-rows) :; return ;;
        --shards) :; return ;;
        --verify) _garner_paths -f; return ;;
        --output | -o) _garner_paths -f; return ;;
        --jobs | -j) :; return ;;
        --seed) :; return ;;
        --on-error) _garner_words 'fail skip'; return ;;
        --rejects) _garner_paths -f; return ;;
        --dropped) _garner_paths -f; return ;;
        --max-errors) :; return ;;
        --summary) _garner_paths -f; return ;;
        --require) :; return ;;
        --max-delay) :; return ;;
        --log-format) _garner_words 'text json'; return ;;
        --progress) _garner_words 'auto always never'; return ;;
        esac
        options='--length --tokenizer --strategy --long --separator --field --emit --positions --documents --window --shard-size --shard-rows --shards --verify --output --jobs --seed --on-error --rejects --dropped --max-errors --summary --require --dry-run --offline --seal --sealed --max-delay --quiet --verbose --log-format --progress --help'
        [[ $word == -* ]] || { _garner_paths -f; return; }
        ;;
    validate)
        case $before in
        --profile | -p) :; return ;;
        --format) _garner_words 'table jsonl junit github'; return ;;
        --faults) :; return ;;
        --role) _garner_words 'train validation'; return ;;
        --against) _garner_paths -f; return ;;
        --tokenizer) _garner_paths -f; return ;;
        --memory) :; return ;;
        --output | -o) _garner_paths -f; return ;;
        --jobs | -j) :; return ;;
        --seed) :; return ;;
        --summary) _garner_paths -f; return ;;
        --require) :; return ;;
        --log-format) _garner_words 'text json'; return ;;
        --progress) _garner_words 'auto always never'; return ;;
        esac
        options='--profile --list --format --faults --strict --role --against --fix --explain --tokenizer --memory --output --jobs --seed --summary --require --offline --quiet --verbose --log-format --progress --help'
        [[ $word == -* ]] || { _garner_paths -f; return; }
        ;;
    view)
        case $before in
        --fields | -f) :; return ;;
        --limit | -n) :; return ;;
        --lines) :; return ;;
        --width | -w) :; return ;;
        --output | -o) _garner_paths -f; return ;;
        --log-format) _garner_words 'text json'; return ;;
        esac
        options='--fields --limit --lines --width --output --quiet --verbose --log-format --help'
        [[ $word == -* ]] || { _garner_paths -f; return; }
        ;;
    info)
        case $before in
        --format) _garner_words 'table json'; return ;;
        --output | -o) _garner_paths -f; return ;;
        --log-format) _garner_words 'text json'; return ;;
        esac
        options='--digest --format --output --quiet --verbose --log-format --help'
        [[ $word == -* ]] || { _garner_paths -f; return; }
        ;;
    verify)
        case $before in
        --format) _garner_words 'table json'; return ;;
        --output | -o) _garner_paths -f; return ;;
        --log-format) _garner_words 'text json'; return ;;
        esac
        options='--sealed --format --output --quiet --verbose --log-format --help'
        [[ $word == -* ]] || { _garner_paths -f; return; }
        ;;
    catalog)
        case $before in
        --format) _garner_words 'table jsonl csv'; return ;;
        --max-steps) :; return ;;
        --output | -o) _garner_paths -f; return ;;
        --log-format) _garner_words 'text json'; return ;;
        esac
        options='--format --csv-safe --max-steps --output --quiet --verbose --log-format --help'
        [[ $word == -* ]] || { _garner_paths -f; return; }
        ;;
    run)
        case $before in
        --set) :; return ;;
        --lock) _garner_paths -f; return ;;
        --timeout) :; return ;;
        --jobs | -j) :; return ;;
        --seed) :; return ;;
        --on-error) _garner_words 'fail skip'; return ;;
        --rejects) _garner_paths -f; return ;;
        --dropped) _garner_paths -f; return ;;
        --max-errors) :; return ;;
        --summary) _garner_paths -f; return ;;
        --require) :; return ;;
        --log-format) _garner_words 'text json'; return ;;
        --progress) _garner_words 'auto always never'; return ;;
        esac
        options='--set --check --print-shell --lock --timeout --allow-exec --jobs --seed --on-error --rejects --dropped --max-errors --summary --require --dry-run --offline --quiet --verbose --log-format --progress --help'
        [[ $word == -* ]] || { _garner_paths -f; return; }
        ;;
    doctor)
        case $before in
        --format) _garner_words 'table jsonl'; return ;;
        --output | -o) _garner_paths -f; return ;;
        --log-format) _garner_words 'text json'; return ;;
        esac
        options='--format --output --quiet --verbose --log-format --help'
        [[ $word == -* ]] || { _garner_paths -d; return; }
        ;;
    help)
        case $before in
        --output | -o) _garner_paths -f; return ;;
        --log-format) _garner_words 'text json'; return ;;
        esac
        options='--list --json --codes --output --quiet --verbose --log-format --help'
        [[ $word == -* ]] || { _garner_words 'ingest chunk filter dedup redact decontaminate tokens sort shuffle sample stats embed generate judge sft distill dpo split convert mix index query eval pretrain pack validate view info verify catalog run doctor help man completion schema options formats expressions exit-codes mappings codes environment presets'; return; }
        ;;
    man)
        case $before in
        --output | -o) _garner_paths -f; return ;;
        --log-format) _garner_words 'text json'; return ;;
        esac
        options='--output --quiet --verbose --log-format --help'
        [[ $word == -* ]] || { _garner_words 'ingest chunk filter dedup redact decontaminate tokens sort shuffle sample stats embed generate judge sft distill dpo split convert mix index query eval pretrain pack validate view info verify catalog run doctor help man completion schema'; return; }
        ;;
    completion)
        case $before in
        --output | -o) _garner_paths -f; return ;;
        --log-format) _garner_words 'text json'; return ;;
        esac
        options='--output --quiet --verbose --log-format --help'
        [[ $word == -* ]] || { _garner_words 'bash zsh fish'; return; }
        ;;
    schema)
        case $before in
        --output | -o) _garner_paths -f; return ;;
        --log-format) _garner_words 'text json'; return ;;
        esac
        options='--output --quiet --verbose --log-format --help'
        [[ $word == -* ]] || { _garner_words 'ingest chunk filter dedup redact decontaminate tokens sort shuffle sample stats embed generate judge sft distill dpo split convert mix index query eval pretrain pack validate view info verify catalog run doctor help man completion schema'; return; }
        ;;
    '') options='ingest chunk filter dedup redact decontaminate tokens sort shuffle sample stats embed generate judge sft distill dpo split convert mix index query eval pretrain pack validate view info verify catalog run doctor help man completion schema --help --version' ;;
    esac
    _garner_words "$options"
}

complete -F _garner garner \
    garner-ingest \
    garner-chunk \
    garner-filter \
    garner-dedup \
    garner-redact \
    garner-decontaminate \
    garner-tokens \
    garner-sort \
    garner-shuffle \
    garner-sample \
    garner-stats \
    garner-embed \
    garner-generate \
    garner-judge \
    garner-sft \
    garner-distill \
    garner-dpo \
    garner-split \
    garner-convert \
    garner-mix \
    garner-index \
    garner-query \
    garner-eval \
    garner-pretrain \
    garner-pack \
    garner-validate \
    garner-view \
    garner-info \
    garner-verify \
    garner-catalog \
    garner-run \
    garner-doctor \
    garner-help \
    garner-man \
    garner-completion \
    garner-schema
