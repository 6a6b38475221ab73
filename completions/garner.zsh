#compdef garner -P garner-*
# Completion of garner for zsh; made by: garner completion zsh

_garner() {
    local tool=${${service:-garner}:t}
    if [[ $tool == garner-* ]]; then
        tool=${tool#garner-}
    elif ((CURRENT > 2)); then
        tool=$words[2]
        shift words
        ((CURRENT--))
    else
        local -a tools=(
            'ingest:Read files, folders and archives into document records'
            'chunk:Split each record'\''s text into overlapping pieces'
            'filter:Keep the records for which a condition holds'
            'dedup:Keep the first of rows, or parts of rows, that are the same'
            'redact:Take personal data and secrets out of texts, or mark them'
            'decontaminate:Drop, cut or mark what evaluation sets hold, too'
            'tokens:Count tokens, encode texts and decode ids'
            'sort:Bring records into an order'
            'shuffle:Bring records into a random order'
            'sample:Keep some of the records, chosen at random'
            'stats:Describe records\: lengths, languages, duplicates, fields'
            'embed:Put an embedding into each record'
            'generate:Ask a chat model about each record'
            'judge:Let a chat model judge answers'
            'sft:Build fine-tuning rows from conversations, questions and answers'
            'distill:Build rows that teach a student what a teacher answers'
            'dpo:Build preference pairs from rated answers'
            'split:Part rows into train, validation and test'
            'convert:Change rows of one training form into another'
            'mix:Mix rows of several files by weights'
            'index:Write records into an index, document by document'
            'query:Ask an index'
            'eval:Measure rankings against judged queries'
            'pretrain:Write documents as rows of plain text'
            'pack:Fill rows of one length with documents, and write shards'
            'validate:Say whether a service or trainer takes a training file'
            'view:Show records for people'
            'info:Say what a file or folder is and what it holds'
            'verify:Say whether a file or folder is whole'
            'catalog:Ask a ledger in SQL what was ingested'
            'run:Run a pipeline file'
            'doctor:Check libraries, programs, limits and folders'
            'help:Explain a tool, a topic or an error code'
            'man:Print a manual page'
            'completion:Print a completion script for bash, zsh or fish'
            'schema:Print the JSON Schema of pipeline files'
        )
        _describe -t commands tool tools
        _arguments '--help[show the tools]' '--version[show versions]'
        return
    fi
    case $tool in
    ingest)
        _arguments -S -s \
            '*:PATH:_files' \
            '--as=[read every file as this, instead of by content and name]:FORMAT:(auto text markdown html xml csv tsv json jsonl lines pdf eml mbox warc docx pptx xlsx odt ods odp epub rtf rst srt vtt)' \
            '--name=[what standard input is called in ids]:NAME: ' \
            '--root-name=[stands in ids for the folder'\''s own name]:NAME: ' \
            '*--include=[only files that match]:GLOB: ' \
            '*-i+[only files that match]:GLOB: ' \
            '*--exclude=[leave out files and folders that match]:GLOB: ' \
            '*-x+[leave out files and folders that match]:GLOB: ' \
            '--gitignore[leave out what .gitignore files say]' \
            '--hidden[also read names that begin with a dot]' \
            '--follow-links[follow symbolic links below folders]' \
            '*--text-field=[columns or JSON paths that make the text]:FIELD: ' \
            '--id-field=[column or JSON path of the id]:FIELD: ' \
            '*--metadata-fields=[columns or JSON paths that go to metadata; * for all]:FIELD: ' \
            '--delimiter=[between the columns of CSV; '\''tab'\'' for a tab]:CHARACTER: ' \
            '--header[the first row of CSV names the columns]' \
            '--charset=[of files that are not UTF-8 and do not say what they are]:NAME: ' \
            '--keep-navigation[keep the menus and footers of HTML pages]' \
            '--images[take images by reference\: path, type and size, for rows of image and caption]' \
            '--modified[put the file'\''s time into metadata.modified]' \
            '--digest[put the file'\''s SHA-256 into metadata.sha256]' \
            '--sidecars[take the attributes in FILE.metadata.json as metadata of FILE]' \
            '--watch[go on\: put out what changes as it changes, with --ledger]' \
            '--follow[go on reading files that grow, or standard input, row by row]' \
            '--watch-poll=[look for changes so often, instead of being told by the system]:TIME: ' \
            '--rescan=[with --watch, look at everything so often whatever was told]:TIME: ' \
            '--idle-exit=[end when nothing new came for so long]:TIME: ' \
            '--max-document-bytes=[longest text of one document]:SIZE: ' \
            '--max-entries=[most members of one archive, nested ones included]:N: ' \
            '--max-expansion=[how many times its size a file may unpack to]:N: ' \
            '--max-nesting=[archives inside archives are opened so deep]:N: ' \
            '--max-decoder-seconds=[CPU time that a decoder process may take]:SECONDS: ' \
            '--max-decoder-memory=[address space that a decoder process may take]:SIZE: ' \
            '--ledger=[remember what was read here, and put out only what changed since]:FILE:_files' \
            '--prune[also put out tombstones for files that are not there any more]' \
            '--max-deletes=[stop instead when more files than that vanished]:N|P%: ' \
            '--journal=[keep so many events in the ledger'\''s journal, or those of that time]:N|TIME: ' \
            '--wait=[how long to wait for another run that has the ledger]:TIME: ' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--jobs=[threads to use; 0\: one for each processor]:N: ' \
            '-j+[threads to use; 0\: one for each processor]:N: ' \
            '--seed=[start of everything random]:N: ' \
            '--on-error=[at a faulty record]:ACTION:(fail skip)' \
            '--rejects=[keep rejected records there, with the reason]:FILE:_files' \
            '--dropped=[keep records that were dropped by design there]:FILE:_files' \
            '--max-errors=[up to so many rejects the exit code is 0, beyond it stops]:N|P%: ' \
            '--summary=[write counts, codes, seconds and digests there as JSON]:FILE:_files' \
            '*--require=[exit 1 unless this holds for the summary]:EXPR: ' \
            '--dry-run[say what would be done; write nothing, ask no server]' \
            '--offline[refuse to contact any host]' \
            '--seal[end the output with a line that says it is complete]' \
            '--max-delay=[of a live input, hold records back at most so long]:TIME: ' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--progress=[progress line on standard error]:WHEN:(auto always never)' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    chunk)
        _arguments -S -s \
            '--strategy=[where to cut \[recursive\]]:STRATEGY:(recursive fixed sentence markdown regex page semantic hierarchical none)' \
            '--preset=[strategy, size and overlap as a known system has them; other options still count]:NAME:(bedrock-default bedrock-fixed bedrock-hierarchical bedrock-semantic bedrock-none)' \
            '--size=[largest piece, in units \[300\]]:N: ' \
            '-s+[largest piece, in units \[300\]]:N: ' \
            '--overlap=[at most so many units shared by neighbours, or a share of the size \[20%\]]:N|P%: ' \
            '--unit=[what is counted; chars are Unicode code points]:UNIT:(tokens words chars)' \
            '-u+[what is counted; chars are Unicode code points]:UNIT:(tokens words chars)' \
            '--parent-size=[for --strategy hierarchical\: largest parent, in units \[1500\]]:N: ' \
            '--breakpoint=[for --strategy semantic\: how unlike neighbouring sentences must be to be parted \[95\]]:PERCENTILE: ' \
            '--buffer=[for --strategy semantic\: sentences on each side that are embedded with one]:N: ' \
            '--separator=[for --strategy regex\: cut before each match]:PCRE: ' \
            '--tokenizer=[how tokens are counted\: o200k-estimate, cl100k-estimate, or a vocabulary file]:NAME|FILE:_files' \
            '--field=[the text to cut]:PATH: ' \
            '--headings=[whether lines that begin with # are headings]:WHEN:(auto always never)' \
            '--provider=[who makes the vectors\: builtin (no model), a server'\''s dialect, a program]:NAME:(builtin openai ollama tei cohere voyage bedrock command)' \
            '--url=[the server, such as http\://127.0.0.1\:8080; its dialect'\''s path is put behind it]:URL: ' \
            '--model=[the model as the server calls it]:NAME: ' \
            '--dimension=[numbers in a vector; builtin\: 384, else the model'\''s own]:N: ' \
            '--command=[a shell command that reads {"id","text","type"} lines and answers {"embedding"} lines]:PROGRAM:_command_names -e' \
            '--api-key-env=[environment variable that holds the key]:NAME: ' \
            '--api-key-file=[file that holds the key]:FILE:_files' \
            '--allow-plain-http[let a key travel unencrypted to another host]' \
            '--batch-size=[texts in one request; else as many as suit the server]:N: ' \
            '--concurrency=[requests under way at once, at most \[4\]]:N: ' \
            '--timeout=[how long one request may take]:SECONDS: ' \
            '--first-byte-timeout=[how long a server may be silent]:SECONDS: ' \
            '--stall-timeout=[how long an answer that has begun may stand still]:SECONDS: ' \
            '--max-wait=[longest wait that a server may ask for (Retry-After); beyond it the run ends with 69]:SECONDS: ' \
            '--requests-per-minute=[no more than that; failed ones count]:N: ' \
            '--tokens-per-minute=[no more than that, by estimate]:N: ' \
            '--truncate=[end\: cut a text that is longer than the model takes; none\: reject it]:WHERE:(none end)' \
            '--cache=[where vectors are kept, or none; else garner in the user'\''s cache folder]:DIR:_files -/' \
            '--cache-scope=[keeps apart what one model name stands for\: a revision, a server]:NAME: ' \
            '--cache-max-age=[remove logs of the cache that are older; 0\: never]:DAYS: ' \
            '--document-prefix=[put before each document'\''s text, as some models want it]:TEXT: ' \
            '--query-prefix=[put before each query'\''s text]:TEXT: ' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--jobs=[threads to use; 0\: one for each processor]:N: ' \
            '-j+[threads to use; 0\: one for each processor]:N: ' \
            '--seed=[start of everything random]:N: ' \
            '--on-error=[at a faulty record]:ACTION:(fail skip)' \
            '--rejects=[keep rejected records there, with the reason]:FILE:_files' \
            '--dropped=[keep records that were dropped by design there]:FILE:_files' \
            '--max-errors=[up to so many rejects the exit code is 0, beyond it stops]:N|P%: ' \
            '--summary=[write counts, codes, seconds and digests there as JSON]:FILE:_files' \
            '*--require=[exit 1 unless this holds for the summary]:EXPR: ' \
            '--dry-run[say what would be done; write nothing, ask no server]' \
            '--offline[refuse to contact any host]' \
            '--seal[end the output with a line that says it is complete]' \
            '--sealed[refuse an input that does not end with a seal]' \
            '--max-delay=[of a live input, hold records back at most so long]:TIME: ' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--progress=[progress line on standard error]:WHEN:(auto always never)' \
            '*:FILE:_files' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    filter)
        _arguments -S -s \
            ':EXPR: ' \
            '--where=[the same as an option\: beside --match, --language, --preset]:EXPR: ' \
            '*--match=[keep records whose text matches; of several patterns one is enough]:PCRE: ' \
            '*--language=[keep records in these languages, as en or de,fr; any\: keep all]:CODE: ' \
            '--language-confidence=[how sure it must be that a record is in its language]:NUMBER: ' \
            '--detect[look at every text, also where the record says its language]' \
            '*--field=[the text that patterns, language and rules look at \[text, or the contents of messages\]]:PATH: ' \
            '--not[keep exactly the records that would be dropped]' \
            '*--preset=[keep texts that pass the rules of gopher-quality, c4, fineweb and others]:NAME: ' \
            '*--rules=[rules of your own, in YAML; after the presets]:FILE:_files' \
            '*--threshold=[another threshold for a rule, or none]:RULE=NUMBER: ' \
            '--words=[what a word is to the rules\: runs between white space, or Unicode'\''s]:HOW:(whitespace unicode)' \
            '--action=[what to do with a text that fails a rule]:WHAT:(drop tag)' \
            '--into=[where --action tag puts what it found]:PATH: ' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--jobs=[threads to use; 0\: one for each processor]:N: ' \
            '-j+[threads to use; 0\: one for each processor]:N: ' \
            '--seed=[start of everything random]:N: ' \
            '--on-error=[at a faulty record]:ACTION:(fail skip)' \
            '--rejects=[keep rejected records there, with the reason]:FILE:_files' \
            '--dropped=[keep records that were dropped by design there]:FILE:_files' \
            '--max-errors=[up to so many rejects the exit code is 0, beyond it stops]:N|P%: ' \
            '--summary=[write counts, codes, seconds and digests there as JSON]:FILE:_files' \
            '*--require=[exit 1 unless this holds for the summary]:EXPR: ' \
            '--dry-run[say what would be done; write nothing, ask no server]' \
            '--offline[refuse to contact any host]' \
            '--seal[end the output with a line that says it is complete]' \
            '--sealed[refuse an input that does not end with a seal]' \
            '--max-delay=[of a live input, hold records back at most so long]:TIME: ' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--progress=[progress line on standard error]:WHEN:(auto always never)' \
            '*:FILE:_files' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    dedup)
        _arguments -S -s \
            '--method=[when rows are the same]:NAME:(exact normalized minhash simhash lines sentences substring semantic)' \
            '--preset=[minhash with the signatures and bands of another tool, simhash with its parameters]:NAME:(datatrove datatrove-sha1 data-juicer nemo text-dedup)' \
            '--threshold=[of shingles that candidates must share \[0.7; with --preset none\], or least cosine \[0.95\]]:SHARE: ' \
            '--distance=[of 64, in which rows may differ for simhash \[6; with --preset 4 or 3\]]:BITS: ' \
            '--least=[shortest part that is removed \[lines\: 20 characters; sentences\: 10 words; substring\: 100 bytes or 50 words\]]:N: ' \
            '--unit=[of --least for substring; words are parted by white space]:UNIT:(bytes words)' \
            '--window=[sentences in a row that are compared together]:N: ' \
            '--rest=[drop a row that lost some of its text and has fewer words left \[any\]]:WORDS: ' \
            '*--field=[the text to compare; several are compared together]:PATH: ' \
            '*--by=[compare the values of these keys instead; a row that has none of them is kept]:PATH: ' \
            '*--against=[drop what stands in these files or indexes, too\: only what is new goes on]:FILE:_files' \
            '--emit=[what to write]:WHAT:(rows clusters pairs ids)' \
            '--memory=[memory for what was seen; beyond it rows wait in a temporary file in $TMPDIR]:SIZE: ' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--jobs=[threads to use; 0\: one for each processor]:N: ' \
            '-j+[threads to use; 0\: one for each processor]:N: ' \
            '--seed=[start of everything random]:N: ' \
            '--on-error=[at a faulty record]:ACTION:(fail skip)' \
            '--rejects=[keep rejected records there, with the reason]:FILE:_files' \
            '--dropped=[keep records that were dropped by design there]:FILE:_files' \
            '--max-errors=[up to so many rejects the exit code is 0, beyond it stops]:N|P%: ' \
            '--summary=[write counts, codes, seconds and digests there as JSON]:FILE:_files' \
            '*--require=[exit 1 unless this holds for the summary]:EXPR: ' \
            '--dry-run[say what would be done; write nothing, ask no server]' \
            '--offline[refuse to contact any host]' \
            '--seal[end the output with a line that says it is complete]' \
            '--sealed[refuse an input that does not end with a seal]' \
            '--max-delay=[of a live input, hold records back at most so long]:TIME: ' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--progress=[progress line on standard error]:WHEN:(auto always never)' \
            '*:FILE:_files' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    redact)
        _arguments -S -s \
            '*--kind=[what to look for\: names of kinds or groups; -KIND leaves one out]:KIND: ' \
            '--action=[what to do with a find]:WHAT:(mask hash pseudonym drop tag)' \
            '--pseudonym-key-file=[the key of hash and pseudonym\: at least 16 random bytes]:FILE:_files' \
            '*--patterns=[own kinds\: a YAML file of NAME\: PCRE lines]:FILE:_files' \
            '*--list=[own kinds\: names, addresses, one a line of FILE]:KIND=FILE: ' \
            '--addresses=[IP addresses\: all, or only those of the public network]:WHICH:(all public)' \
            '*--field=[the texts to look at \[text, or the messages, prompt, answers of the form found\]]:PATH: ' \
            '--into=[where --action tag puts the list of finds]:PATH: ' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--jobs=[threads to use; 0\: one for each processor]:N: ' \
            '-j+[threads to use; 0\: one for each processor]:N: ' \
            '--seed=[start of everything random]:N: ' \
            '--on-error=[at a faulty record]:ACTION:(fail skip)' \
            '--rejects=[keep rejected records there, with the reason]:FILE:_files' \
            '--dropped=[keep records that were dropped by design there]:FILE:_files' \
            '--max-errors=[up to so many rejects the exit code is 0, beyond it stops]:N|P%: ' \
            '--summary=[write counts, codes, seconds and digests there as JSON]:FILE:_files' \
            '*--require=[exit 1 unless this holds for the summary]:EXPR: ' \
            '--dry-run[say what would be done; write nothing, ask no server]' \
            '--offline[refuse to contact any host]' \
            '--seal[end the output with a line that says it is complete]' \
            '--sealed[refuse an input that does not end with a seal]' \
            '--max-delay=[of a live input, hold records back at most so long]:TIME: ' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--progress=[progress line on standard error]:WHEN:(auto always never)' \
            '*:FILE:_files' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    decontaminate)
        _arguments -S -s \
            '*--against=[evaluation sets\: JSONL, JSON, CSV or TSV]:FILE:_files' \
            '*--against-field=[their fields to look for, in this order\: question,answer \[all strings but ids and metadata\]]:PATH: ' \
            '*--field=[the texts to look at \[text, or the messages, prompt, answers of the form found\]]:PATH: ' \
            '--preset=[the words and defaults of another tool]:NAME:(datatrove nemo)' \
            '--ngram=[so many words in a row make a leak]:WORDS: ' \
            '--shortest=[a shorter field of an item is looked for as a whole from so many words on]:WORDS: ' \
            '--max-matches=[n-grams found more often than that are common words and no leak \[0\: none is\]]:N: ' \
            '--action=[what becomes of a row with a leak]:WHAT:(drop cut tag)' \
            '--cut-characters=[characters that are cut on each side of a leak]:N: ' \
            '--keep-characters=[pieces of not more characters are cut away, too]:N: ' \
            '--max-pieces=[a text of which more pieces are left is dropped with its row]:N: ' \
            '--into=[where --action tag puts its list]:PATH: ' \
            '--memory=[for the n-grams of the evaluation sets\: a limit]:SIZE: ' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--jobs=[threads to use; 0\: one for each processor]:N: ' \
            '-j+[threads to use; 0\: one for each processor]:N: ' \
            '--seed=[start of everything random]:N: ' \
            '--on-error=[at a faulty record]:ACTION:(fail skip)' \
            '--rejects=[keep rejected records there, with the reason]:FILE:_files' \
            '--dropped=[keep records that were dropped by design there]:FILE:_files' \
            '--max-errors=[up to so many rejects the exit code is 0, beyond it stops]:N|P%: ' \
            '--summary=[write counts, codes, seconds and digests there as JSON]:FILE:_files' \
            '*--require=[exit 1 unless this holds for the summary]:EXPR: ' \
            '--dry-run[say what would be done; write nothing, ask no server]' \
            '--offline[refuse to contact any host]' \
            '--seal[end the output with a line that says it is complete]' \
            '--sealed[refuse an input that does not end with a seal]' \
            '--max-delay=[of a live input, hold records back at most so long]:TIME: ' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--progress=[progress line on standard error]:WHEN:(auto always never)' \
            '*:FILE:_files' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    tokens)
        _arguments -S -s \
            '--tokenizer=[o200k-estimate, cl100k-estimate, or a vocabulary file]:NAME|FILE:_files' \
            '*--field=[the texts to count, together \[text, or the messages, prompt, answers of the form found\]]:PATH: ' \
            '--into=[pass records on, with the count in this field; with --encode the ids, with --decode the text]:PATH: ' \
            '--encode[put the ids of the tokens into --into \[tokens\]]' \
            '--decode[turn the ids in --field \[tokens\] into the text in --into \[text\]]' \
            '--added-tokens=[what text like <|endoftext|> is\: tokens, plain text, or as the kind of file has it]:HOW:(file tokens text)' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--jobs=[threads to use; 0\: one for each processor]:N: ' \
            '-j+[threads to use; 0\: one for each processor]:N: ' \
            '--seed=[start of everything random]:N: ' \
            '--on-error=[at a faulty record]:ACTION:(fail skip)' \
            '--rejects=[keep rejected records there, with the reason]:FILE:_files' \
            '--dropped=[keep records that were dropped by design there]:FILE:_files' \
            '--max-errors=[up to so many rejects the exit code is 0, beyond it stops]:N|P%: ' \
            '--summary=[write counts, codes, seconds and digests there as JSON]:FILE:_files' \
            '*--require=[exit 1 unless this holds for the summary]:EXPR: ' \
            '--dry-run[say what would be done; write nothing, ask no server]' \
            '--offline[refuse to contact any host]' \
            '--seal[end the output with a line that says it is complete]' \
            '--sealed[refuse an input that does not end with a seal]' \
            '--max-delay=[of a live input, hold records back at most so long]:TIME: ' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--progress=[progress line on standard error]:WHEN:(auto always never)' \
            '*:FILE:_files' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    sort)
        _arguments -S -s \
            '*--by=[order by that field; further ones decide among equals; - in front\: the largest first]:\[-\]PATH: ' \
            '--reverse[turn every direction round]' \
            '--memory=[memory for records; more go to a temporary file in $TMPDIR]:SIZE: ' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--jobs=[threads to use; 0\: one for each processor]:N: ' \
            '-j+[threads to use; 0\: one for each processor]:N: ' \
            '--seed=[start of everything random]:N: ' \
            '--on-error=[at a faulty record]:ACTION:(fail skip)' \
            '--rejects=[keep rejected records there, with the reason]:FILE:_files' \
            '--dropped=[keep records that were dropped by design there]:FILE:_files' \
            '--max-errors=[up to so many rejects the exit code is 0, beyond it stops]:N|P%: ' \
            '--summary=[write counts, codes, seconds and digests there as JSON]:FILE:_files' \
            '*--require=[exit 1 unless this holds for the summary]:EXPR: ' \
            '--dry-run[say what would be done; write nothing, ask no server]' \
            '--offline[refuse to contact any host]' \
            '--seal[end the output with a line that says it is complete]' \
            '--sealed[refuse an input that does not end with a seal]' \
            '--max-delay=[of a live input, hold records back at most so long]:TIME: ' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--progress=[progress line on standard error]:WHEN:(auto always never)' \
            '*:FILE:_files' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    shuffle)
        _arguments -S -s \
            '--memory=[memory for records; more go to a temporary file in $TMPDIR]:SIZE: ' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--jobs=[threads to use; 0\: one for each processor]:N: ' \
            '-j+[threads to use; 0\: one for each processor]:N: ' \
            '--seed=[start of everything random]:N: ' \
            '--on-error=[at a faulty record]:ACTION:(fail skip)' \
            '--rejects=[keep rejected records there, with the reason]:FILE:_files' \
            '--dropped=[keep records that were dropped by design there]:FILE:_files' \
            '--max-errors=[up to so many rejects the exit code is 0, beyond it stops]:N|P%: ' \
            '--summary=[write counts, codes, seconds and digests there as JSON]:FILE:_files' \
            '*--require=[exit 1 unless this holds for the summary]:EXPR: ' \
            '--dry-run[say what would be done; write nothing, ask no server]' \
            '--offline[refuse to contact any host]' \
            '--seal[end the output with a line that says it is complete]' \
            '--sealed[refuse an input that does not end with a seal]' \
            '--max-delay=[of a live input, hold records back at most so long]:TIME: ' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--progress=[progress line on standard error]:WHEN:(auto always never)' \
            '*:FILE:_files' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    sample)
        _arguments -S -s \
            '--count=[keep so many records, or all when there are fewer]:N: ' \
            '-n+[keep so many records, or all when there are fewer]:N: ' \
            '--share=[keep about that share of the records]:P%: ' \
            '--by=[with --share\: records with the same value there stay or go together]:PATH: ' \
            '--per=[with --count\: so many for each value of that field]:PATH: ' \
            '--memory=[memory for records; more go to a temporary file in $TMPDIR]:SIZE: ' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--jobs=[threads to use; 0\: one for each processor]:N: ' \
            '-j+[threads to use; 0\: one for each processor]:N: ' \
            '--seed=[start of everything random]:N: ' \
            '--on-error=[at a faulty record]:ACTION:(fail skip)' \
            '--rejects=[keep rejected records there, with the reason]:FILE:_files' \
            '--dropped=[keep records that were dropped by design there]:FILE:_files' \
            '--max-errors=[up to so many rejects the exit code is 0, beyond it stops]:N|P%: ' \
            '--summary=[write counts, codes, seconds and digests there as JSON]:FILE:_files' \
            '*--require=[exit 1 unless this holds for the summary]:EXPR: ' \
            '--dry-run[say what would be done; write nothing, ask no server]' \
            '--offline[refuse to contact any host]' \
            '--seal[end the output with a line that says it is complete]' \
            '--sealed[refuse an input that does not end with a seal]' \
            '--max-delay=[of a live input, hold records back at most so long]:TIME: ' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--progress=[progress line on standard error]:WHEN:(auto always never)' \
            '*:FILE:_files' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    stats)
        _arguments -S -s \
            '--compare[two inputs side by side, and what is different]' \
            '--format=[table on a terminal, else json]:FORM:(table json)' \
            '--html=[write a page with charts, too\: one file, no script, light and dark]:FILE:_files' \
            '--card=[write a dataset card, too\: Markdown with front matter as Hugging Face reads it]:FILE:_files' \
            '--title=[of the page and the card \[the inputs'\'' names\]]:TEXT: ' \
            '*--rows=[count the rules in rows of --dropped or --rejects of other runs]:FILE:_files' \
            '*--field=[the texts to measure, together \[text, or the messages, prompt, answers of the form found\]]:PATH: ' \
            '--tokenizer=[what counts tokens, as in '\''garner tokens'\'']:NAME|FILE:_files' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--jobs=[threads to use; 0\: one for each processor]:N: ' \
            '-j+[threads to use; 0\: one for each processor]:N: ' \
            '--seed=[start of everything random]:N: ' \
            '--on-error=[at a faulty record]:ACTION:(fail skip)' \
            '--rejects=[keep rejected records there, with the reason]:FILE:_files' \
            '--dropped=[keep records that were dropped by design there]:FILE:_files' \
            '--max-errors=[up to so many rejects the exit code is 0, beyond it stops]:N|P%: ' \
            '--summary=[write counts, codes, seconds and digests there as JSON]:FILE:_files' \
            '*--require=[exit 1 unless this holds for the summary]:EXPR: ' \
            '--dry-run[say what would be done; write nothing, ask no server]' \
            '--offline[refuse to contact any host]' \
            '--sealed[refuse an input that does not end with a seal]' \
            '--max-delay=[of a live input, hold records back at most so long]:TIME: ' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--progress=[progress line on standard error]:WHEN:(auto always never)' \
            '*:FILE:_files' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    embed)
        _arguments -S -s \
            '--field=[the text to embed]:PATH: ' \
            '--encoding=[how vectors are written\: numbers, or base64 of little-endian float32]:FORM:(float base64)' \
            '--provider=[who makes the vectors\: builtin (no model), a server'\''s dialect, a program]:NAME:(builtin openai ollama tei cohere voyage bedrock command)' \
            '--url=[the server, such as http\://127.0.0.1\:8080; its dialect'\''s path is put behind it]:URL: ' \
            '--model=[the model as the server calls it]:NAME: ' \
            '--dimension=[numbers in a vector; builtin\: 384, else the model'\''s own]:N: ' \
            '--command=[a shell command that reads {"id","text","type"} lines and answers {"embedding"} lines]:PROGRAM:_command_names -e' \
            '--api-key-env=[environment variable that holds the key]:NAME: ' \
            '--api-key-file=[file that holds the key]:FILE:_files' \
            '--allow-plain-http[let a key travel unencrypted to another host]' \
            '--batch-size=[texts in one request; else as many as suit the server]:N: ' \
            '--concurrency=[requests under way at once, at most \[4\]]:N: ' \
            '--timeout=[how long one request may take]:SECONDS: ' \
            '--first-byte-timeout=[how long a server may be silent]:SECONDS: ' \
            '--stall-timeout=[how long an answer that has begun may stand still]:SECONDS: ' \
            '--max-wait=[longest wait that a server may ask for (Retry-After); beyond it the run ends with 69]:SECONDS: ' \
            '--requests-per-minute=[no more than that; failed ones count]:N: ' \
            '--tokens-per-minute=[no more than that, by estimate]:N: ' \
            '--truncate=[end\: cut a text that is longer than the model takes; none\: reject it]:WHERE:(none end)' \
            '--cache=[where vectors are kept, or none; else garner in the user'\''s cache folder]:DIR:_files -/' \
            '--cache-scope=[keeps apart what one model name stands for\: a revision, a server]:NAME: ' \
            '--cache-max-age=[remove logs of the cache that are older; 0\: never]:DAYS: ' \
            '--document-prefix=[put before each document'\''s text, as some models want it]:TEXT: ' \
            '--query-prefix=[put before each query'\''s text]:TEXT: ' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--jobs=[threads to use; 0\: one for each processor]:N: ' \
            '-j+[threads to use; 0\: one for each processor]:N: ' \
            '--seed=[start of everything random]:N: ' \
            '--on-error=[at a faulty record]:ACTION:(fail skip)' \
            '--rejects=[keep rejected records there, with the reason]:FILE:_files' \
            '--dropped=[keep records that were dropped by design there]:FILE:_files' \
            '--max-errors=[up to so many rejects the exit code is 0, beyond it stops]:N|P%: ' \
            '--summary=[write counts, codes, seconds and digests there as JSON]:FILE:_files' \
            '*--require=[exit 1 unless this holds for the summary]:EXPR: ' \
            '--dry-run[say what would be done; write nothing, ask no server]' \
            '--offline[refuse to contact any host]' \
            '--seal[end the output with a line that says it is complete]' \
            '--sealed[refuse an input that does not end with a seal]' \
            '--max-delay=[of a live input, hold records back at most so long]:TIME: ' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--progress=[progress line on standard error]:WHEN:(auto always never)' \
            '*:FILE:_files' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    generate)
        _arguments -S -s \
            '--prompt=[YAML\: system, constraints, examples, user, schema]:FILE:_files' \
            '--system=[the system text, in place of the prompt file'\''s]:TEMPLATE: ' \
            '--user=[the question, such as '\''Summarise\: {{text}}'\'']:TEMPLATE: ' \
            '--schema=[JSON Schema that answers must fit]:FILE:_files' \
            '--samples=[answers to each record; more than one make '\''completions'\'']:N: ' \
            '-n+[answers to each record; more than one make '\''completions'\'']:N: ' \
            '--min-samples=[good answers that a record needs to pass; without it all]:N: ' \
            '--keep-truncated[an answer cut at its limit of tokens is good, too]' \
            '--messages[put the conversation with its (first) answer into '\''messages'\'', too]' \
            '--provider=[who answers; without it --url means openai, --command means command]:NAME:(openai ollama anthropic bedrock command)' \
            '--url=[the server, such as http\://127.0.0.1\:8080; the path is put behind it]:URL: ' \
            '--model=[the model as the server calls it, or a named model]:NAME: ' \
            '--command=[a shell command that answers {"id","messages"} lines by {"id","completion"} lines]:PROGRAM:_command_names -e' \
            '--api-key-env=[environment variable that holds the key]:NAME: ' \
            '--api-key-file=[file that holds the key]:FILE:_files' \
            '--allow-plain-http[let a key travel unencrypted to another host]' \
            '--max-tokens=[longest answer; without it the model'\''s own limit (anthropic\: 4096)]:N: ' \
            '--temperature=[how free the answers are, 0 to 2; without it the model'\''s own]:T: ' \
            '--top-p=[sample from the likeliest tokens of that share, 0 to 1]:P: ' \
            '*--stop=[end an answer there; may be given several times]:TEXT: ' \
            '--concurrency=[requests under way at once, at most]:N: ' \
            '--requests-per-minute=[start no more than so many; 0\: no limit]:N: ' \
            '--tokens-per-minute=[send and ask for no more than about so many; 0\: no limit]:N: ' \
            '--timeout=[how long one request may take]:SECONDS: ' \
            '--max-wait=[longest wait that a server may ask for]:SECONDS: ' \
            '--max-requests=[ask for so many new answers at most; the rest are rejects]:N: ' \
            '--max-cost=[spend so much at most; the rest are rejects]:AMOUNT: ' \
            '--prices=[YAML\: model\: {input\: 3, output\: 15} in money per million tokens]:FILE:_files' \
            '--input-price=[of a million tokens sent, in place of --prices]:AMOUNT: ' \
            '--output-price=[of a million tokens answered]:AMOUNT: ' \
            '--batch-requests=[write questions there for the service'\''s batch interface]:FILE:_files' \
            '*--batch-results=[take answers from result files of such a batch]:FILE:_files' \
            '--cache=[keep answers there; none\: keep none \[~/.cache/garner\]]:DIR:_files -/' \
            '--cache-scope=[keeps apart what one model name stands for\: a revision, a server]:NAME: ' \
            '--cache-max-age=[remove logs of the cache that are older; 0\: never]:DAYS: ' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--jobs=[threads to use; 0\: one for each processor]:N: ' \
            '-j+[threads to use; 0\: one for each processor]:N: ' \
            '--seed=[start of everything random]:N: ' \
            '--on-error=[at a faulty record]:ACTION:(fail skip)' \
            '--rejects=[keep rejected records there, with the reason]:FILE:_files' \
            '--dropped=[keep records that were dropped by design there]:FILE:_files' \
            '--max-errors=[up to so many rejects the exit code is 0, beyond it stops]:N|P%: ' \
            '--summary=[write counts, codes, seconds and digests there as JSON]:FILE:_files' \
            '*--require=[exit 1 unless this holds for the summary]:EXPR: ' \
            '--dry-run[say what would be done; write nothing, ask no server]' \
            '--offline[refuse to contact any host]' \
            '--seal[end the output with a line that says it is complete]' \
            '--sealed[refuse an input that does not end with a seal]' \
            '--max-delay=[of a live input, hold records back at most so long]:TIME: ' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--progress=[progress line on standard error]:WHEN:(auto always never)' \
            '*:FILE:_files' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    judge)
        _arguments -S -s \
            '--mode=[score each answer, or name the better one of a pair]:MODE:(score pair)' \
            '--rubric=[text that says what makes an answer good]:FILE:_files' \
            '--question=[what was asked \[{{prompt}}, else the last of messages, question or text\]]:TEMPLATE: ' \
            '--completion=[the one answer of a record that has no '\''completions'\'']:PATH: ' \
            '--minimum=[lowest score]:N: ' \
            '--maximum=[highest score]:N: ' \
            '--label=[a person'\''s score or preference\: agreement is reported]:PATH: ' \
            '--provider=[who answers; without it --url means openai, --command means command]:NAME:(openai ollama anthropic bedrock command)' \
            '--url=[the server, such as http\://127.0.0.1\:8080; the path is put behind it]:URL: ' \
            '--model=[the model as the server calls it, or a named model]:NAME: ' \
            '--command=[a shell command that answers {"id","messages"} lines by {"id","completion"} lines]:PROGRAM:_command_names -e' \
            '--api-key-env=[environment variable that holds the key]:NAME: ' \
            '--api-key-file=[file that holds the key]:FILE:_files' \
            '--allow-plain-http[let a key travel unencrypted to another host]' \
            '--max-tokens=[longest answer; without it the model'\''s own limit (anthropic\: 4096)]:N: ' \
            '--temperature=[how free the answers are, 0 to 2; without it the model'\''s own]:T: ' \
            '--top-p=[sample from the likeliest tokens of that share, 0 to 1]:P: ' \
            '*--stop=[end an answer there; may be given several times]:TEXT: ' \
            '--concurrency=[requests under way at once, at most]:N: ' \
            '--requests-per-minute=[start no more than so many; 0\: no limit]:N: ' \
            '--tokens-per-minute=[send and ask for no more than about so many; 0\: no limit]:N: ' \
            '--timeout=[how long one request may take]:SECONDS: ' \
            '--max-wait=[longest wait that a server may ask for]:SECONDS: ' \
            '--max-requests=[ask for so many new answers at most; the rest are rejects]:N: ' \
            '--max-cost=[spend so much at most; the rest are rejects]:AMOUNT: ' \
            '--prices=[YAML\: model\: {input\: 3, output\: 15} in money per million tokens]:FILE:_files' \
            '--input-price=[of a million tokens sent, in place of --prices]:AMOUNT: ' \
            '--output-price=[of a million tokens answered]:AMOUNT: ' \
            '--batch-requests=[write questions there for the service'\''s batch interface]:FILE:_files' \
            '*--batch-results=[take answers from result files of such a batch]:FILE:_files' \
            '--cache=[keep answers there; none\: keep none \[~/.cache/garner\]]:DIR:_files -/' \
            '--cache-scope=[keeps apart what one model name stands for\: a revision, a server]:NAME: ' \
            '--cache-max-age=[remove logs of the cache that are older; 0\: never]:DAYS: ' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--jobs=[threads to use; 0\: one for each processor]:N: ' \
            '-j+[threads to use; 0\: one for each processor]:N: ' \
            '--seed=[start of everything random]:N: ' \
            '--on-error=[at a faulty record]:ACTION:(fail skip)' \
            '--rejects=[keep rejected records there, with the reason]:FILE:_files' \
            '--dropped=[keep records that were dropped by design there]:FILE:_files' \
            '--max-errors=[up to so many rejects the exit code is 0, beyond it stops]:N|P%: ' \
            '--summary=[write counts, codes, seconds and digests there as JSON]:FILE:_files' \
            '*--require=[exit 1 unless this holds for the summary]:EXPR: ' \
            '--dry-run[say what would be done; write nothing, ask no server]' \
            '--offline[refuse to contact any host]' \
            '--seal[end the output with a line that says it is complete]' \
            '--sealed[refuse an input that does not end with a seal]' \
            '--max-delay=[of a live input, hold records back at most so long]:TIME: ' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--progress=[progress line on standard error]:WHEN:(auto always never)' \
            '*:FILE:_files' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    sft)
        _arguments -S -s \
            '--preset=[a ready mapping\: '\''garner help mappings'\'' lists them]:NAME: ' \
            '--map=[your own mapping in YAML\: '\''garner help mappings'\'' is its language]:FILE:_files' \
            '--system=[the system text, in place of the mapping'\''s]:TEMPLATE: ' \
            '--user=[the question, such as '\''{{title}}\: {{text}}'\'']:TEMPLATE: ' \
            '--assistant=[the answer]:TEMPLATE: ' \
            '--merge-turns[neighbours of one role become one message]' \
            '--window=[cut long conversations into rows of up to N messages]:N: ' \
            '--stride=[messages from one window'\''s start to the next \[those of the window\]]:N: ' \
            '--max-turns=[messages in a row; the earliest ones go first]:N: ' \
            '--max-chars=[characters in a row, likewise]:N: ' \
            '--max-tokens=[tokens in a row, likewise]:N: ' \
            '--tokenizer=[what counts tokens\: an estimate, or a vocabulary'\''s file]:NAME|FILE: ' \
            '--train-on=[answers that are learnt\: all, or the last; others get weight 0]:WHICH:(all last)' \
            '*--role-tags=[write all turns but the last as one prompt, with this in front]:ROLE=TEXT: ' \
            '--check-passage=[drop answers of whose words the passage holds a smaller share; -1\: do not look]:SHARE: ' \
            '--passage=[the passage, in place of the mapping'\''s]:TEMPLATE: ' \
            '--image=[an image that belongs to the question, by its URI]:TEMPLATE: ' \
            '--image-uri-prefix=[in front of each image'\''s URI, such as s3\://bucket/]:TEXT: ' \
            '--profile=[the form of the rows\: '\''garner validate --list'\'' names them \[garner\]]:NAME: ' \
            '*--keep=[fields of the record that rows take along, where the profile allows others \[id\]]:PATH: ' \
            '--memory=[memory for threads and groups; more go to a temporary file in $TMPDIR]:SIZE: ' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--jobs=[threads to use; 0\: one for each processor]:N: ' \
            '-j+[threads to use; 0\: one for each processor]:N: ' \
            '--seed=[start of everything random]:N: ' \
            '--on-error=[at a faulty record]:ACTION:(fail skip)' \
            '--rejects=[keep rejected records there, with the reason]:FILE:_files' \
            '--dropped=[keep records that were dropped by design there]:FILE:_files' \
            '--max-errors=[up to so many rejects the exit code is 0, beyond it stops]:N|P%: ' \
            '--summary=[write counts, codes, seconds and digests there as JSON]:FILE:_files' \
            '*--require=[exit 1 unless this holds for the summary]:EXPR: ' \
            '--dry-run[say what would be done; write nothing, ask no server]' \
            '--offline[refuse to contact any host]' \
            '--seal[end the output with a line that says it is complete]' \
            '--sealed[refuse an input that does not end with a seal]' \
            '--max-delay=[of a live input, hold records back at most so long]:TIME: ' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--progress=[progress line on standard error]:WHEN:(auto always never)' \
            '*:FILE:_files' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    distill)
        _arguments -S -s \
            '--preset=[a ready mapping\: '\''garner help mappings'\'' lists them]:NAME: ' \
            '--map=[your own mapping in YAML\: '\''garner help mappings'\'' is its language]:FILE:_files' \
            '--system=[the system text, in place of the mapping'\''s]:TEMPLATE: ' \
            '--user=[the question, such as '\''{{title}}\: {{text}}'\'']:TEMPLATE: ' \
            '--assistant=[the teacher'\''s answer]:TEMPLATE: ' \
            '--prompts-only[leave answers out\: rows for a service that asks its own teacher]' \
            '--merge-turns[neighbours of one role in a prompt become one message]' \
            '--choose=[of several good answers\: the one with the best score, the first, or all]:WHICH:(best first all)' \
            '--min-score=[drop answers with a lower score, or with none]:N: ' \
            '--vote=[keep the answers that agree\: what this finds last in each is its vote]:PCRE: ' \
            '--agreement=[with --vote\: the least share of the votes that the winner must have]:SHARE: ' \
            '--check=[a program that says whether an answer is right]:COMMAND:_command_names -e' \
            '--check-timeout=[how long it may be silent]:TIME: ' \
            '--profile=[the form of the rows\: '\''garner validate --list'\'' names them \[garner\]]:NAME: ' \
            '*--keep=[fields of the record that rows take along, where the profile allows others \[id\]]:PATH: ' \
            '--memory=[memory for threads and groups; more go to a temporary file in $TMPDIR]:SIZE: ' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--jobs=[threads to use; 0\: one for each processor]:N: ' \
            '-j+[threads to use; 0\: one for each processor]:N: ' \
            '--seed=[start of everything random]:N: ' \
            '--on-error=[at a faulty record]:ACTION:(fail skip)' \
            '--rejects=[keep rejected records there, with the reason]:FILE:_files' \
            '--dropped=[keep records that were dropped by design there]:FILE:_files' \
            '--max-errors=[up to so many rejects the exit code is 0, beyond it stops]:N|P%: ' \
            '--summary=[write counts, codes, seconds and digests there as JSON]:FILE:_files' \
            '*--require=[exit 1 unless this holds for the summary]:EXPR: ' \
            '--dry-run[say what would be done; write nothing, ask no server]' \
            '--offline[refuse to contact any host]' \
            '--seal[end the output with a line that says it is complete]' \
            '--sealed[refuse an input that does not end with a seal]' \
            '--max-delay=[of a live input, hold records back at most so long]:TIME: ' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--progress=[progress line on standard error]:WHEN:(auto always never)' \
            '*:FILE:_files' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    dpo)
        _arguments -S -s \
            '--preset=[a ready mapping\: '\''garner help mappings'\'' lists them]:NAME: ' \
            '--map=[your own mapping in YAML\: '\''garner help mappings'\'' is its language]:FILE:_files' \
            '--system=[the system text, in place of the mapping'\''s]:TEMPLATE: ' \
            '--user=[the question, such as '\''{{title}}\: {{text}}'\'']:TEMPLATE: ' \
            '--method=[the best answer against the worst, or all pairs]:NAME:(best-worst all)' \
            '--margin=[what must be between the scores of a pair; equal scores are a tie and dropped]:N: ' \
            '--good-from=[for profiles of one labelled answer (trl-kto)\: good from this score on]:SCORE: ' \
            '--conflicts=[rows that contradict others, are in a cycle, or repeat one\: drop them, or only count them]:WHAT:(drop keep)' \
            '--merge-turns[neighbours of one role in a prompt become one message]' \
            '--profile=[the form of the rows\: '\''garner validate --list'\'' names them \[garner\]]:NAME: ' \
            '*--keep=[fields of the record that rows take along, where the profile allows others \[id\]]:PATH: ' \
            '--memory=[memory for threads and groups; more go to a temporary file in $TMPDIR]:SIZE: ' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--jobs=[threads to use; 0\: one for each processor]:N: ' \
            '-j+[threads to use; 0\: one for each processor]:N: ' \
            '--seed=[start of everything random]:N: ' \
            '--on-error=[at a faulty record]:ACTION:(fail skip)' \
            '--rejects=[keep rejected records there, with the reason]:FILE:_files' \
            '--dropped=[keep records that were dropped by design there]:FILE:_files' \
            '--max-errors=[up to so many rejects the exit code is 0, beyond it stops]:N|P%: ' \
            '--summary=[write counts, codes, seconds and digests there as JSON]:FILE:_files' \
            '*--require=[exit 1 unless this holds for the summary]:EXPR: ' \
            '--dry-run[say what would be done; write nothing, ask no server]' \
            '--offline[refuse to contact any host]' \
            '--seal[end the output with a line that says it is complete]' \
            '--sealed[refuse an input that does not end with a seal]' \
            '--max-delay=[of a live input, hold records back at most so long]:TIME: ' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--progress=[progress line on standard error]:WHEN:(auto always never)' \
            '*:FILE:_files' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    split)
        _arguments -S -s \
            '*--ratio=[the splits and their shares, which make 1]:NAME=SHARE: ' \
            '*--count=[instead\: splits of so many rows; train gets the others]:NAME=ROWS: ' \
            '*--by=[rows with the same value go to the same split \[the same prompt\]]:PATH: ' \
            '--stratify=[the shares hold among the rows of each value, too]:PATH: ' \
            '--time=[the earliest rows go to the first split, the latest to the last]:PATH: ' \
            '*--cut=[with --time\: where the second split begins, and each later one]:TIME: ' \
            '*--leak=[look for rows that a split before has, too\: exact, normalized, prompt, ngram, near]:KIND: ' \
            '--on-leak=[report\: warn and count; move\: all such rows to the first of their splits; drop]:WHAT:(report move drop)' \
            '--group-near[rows that are much alike go to the same split]' \
            '--threshold=[of their shingles that near rows share (Jaccard)]:SHARE: ' \
            '--ngram=[words in a row that are a leak]:WORDS: ' \
            '--into=[put the split'\''s name there \[metadata.split, without {split} in -o\]]:PATH: ' \
            '--memory=[memory for rows that wait; more go to a temporary file in $TMPDIR]:SIZE: ' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--jobs=[threads to use; 0\: one for each processor]:N: ' \
            '-j+[threads to use; 0\: one for each processor]:N: ' \
            '--seed=[start of everything random]:N: ' \
            '--on-error=[at a faulty record]:ACTION:(fail skip)' \
            '--rejects=[keep rejected records there, with the reason]:FILE:_files' \
            '--dropped=[keep records that were dropped by design there]:FILE:_files' \
            '--max-errors=[up to so many rejects the exit code is 0, beyond it stops]:N|P%: ' \
            '--summary=[write counts, codes, seconds and digests there as JSON]:FILE:_files' \
            '*--require=[exit 1 unless this holds for the summary]:EXPR: ' \
            '--dry-run[say what would be done; write nothing, ask no server]' \
            '--offline[refuse to contact any host]' \
            '--seal[end the output with a line that says it is complete]' \
            '--sealed[refuse an input that does not end with a seal]' \
            '--max-delay=[of a live input, hold records back at most so long]:TIME: ' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--progress=[progress line on standard error]:WHEN:(auto always never)' \
            '*:FILE:_files' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    convert)
        _arguments -S -s \
            '--from=[the form of the rows; auto finds it for each row]:PROFILE: ' \
            '--to=[the form that they become]:PROFILE: ' \
            '--answers=[of rows with several or labelled answers\: which go on]:WHICH:(keep chosen each none)' \
            '--on-loss=[what to do with a row that loses something]:WHAT:(warn drop reject)' \
            '*--accept-loss=[losses that are meant, and so are none]:LOSS: ' \
            '--system=[a system text for rows that have none]:TEXT: ' \
            '--system-joiner=[where the target has no system text\: put it in front of the user'\''s, with TEXT between]:TEXT: ' \
            '--model=[the model of batch rows that name none]:NAME: ' \
            '--keep-extras[append other top-level fields, where the target allows any]' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--jobs=[threads to use; 0\: one for each processor]:N: ' \
            '-j+[threads to use; 0\: one for each processor]:N: ' \
            '--seed=[start of everything random]:N: ' \
            '--on-error=[at a faulty record]:ACTION:(fail skip)' \
            '--rejects=[keep rejected records there, with the reason]:FILE:_files' \
            '--dropped=[keep records that were dropped by design there]:FILE:_files' \
            '--max-errors=[up to so many rejects the exit code is 0, beyond it stops]:N|P%: ' \
            '--summary=[write counts, codes, seconds and digests there as JSON]:FILE:_files' \
            '*--require=[exit 1 unless this holds for the summary]:EXPR: ' \
            '--dry-run[say what would be done; write nothing, ask no server]' \
            '--offline[refuse to contact any host]' \
            '--seal[end the output with a line that says it is complete]' \
            '--sealed[refuse an input that does not end with a seal]' \
            '--max-delay=[of a live input, hold records back at most so long]:TIME: ' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--progress=[progress line on standard error]:WHEN:(auto always never)' \
            '*:FILE:_files' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    mix)
        _arguments -S -s \
            '*:FILE\[\:WEIGHT\]:_files' \
            '*--weight=[the weight of a source\: its path, or its name without folder and endings]:NAME=WEIGHT: ' \
            '--unit=[what weights are shares of]:UNIT:(rows tokens)' \
            '--tokenizer=[what counts tokens; see '\''garner help tokens'\'']:NAME|FILE:_files' \
            '--temperature=[weights to the power 1/T\: above 1 small sources count for more]:T: ' \
            '--stop=[how long the mix is]:WHEN:(first-exhausted all-exhausted)' \
            '--epochs=[that many times as long\: 2 takes from each source twice as often]:N: ' \
            '--max-repeats=[take no source more often than that, whatever its weight \[0\: no bound\]]:N: ' \
            '--max-rows=[of the mix, at most]:N: ' \
            '--max-tokens=[of the mix, at most, on average]:N: ' \
            '--into=[put the source'\''s path there\: metadata.mix_source]:PATH: ' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--jobs=[threads to use; 0\: one for each processor]:N: ' \
            '-j+[threads to use; 0\: one for each processor]:N: ' \
            '--seed=[start of everything random]:N: ' \
            '--on-error=[at a faulty record]:ACTION:(fail skip)' \
            '--rejects=[keep rejected records there, with the reason]:FILE:_files' \
            '--dropped=[keep records that were dropped by design there]:FILE:_files' \
            '--max-errors=[up to so many rejects the exit code is 0, beyond it stops]:N|P%: ' \
            '--summary=[write counts, codes, seconds and digests there as JSON]:FILE:_files' \
            '*--require=[exit 1 unless this holds for the summary]:EXPR: ' \
            '--dry-run[say what would be done; write nothing, ask no server]' \
            '--offline[refuse to contact any host]' \
            '--seal[end the output with a line that says it is complete]' \
            '--max-delay=[of a live input, hold records back at most so long]:TIME: ' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--progress=[progress line on standard error]:WHEN:(auto always never)' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    index)
        _arguments -S -s \
            ':DIR:_files -/' \
            '*--delete=[remove a document with all its chunks, or one record]:ID: ' \
            '--commit-every=[make visible what is complete after N records, or after 1s, 5m, 1h]:N|TIME: ' \
            '--acknowledge=[note in this ledger, after each commit, what arrived from '\''garner ingest --ledger'\'']:FILE:_files' \
            '--compact[merge all segments and give back the space of what was removed]' \
            '--memory=[gather so much before a part goes to disk]:SIZE: ' \
            '--wait=[how long to wait for another writer'\''s commit]:TIME: ' \
            '--language=[language of stems and stop words; none for neither \[english\]]:NAME: ' \
            '*--field=[text that lexical search sees \[title,text\]]:PATH: ' \
            '--metric=[nearness of vectors\: cosine, dot, euclidean \[cosine\]]:NAME:(cosine dot euclidean)' \
            '--query-prefix=[what the model wants in front of a query]:TEXT: ' \
            '--document-prefix=[what stood in front of each text when it was embedded]:TEXT: ' \
            '--embedded-field=[the text that was embedded\: one is kept, so that a query by another model is refused]:PATH: ' \
            '--jobs=[threads to use; 0\: one for each processor]:N: ' \
            '-j+[threads to use; 0\: one for each processor]:N: ' \
            '--seed=[start of everything random]:N: ' \
            '--on-error=[at a faulty record]:ACTION:(fail skip)' \
            '--rejects=[keep rejected records there, with the reason]:FILE:_files' \
            '--dropped=[keep records that were dropped by design there]:FILE:_files' \
            '--max-errors=[up to so many rejects the exit code is 0, beyond it stops]:N|P%: ' \
            '--summary=[write counts, codes, seconds and digests there as JSON]:FILE:_files' \
            '*--require=[exit 1 unless this holds for the summary]:EXPR: ' \
            '--dry-run[say what would be done; write nothing, ask no server]' \
            '--offline[refuse to contact any host]' \
            '--sealed[refuse an input that does not end with a seal]' \
            '--max-delay=[of a live input, hold records back at most so long]:TIME: ' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--progress=[progress line on standard error]:WHEN:(auto always never)' \
            '*:FILE:_files' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    query)
        _arguments -S -s \
            ':DIR:_files -/' \
            '*:TEXT: ' \
            '--queries=[many questions\: {"id","text"} lines; - is stdin]:FILE:_files' \
            '--top-k=[how many answers to each question]:N: ' \
            '-k+[how many answers to each question]:N: ' \
            '--mode=[by words, by vectors or both; hybrid when the index has vectors]:MODE:(hybrid vector lexical)' \
            '--where=[only rows for which this is true; applied before the search]:EXPR: ' \
            '--by=[only the best row of each value, such as metadata.document_id]:PATH: ' \
            '--parents[answer with the parents of what is found, each once with its best piece'\''s score]' \
            '--format=[table on a terminal, else jsonl; trec for eval; prompt for a chat model]:FORM:(jsonl table trec prompt)' \
            '--budget=[tokens that a prompt may have; passages that do not fit are left out]:TOKENS: ' \
            '--weights=[how much each ranking counts in a hybrid answer]:WORDS,VECTORS: ' \
            '--rrf-k=[of reciprocal rank fusion\: weight / (K + rank)]:K: ' \
            '--k1=[of BM25]:K1: ' \
            '--b=[of BM25]:B: ' \
            '--rerank=[ask a reranker how well the best rows answer, and order them by that]:NAME|URL: ' \
            '--rerank-provider=[what the server speaks; jina (as vLLM and llama.cpp do), or command with a program]:NAME:(cohere jina voyage tei bedrock command)' \
            '--rerank-model=[the model as the server calls it; bedrock\: its ARN]:NAME: ' \
            '--rerank-command=[a shell command that reads {"id","query","documents"} lines and answers {"id","scores"} lines]:PROGRAM:_command_names -e' \
            '--rerank-api-key-env=[environment variable that holds the reranker'\''s key]:NAME: ' \
            '--rerank-api-key-file=[file that holds it]:FILE:_files' \
            '--rerank-candidates=[how many rows the reranker sees for each question \[50, at least --top-k\]]:N: ' \
            '--rerank-fallback[when the reranker fails, say so and answer in the order of the search]' \
            '--answer=[let a chat model answer from what is found, with numbered citations]:NAME|URL: ' \
            '--answer-provider=[what the server speaks; openai, or command with a program]:NAME:(openai ollama anthropic bedrock command)' \
            '--answer-model=[the model as the server calls it]:NAME: ' \
            '--answer-command=[a shell command that reads {"id","messages"} lines and answers {"id","completion"} lines]:PROGRAM:_command_names -e' \
            '--answer-api-key-env=[environment variable that holds the chat model'\''s key]:NAME: ' \
            '--answer-api-key-file=[file that holds it]:FILE:_files' \
            '--answer-tokens=[tokens that an answer may have]:N: ' \
            '--answer-temperature=[how freely the model chooses its words; -1\: its own way]:T: ' \
            '--check-citations[exit 1 unless each citation exists and each quotation stands in a passage that it cites]' \
            '--rewrite=[let the chat model word the question in N other ways, and search for all of them]:N: ' \
            '--rewrite-by=[the model that words questions anew; of a URL --answer-provider and the like say more]:NAME|URL: ' \
            '--rewrite-command=[a program that does, as --answer-command]:PROGRAM:_command_names -e' \
            '--provider=[who makes the vectors\: builtin (no model), a server'\''s dialect, a program]:NAME:(builtin openai ollama tei cohere voyage bedrock command)' \
            '--url=[the server, such as http\://127.0.0.1\:8080; its dialect'\''s path is put behind it]:URL: ' \
            '--model=[the model as the server calls it]:NAME: ' \
            '--dimension=[numbers in a vector; builtin\: 384, else the model'\''s own]:N: ' \
            '--command=[a shell command that reads {"id","text","type"} lines and answers {"embedding"} lines]:PROGRAM:_command_names -e' \
            '--api-key-env=[environment variable that holds the key]:NAME: ' \
            '--api-key-file=[file that holds the key]:FILE:_files' \
            '--allow-plain-http[let a key travel unencrypted to another host]' \
            '--batch-size=[texts in one request; else as many as suit the server]:N: ' \
            '--concurrency=[requests under way at once, at most \[4\]]:N: ' \
            '--timeout=[how long one request may take]:SECONDS: ' \
            '--first-byte-timeout=[how long a server may be silent]:SECONDS: ' \
            '--stall-timeout=[how long an answer that has begun may stand still]:SECONDS: ' \
            '--max-wait=[longest wait that a server may ask for (Retry-After); beyond it the run ends with 69]:SECONDS: ' \
            '--requests-per-minute=[no more than that; failed ones count]:N: ' \
            '--tokens-per-minute=[no more than that, by estimate]:N: ' \
            '--truncate=[end\: cut a text that is longer than the model takes; none\: reject it]:WHERE:(none end)' \
            '--cache=[where vectors are kept, or none; else garner in the user'\''s cache folder]:DIR:_files -/' \
            '--cache-scope=[keeps apart what one model name stands for\: a revision, a server]:NAME: ' \
            '--cache-max-age=[remove logs of the cache that are older; 0\: never]:DAYS: ' \
            '--document-prefix=[put before each document'\''s text, as some models want it]:TEXT: ' \
            '--query-prefix=[put before each query'\''s text]:TEXT: ' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--jobs=[threads to use; 0\: one for each processor]:N: ' \
            '-j+[threads to use; 0\: one for each processor]:N: ' \
            '--seed=[start of everything random]:N: ' \
            '--on-error=[at a faulty record]:ACTION:(fail skip)' \
            '--rejects=[keep rejected records there, with the reason]:FILE:_files' \
            '--dropped=[keep records that were dropped by design there]:FILE:_files' \
            '--max-errors=[up to so many rejects the exit code is 0, beyond it stops]:N|P%: ' \
            '--summary=[write counts, codes, seconds and digests there as JSON]:FILE:_files' \
            '*--require=[exit 1 unless this holds for the summary]:EXPR: ' \
            '--dry-run[say what would be done; write nothing, ask no server]' \
            '--offline[refuse to contact any host]' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--progress=[progress line on standard error]:WHEN:(auto always never)' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    eval)
        _arguments -S -s \
            ':QRELS:_files' \
            '*:RUN:_files' \
            '*--top-k=[depths at which nDCG, recall and precision are taken]:N: ' \
            '*-k+[depths at which nDCG, recall and precision are taken]:N: ' \
            '--complete[count judged queries that the run does not answer as 0, like trec_eval -c]' \
            '--per-query[the figures of each query, too]' \
            '--format=[table on a terminal, else jsonl]:FORM:(table jsonl)' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--jobs=[threads to use; 0\: one for each processor]:N: ' \
            '-j+[threads to use; 0\: one for each processor]:N: ' \
            '--seed=[start of everything random]:N: ' \
            '--on-error=[at a faulty record]:ACTION:(fail skip)' \
            '--rejects=[keep rejected records there, with the reason]:FILE:_files' \
            '--dropped=[keep records that were dropped by design there]:FILE:_files' \
            '--max-errors=[up to so many rejects the exit code is 0, beyond it stops]:N|P%: ' \
            '--summary=[write counts, codes, seconds and digests there as JSON]:FILE:_files' \
            '*--require=[exit 1 unless this holds for the summary]:EXPR: ' \
            '--dry-run[say what would be done; write nothing, ask no server]' \
            '--offline[refuse to contact any host]' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--progress=[progress line on standard error]:WHEN:(auto always never)' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    pretrain)
        _arguments -S -s \
            '--profile=[who trains\: trl-text, nova-cpt ({"text"}), bedrock-cpt ({"input"})]:PROFILE: ' \
            '--field=[the text of a record]:PATH: ' \
            '*--keep=[fields that stay beside the text, under their last key\: id,metadata.source]:PATH: ' \
            '--join[put chunks that follow one another together into their document again]' \
            '--separator=[--join\: what stands where more than one character is missing between chunks]:TEXT: ' \
            '--strip[take white space off both ends of a text]' \
            '--tidy[no blanks at line ends, one kind of line end, no more than one empty line at a time]' \
            '--min-chars=[drop shorter texts]:N: ' \
            '--max-tokens=[split longer texts\: at paragraphs, else sentences, else words \[0\: never\]]:N: ' \
            '--tokenizer=[what counts tokens; see '\''garner help tokens'\'']:NAME|FILE:_files' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--jobs=[threads to use; 0\: one for each processor]:N: ' \
            '-j+[threads to use; 0\: one for each processor]:N: ' \
            '--seed=[start of everything random]:N: ' \
            '--on-error=[at a faulty record]:ACTION:(fail skip)' \
            '--rejects=[keep rejected records there, with the reason]:FILE:_files' \
            '--dropped=[keep records that were dropped by design there]:FILE:_files' \
            '--max-errors=[up to so many rejects the exit code is 0, beyond it stops]:N|P%: ' \
            '--summary=[write counts, codes, seconds and digests there as JSON]:FILE:_files' \
            '*--require=[exit 1 unless this holds for the summary]:EXPR: ' \
            '--dry-run[say what would be done; write nothing, ask no server]' \
            '--offline[refuse to contact any host]' \
            '--seal[end the output with a line that says it is complete]' \
            '--sealed[refuse an input that does not end with a seal]' \
            '--max-delay=[of a live input, hold records back at most so long]:TIME: ' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--progress=[progress line on standard error]:WHEN:(auto always never)' \
            '*:FILE:_files' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    pack)
        _arguments -S -s \
            '--length=[tokens of a row\: the sequence length of the training]:TOKENS: ' \
            '-l+[tokens of a row\: the sequence length of the training]:TOKENS: ' \
            '--tokenizer=[what counts tokens\: o200k-estimate, cl100k-estimate, or a vocabulary file]:NAME|FILE:_files' \
            '--strategy=[how rows are filled]:STRATEGY:(best-fit greedy wrapped none)' \
            '--long=[what becomes of a document longer than a row]:ACTION:(split drop truncate)' \
            '--separator=[what stands behind each document \[\\n\\n in texts, nothing in ids\]]:TEXT: ' \
            '--field=[the text of a record, and of a row]:PATH: ' \
            '--emit=[rows of text, or of token ids]:WHAT:(text ids)' \
            '--positions[ids\: also position_ids, from 0 in each document]' \
            '--documents[also the ids of the documents in each row]' \
            '--window=[best-fit\: so much text is looked at together; this much memory]:SIZE: ' \
            '--shard-size=[bytes of a shard'\''s file, at most \[256M\]]:SIZE: ' \
            '--shard-rows=[rows of a shard, instead]:N: ' \
            '--shards=[so many shards, to which rows are dealt in turn, instead]:N: ' \
            '*--verify=[look whether a set of shards (its folder or manifest) is whole; nothing is packed]:PATH:_files' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--jobs=[threads to use; 0\: one for each processor]:N: ' \
            '-j+[threads to use; 0\: one for each processor]:N: ' \
            '--seed=[start of everything random]:N: ' \
            '--on-error=[at a faulty record]:ACTION:(fail skip)' \
            '--rejects=[keep rejected records there, with the reason]:FILE:_files' \
            '--dropped=[keep records that were dropped by design there]:FILE:_files' \
            '--max-errors=[up to so many rejects the exit code is 0, beyond it stops]:N|P%: ' \
            '--summary=[write counts, codes, seconds and digests there as JSON]:FILE:_files' \
            '*--require=[exit 1 unless this holds for the summary]:EXPR: ' \
            '--dry-run[say what would be done; write nothing, ask no server]' \
            '--offline[refuse to contact any host]' \
            '--seal[end the output with a line that says it is complete]' \
            '--sealed[refuse an input that does not end with a seal]' \
            '--max-delay=[of a live input, hold records back at most so long]:TIME: ' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--progress=[progress line on standard error]:WHEN:(auto always never)' \
            '*:FILE:_files' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    validate)
        _arguments -S -s \
            '*:FILE:_files' \
            '*--profile=[whose rules; of several, or with all, a grid says who takes the file]:NAME: ' \
            '*-p+[whose rules; of several, or with all, a grid says who takes the file]:NAME: ' \
            '--list[show the profiles with version, date and source]' \
            '--format=[how faults are shown]:FORMAT:(table jsonl junit github)' \
            '--faults=[show so many faults of each code; all are counted]:N: ' \
            '--strict[remarks (W_ codes) refuse a file, too]' \
            '--role=[which limits of rows and bytes hold]:ROLE:(train validation)' \
            '*--against=[the other part of the data\: rows and prompts must not be in both]:FILE:_files' \
            '--fix[write the rows with what can safely be mended; see -o]' \
            '--explain[show the turns of each row, and which are trained on]' \
            '--tokenizer=[count tokens by it \[as the service plans, or an estimate\]]:NAME:_files' \
            '--memory=[for comparing rows with each other]:SIZE: ' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--jobs=[threads to use; 0\: one for each processor]:N: ' \
            '-j+[threads to use; 0\: one for each processor]:N: ' \
            '--seed=[start of everything random]:N: ' \
            '--summary=[write counts, codes, seconds and digests there as JSON]:FILE:_files' \
            '*--require=[exit 1 unless this holds for the summary]:EXPR: ' \
            '--offline[refuse to contact any host]' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--progress=[progress line on standard error]:WHEN:(auto always never)' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    view)
        _arguments -S -s \
            '*--fields=[show only these, in this order]:PATH: ' \
            '*-f+[show only these, in this order]:PATH: ' \
            '--limit=[stop after N records; 0\: show all]:N: ' \
            '-n+[stop after N records; 0\: show all]:N: ' \
            '--lines=[at most N lines of each text; 0\: all of it]:N: ' \
            '--width=[wrap there; 0\: the width of the terminal]:COLUMNS: ' \
            '-w+[wrap there; 0\: the width of the terminal]:COLUMNS: ' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '*:FILE:_files' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    info)
        _arguments -S -s \
            '*:PATH:_files' \
            '--digest[one number for all that an index holds]' \
            '--format=[how the result is shown]:FORMAT:(table json)' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    verify)
        _arguments -S -s \
            '*:PATH:_files' \
            '--sealed[a file of records must end with its seal]' \
            '--format=[how the result is shown]:FORMAT:(table json)' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    catalog)
        _arguments -S -s \
            ':LEDGER:_files' \
            '::SQL: ' \
            '--format=[how the result is shown]:FORMAT:(table jsonl csv)' \
            '--csv-safe[csv\: put '\'' before text that a spreadsheet would take for a formula]' \
            '--max-steps=[steps of SQLite'\''s machine that a query may take]:N: ' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    run)
        _arguments -S -s \
            ':FILE:_files' \
            '*--set=[give a variable of the file another value]:NAME=VALUE: ' \
            '--check[only check the file\: every fault at once, no data, no network]' \
            '--print-shell[print the same work as shell pipes]' \
            '--lock=[hold this lock; exit 75 when another run holds it]:FILE:_files' \
            '--timeout=[stop after that long, exit 75; what was committed stays]:SECONDS: ' \
            '--allow-exec[the file may run programs (provider\: command)]' \
            '--jobs=[threads to use; 0\: one for each processor]:N: ' \
            '-j+[threads to use; 0\: one for each processor]:N: ' \
            '--seed=[start of everything random]:N: ' \
            '--on-error=[at a faulty record]:ACTION:(fail skip)' \
            '--rejects=[keep rejected records there, with the reason]:FILE:_files' \
            '--dropped=[keep records that were dropped by design there]:FILE:_files' \
            '--max-errors=[up to so many rejects the exit code is 0, beyond it stops]:N|P%: ' \
            '--summary=[write counts, codes, seconds and digests there as JSON]:FILE:_files' \
            '*--require=[exit 1 unless this holds for the summary]:EXPR: ' \
            '--dry-run[say what would be done; write nothing, ask no server]' \
            '--offline[refuse to contact any host]' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--progress=[progress line on standard error]:WHEN:(auto always never)' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    doctor)
        _arguments -S -s \
            '*:FOLDER:_files -/' \
            '--format=[how the result is shown]:FORMAT:(table jsonl)' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    help)
        _arguments -S -s \
            '*:TOPIC:(ingest chunk filter dedup redact decontaminate tokens sort shuffle sample stats embed generate judge sft distill dpo split convert mix index query eval pretrain pack validate view info verify catalog run doctor help man completion schema options formats expressions exit-codes mappings codes environment presets)' \
            '--list[one line per tool\: name, tab, group]' \
            '--json[all tools with their options, codes and topics as JSON]' \
            '--codes[all error codes, one per line]' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    man)
        _arguments -S -s \
            '::TOOL:(ingest chunk filter dedup redact decontaminate tokens sort shuffle sample stats embed generate judge sft distill dpo split convert mix index query eval pretrain pack validate view info verify catalog run doctor help man completion schema)' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    completion)
        _arguments -S -s \
            ':SHELL:(bash zsh fish)' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    schema)
        _arguments -S -s \
            '::TOOL:(ingest chunk filter dedup redact decontaminate tokens sort shuffle sample stats embed generate judge sft distill dpo split convert mix index query eval pretrain pack validate view info verify catalog run doctor help man completion schema)' \
            '--output=[write there instead of standard output]:FILE:_files' \
            '-o+[write there instead of standard output]:FILE:_files' \
            '--quiet[no remarks and no progress, only warnings and errors]' \
            '-q[no remarks and no progress, only warnings and errors]' \
            '*--verbose[say more; twice for still more]' \
            '*-v[say more; twice for still more]' \
            '--log-format=[how messages look on standard error]:FORMAT:(text json)' \
            '--help[show the help of the tool]' \
            '-h[show the help of the tool]'
        ;;
    esac
}

_garner "$@"
