# query.bats - an index made in each test is asked in every way.
load ../support/setup

rows() {
    cat << 'END'
{"id":"tides","text":"The harbour pilot reads the tide table; the tide decides when ships leave the harbour.","metadata":{"document_id":"sea","year":1999},"n":9007199254740993}
{"id":"crane","text":"A crane lifts cargo in the harbour.","metadata":{"document_id":"sea","year":2004}}
{"id":"poem","text":"Poems about quiet gardens and slow rain.","metadata":{"document_id":"garden","year":2004}}
{"id":"water","text":"水は生命の源です。","metadata":{"document_id":"ja","year":2010}}
{"id":"rfc","text":"RFC-0011 replaces the old numbering.","metadata":{"document_id":"norm","year":2011}}
{"id":"code","text":"call foo_bar() before foo() or bar()","metadata":{"document_id":"norm","year":2012}}
{"id":"control","text":"bell \u0007 and escape \u001b[31m red lantern","metadata":{"document_id":"norm","source":"a\u001b]0;x\u0007.md"}}
END
}

words_index() {
    rows | garner index kb
}

# Vectors that anyone can check: how many letters e, and 1.
PROGRAM='jq -c --unbuffered "{id, embedding: [([.text | match(\"e\"; \"g\")] | length), 1]}"'

vector_index() {
    rows | garner embed --command "$PROGRAM" | garner index kb
}

# ids ARGUMENT...: the ids of the answer, in order, on one line.
ids() {
    garner query kb "$@" | jq -r .id | paste -sd ' '
}

@test "query: words, letters of languages without spaces, and identifiers find their rows" {
    words_index
    [ "$(ids 'harbour tide')" = "tides crane" ]
    [ "$(ids harbours)" = "crane tides" ]
    for pair in 水=water 生命=water RFC-0011=rfc rfc-0011=rfc foo_bar=code lantern=control; do
        [ "$(ids "${pair%=*}" -k 1)" = "${pair#*=}" ] || { echo "$pair"; return 1; }
    done
}

@test "query: the three modes" {
    vector_index
    [ "$(ids 'harbour tide' --mode lexical)" = "tides crane" ]
    # Two letters e: cosine with (2, 1); nearest first, equal ones by id.
    [ "$(ids 'e e' --mode vector --command "$PROGRAM" -k 4)" = "code crane poem rfc" ]
    [ "$(ids 'crane' --command "$PROGRAM" -k 2)" = "crane code" ]
    garner query kb 'crane cargo' --command "$PROGRAM" -k 1 > hybrid
    [ "$(jq -c '[.rank, .score == (1/61 + 1/(60 + .vector_rank)), .lexical_rank, (.lexical_score | type), (.vector_score | type)]' hybrid)" = '[1,true,1,"number","number"]' ]
    [ "$(ids 'crane' --command "$PROGRAM" --weights 1,0 -k 1)" = crane ]
}

@test "query: jsonl keeps the record's bytes and appends rank and score" {
    words_index
    garner query kb 'tide' > out
    grep -qF "$(rows | sed -n '1s/}$//p'),\"rank\":1,\"score\":" out
    [ "$(wc -l < out)" -eq 1 ]
}

@test "query: a filter comes before the search, so a narrow one still fills the answer" {
    for i in $(seq 200); do
        printf '{"id":"a%03d","text":"kite kite kite","metadata":{"kind":"many"}}\n' "$i"
    done > rows.jsonl
    for i in 1 2 3; do
        printf '{"id":"z%d","text":"one kite among so many other words %s","metadata":{"kind":"few"}}\n' "$i" "$(seq -s ' ' $((i * 20)))"
    done >> rows.jsonl
    garner embed rows.jsonl --dimension 16 | garner index kb
    for mode in lexical vector hybrid; do
        for where in "metadata.kind = 'few'" '{"kind": "few"}'; do
            [ "$(ids kite --mode $mode --where "$where" -k 3 | tr ' ' '\n' | sort | paste -sd ' ')" = "z1 z2 z3" ] ||
                { echo "$mode $where"; return 1; }
        done
    done
    [ "$(ids kite --mode lexical --where "metadata.kind = 'few'" -k 2)" = "z1 z2" ]
    run -64 --separate-stderr garner query kb kite --where 'metadata.year >'
    [ "${stderr_lines[0]}" = "garner query: --where, column 16: expected a value after '>'" ]
}

@test "query: --by keeps the best row of each value" {
    words_index
    [ "$(ids 'harbour tide numbering foo' | wc -w)" -eq 4 ]
    [ "$(ids 'tide numbering numbering foo' --by metadata.document_id | wc -w)" -eq 2 ]
    [ "$(ids 'harbour crane' --by metadata.document_id)" = crane ]
}

@test "query: a file of questions, BEIR's too, in jsonl and trec" {
    words_index
    printf '{"_id":"q 1","text":"harbour tide"}\r\n\n{"id":"q2","text":"zzz"}\n{"id":3,"text":"lantern"}' > questions
    garner query kb --queries questions | jq -c '[.query, .id, .rank]' > out
    printf '["q 1","tides",1]\n["q 1","crane",2]\n["3","control",1]\n' | diff - out
    garner query kb --queries - --format trec < questions | sed -E 's/ [0-9]+\.[0-9]+ garner$/ S garner/' > out
    printf 'q%%201 Q0 tides 1 S garner\nq%%201 Q0 crane 2 S garner\n3 Q0 control 1 S garner\n' | diff - out
    printf '{"id":"a","text":"x"}\n{"id":"b"}\n' > questions
    run -65 --separate-stderr garner query kb --queries questions
    [[ "$stderr" == "garner query: questions:2: "*"'text'"* ]]
}

@test "query: a table shows no control byte" {
    words_index
    garner query kb lantern --format table > out
    [ "$(LC_ALL=C tr -d '\040-\176\n' < out | wc -c)" -eq 0 ]
    grep -qF 'a\x1b]0;x\x07.md' out
    grep -qF 'bell \x07 and escape \x1b[31m red lantern' out
}

@test "query: a prompt has numbered passages and leaves out what the budget forbids" {
    words_index
    run -0 --separate-stderr garner query kb harbour --format prompt
    [ -z "$stderr" ]
    [ "${#lines[@]}" -eq 6 ]
    [ "${lines[1]}" = "[1] sea" ]
    [ "${lines[2]}" = "A crane lifts cargo in the harbour." ]
    [ "${lines[3]}" = "[2] sea" ]
    [ "${lines[5]}" = "Question: harbour" ]
    run -0 --separate-stderr garner query kb harbour --format prompt --budget 10
    [ "${#lines[@]}" -eq 2 ]
    [ "$stderr" = "garner query: 2 passages did not fit into --budget 10 and are left out" ]
}

@test "query: no hit is 1, no index 66, no vectors 64, no text 64" {
    words_index
    run -1 --separate-stderr garner query kb zzz
    [ -z "$output$stderr" ]
    run -1 garner query kb harbour --where "metadata.year = 1800"
    run -66 --separate-stderr garner query nothing harbour
    [ "$stderr" = "garner query: 'nothing' is no index: it has no manifest" ]
    run -64 --separate-stderr garner query kb harbour --mode vector
    [ "${stderr_lines[0]}" = "garner query: the index has no vectors; --mode lexical searches its words" ]
    run -64 garner query kb ' '
    run -64 garner query kb
    : > empty
    run -1 garner query kb --queries empty
}

@test "query: another model is refused, though name and dimension are the same" {
    vector_index
    ids harbour --command "$PROGRAM"
    run -78 --separate-stderr garner query kb harbour --command 'jq -c --unbuffered "{id, embedding: [1, 5]}"'
    [[ "$stderr" == "garner query: the model 'command:command:2' is not the one that made the index ('command:command:2'), or gets another prefix: a text of the index has another vector (cosine 0."* ]]
    [ -z "$output" ]
    run -78 --separate-stderr garner query kb harbour --command 'jq -c --unbuffered "{id, embedding: [1, 5, 1]}"'
    [ "$stderr" = "garner query: the model 'command:command:3' gives 3 numbers, the index has 2" ]
    run -64 --separate-stderr garner query kb harbour
    [[ "$stderr" == *"--command names it"* ]]
    [ "$(ids harbour --mode lexical)" = "crane tides" ]
}

@test "query: vectors made from another field are known again" {
    rows | jq -c '.title = .id + " eee" | .text += " eeeeeeeeeeeeeeee"' > titled
    garner embed --field title --command "$PROGRAM" titled | garner index --embedded-field title kb
    [ "$(ids 'poem' --mode vector -k 1 --command "$PROGRAM" | wc -w)" -eq 1 ]
    # The builtin model is known by its name.
    garner embed --field title titled | garner index built
    garner query built poem -k 1 > /dev/null
    run -64 garner index --embedded-field 'a[' kb < /dev/null
}

@test "query: jobs and processor level do not change the answer" {
    for i in $(seq 400); do echo "{\"id\":\"r$i\",\"text\":\"record $i of the harbour log, number $((i * 7919 % 1009))\"}"; done |
        garner embed --dimension 32 | garner index kb
    for i in $(seq 1 20); do echo "{\"id\":\"$i\",\"text\":\"harbour number $((i * 131))\"}"; done > questions
    garner query kb --queries questions -j1 > one
    [ "$(wc -l < one)" -eq 200 ]
    garner query kb --queries questions -j8 | cmp one -
    GARNER_CPU=scalar garner query kb --queries questions -j3 | cmp one -
}

@test "query: a disk that fails while an index is opened is an I/O error, not a damaged index" {
    words_index
    strace -o trace -e trace=none true || skip "strace may not trace here"
    for file in manifest segment-00000001.seg; do
        ASAN_OPTIONS=detect_leaks=0 run -74 --separate-stderr strace -qq -o trace -P "kb/$file" -e trace=openat \
            -e inject=openat:error=EIO garner query kb crane
        [ -z "$output" ]
        [ "${stderr_lines[-1]}" = "garner query: cannot open 'kb/$file': input/output error" ]
    done
}

@test "query: --parents gives each parent once, with its best piece's score" {
    printf '{"id":"a","text":"Red fox. Red hen. Blue cow. Grey owl.","metadata":{"k":1}}\n{"id":"b","text":"One red ant here."}\n' |
        garner chunk --strategy hierarchical --unit words --parent-size 4 --size 2 --overlap 0 | garner index kb
    printf '{"id":"plain","text":"A red book without parents."}\n' | garner index kb
    [ "$(ids red)" = "a#0 a#1 b#0 plain" ]
    garner query kb red --parents > found
    [ "$(jq -c '[.rank, .id, .text, .metadata.start, .metadata.end, .children]' found)" = '[1,"a#p0","Red fox. Red hen.",0,17,["a#0","a#1"]]
[2,"b#p0","One red ant here.",0,17,["b#0"]]
[3,"plain","A red book without parents.",null,null,null]' ]
    grep -qF '{"id":"a#p0","text":"Red fox. Red hen.","metadata":{"k":1,"document_id":"a","chunk":0,"start":0,"end":17},"children":["a#0","a#1"],"rank":1,"score":' found
    [ "$(jq -s 'map(.score) == (map(.score) | sort | reverse)' found)" = true ]
    [ "$(jq -r .score found | head -1)" = "$(garner query kb red -k 1 | jq -r .score)" ]
    [ "$(garner query kb red --parents -k 1 | jq -c .children)" = '["a#0","a#1"]' ]
    garner query kb red --parents --format trec | cut -d ' ' -f 3,4 | paste -sd ' ' > run
    [ "$(cat run)" = "a#p0 1 b#p0 2 plain 3" ]
    garner query kb red --parents --format prompt | grep -c 'Red fox. Red hen.'
    [ "$(garner query kb 'red cow' --parents --by metadata.document_id | jq -r .id | paste -sd ' ')" = "a#p1 b#p0 plain" ]
}

@test "query: several wordings are fused by rank" {
    words_index
    [ "$(ids 'poems' 'poems rain' 'tide')" = "poem tides" ]
    garner query kb 'harbour crane' 'crane' > found
    [ "$(jq -c '[.id, .score == (if .rank == 1 then 1/61 + 1/61 else 1/62 end), .lexical_rank]' found)" = '["crane",true,null]
["tides",true,null]' ]
    run -64 garner query kb harbour ''
}
