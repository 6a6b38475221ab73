load ../support/setup

setup_file() {
    cd "$BATS_FILE_TMPDIR"
    seq 1 400 | jq -c '{id: "d\(.)", text: ("The tide at the quay turns at noon. " * (. % 9 + 1))}' > in.jsonl
    # 256 tokens, one a byte.
    for byte in $(seq 0 255); do printf '%s %d\n' "$(printf "\\x$(printf %x "$byte")" | base64)" "$byte"; done > bytes-cl100k.tiktoken
}

setup() {
    cd "$BATS_TEST_TMPDIR"
    ln -s "$BATS_FILE_TMPDIR/in.jsonl" "$BATS_FILE_TMPDIR/bytes-cl100k.tiktoken" .
}

@test "pack: no row is longer than --length, every text is in a row, and hardly any room is left" {
    garner pack --length 128 --documents --summary summary in.jsonl > rows.jsonl
    garner tokens --into n rows.jsonl | jq -e -s 'all(.[]; .n <= 128)'
    [ "$(jq -r '.documents[]' rows.jsonl | sort)" = "$(jq -r .id in.jsonl | sort)" ]
    jq -r .text rows.jsonl | grep -o 'The tide' | wc -l > a
    jq -r .text in.jsonl | grep -o 'The tide' | wc -l > b
    cmp a b
    jq -e '.steps[0] | .padding < 0.02 and .documents == 400 and .split == 0 and .rows > 100' summary
    garner pack --length 128 --strategy greedy --summary greedy in.jsonl > /dev/null
    jq -e -s '.[0].steps[0].padding < .[1].steps[0].padding' summary greedy
}

@test "pack: the same bytes for any number of jobs" {
    for strategy in best-fit greedy wrapped; do
        for jobs in 1 2 8; do garner pack --length 64 --strategy $strategy -j $jobs in.jsonl | sha256sum; done | uniq > sums
        [ "$(wc -l < sums)" = 1 ]
    done
    for jobs in 1 2 8; do
        garner pack --length 64 -j $jobs --shard-size 64K -o "out$jobs/{shard}.tar.zst" in.jsonl
        cat out$jobs/* | sha256sum
    done | uniq > sums
    [ "$(wc -l < sums)" = 1 ]
}

@test "pack: a document that is too long is split, dropped or cut" {
    jq -n -c '{id: "a", text: ("word " * 40)}, {id: "b", text: "short"}' > long.jsonl
    garner pack --length 16 --strategy greedy --separator '' long.jsonl | jq -j .text > split
    [ "$(cat split)" = "$(jq -j .text long.jsonl)" ]
    garner pack --length 16 --long truncate --summary s long.jsonl > cut.jsonl
    jq -e '.steps[0] | .truncated == 1 and .lost_tokens > 20' s
    [ "$(wc -l < cut.jsonl)" = 2 ]
    garner pack --length 16 --long drop --dropped dropped long.jsonl > kept.jsonl
    [ "$(jq -c '[.code, .record.id]' dropped)" = '["too_long","a"]' ]
    [ "$(jq -r .text kept.jsonl)" = short ]
}

@test "pack: ids are those of the tokenizer, each document ends with the separator, lengths tell them apart" {
    printf '%s\n' '{"id":"a","text":"abc"}' '{"id":"b","text":"zz<"}' > two.jsonl
    run -0 garner pack --emit ids --tokenizer bytes-cl100k.tiktoken --separator '\n' --length 16 --positions --documents two.jsonl
    [ "$output" = '{"input_ids":[97,98,99,10,122,122,60,10],"seq_lengths":[4,4],"position_ids":[0,1,2,3,0,1,2,3],"documents":["a","b"]}' ]
    garner pack --emit ids --tokenizer bytes-cl100k.tiktoken --length 32 --strategy wrapped in.jsonl > wrapped.jsonl
    jq -e -s 'all(.[:-1][]; (.input_ids | length) == 32 and (.seq_lengths | add) == 32)' wrapped.jsonl
    [ "$(jq -s 'map(.input_ids[]) | implode' wrapped.jsonl)" = "$(jq -s 'map(.text) | add' in.jsonl)" ]
}

@test "pack: what is no text is rejected or dropped, with the reason" {
    run -65 --separate-stderr garner pack <<< '{"messages":[]}'
    [[ "$stderr" == *"field 'text' is missing: how a chat becomes text is the business of its trainer's template" ]]
    run -65 --separate-stderr garner pack <<< '{"text":5}'
    [[ "$stderr" == *"field 'text' is number, expected a string" || "$stderr" == *"field 'text' is a number, expected a string" ]]
    garner pack --dropped dropped <<< '{"text":""}'
    [ "$(jq -r .code dropped)" = empty_text ]
    [ "$(garner pack --field input <<< '{"input":"Tea."}')" = '{"input":"Tea."}' ]
}

@test "pack: a tombstone goes on before the rows, a mark behind them" {
    printf '%s\n' '{"id":"a","text":"Tea."}' '{"id":"b","deleted":true}' '{"garner":{"ledger":"x"}}' '{"id":"c","text":"Hot."}' > in
    run -0 garner pack in
    [ "$output" = '{"id":"b","deleted":true}
{"text":"Tea.\n\nHot."}
{"garner":{"ledger":"x"}}' ]
}

@test "pack: a row of a shard is found by its index, in a plain file and through a seek table's frame" {
    garner pack --strategy none --shards 2 -o 'out/{shard}.jsonl' in.jsonl
    read -r offset length < <(od -A n -t u8 -j $((16 * 7)) -N 8 out/00001.jsonl.index | tr -d '\n'; od -A n -t u4 -j $((16 * 7 + 8)) -N 4 out/00001.jsonl.index)
    [ "$(tail -c +$((offset + 1)) out/00001.jsonl | head -c "$length")" = "$(sed -n 16p in.jsonl)" ]
    paste -d '\n' out/00000.jsonl out/00001.jsonl | cmp - in.jsonl
    garner pack --strategy none -o 'z/{shard}.jsonl.zst' in.jsonl
    garner filter true z/00000.jsonl.zst | cmp - in.jsonl
    jq -e '.kind == "shards" and .rows == 400 and .shards[0].rows == 400 and .options.strategy == "none"' z/manifest.json
    [ "$(jq -r '.shards[0].sha256' z/manifest.json)" = "$(sha256sum < z/00000.jsonl.zst | cut -d' ' -f1)" ]
}

@test "pack: a tar shard is what tar and WebDataset expect, with no time in it" {
    garner pack --strategy none --shard-rows 300 -o 'out/{shard}.tar' in.jsonl
    tar -tvf out/00001.tar > list
    head -1 list | grep -qE '^-rw-r--r-- 0/0 +[0-9]+ 1970-01-01 00:00 000000300.json$'
    { tar -xOf out/00000.tar; tar -xOf out/00001.tar; } | jq -c . | cmp - in.jsonl
}

@test "pack: --verify and garner verify name the shard and the row" {
    garner pack --strategy none -o 'out/{shard}.jsonl' in.jsonl
    [ "$(garner pack --verify out | jq -c '[.whole, .rows]')" = '[true,400]' ]
    [ "$(garner verify out)" = 'out: whole (shards, 400 rows)' ]
    [ "$(garner info --format json out | jq -c '[.kind, .shards, .rows, .options[0].strategy]')" = '["shards",1,400,"none"]' ]
    printf X | dd of=out/00000.jsonl bs=1 seek="$(head -5 out/00000.jsonl | wc -c)" conv=notrunc status=none
    run -65 --separate-stderr garner verify out/manifest.json
    [[ "$stderr" == *"garner verify: out/00000.jsonl: row 5 is not the row that was written"* ]]
    run -65 --separate-stderr garner pack --verify out
    [[ "$stderr" == *"garner pack: 'out' is not whole: 2 faults"* ]]
    : > out/00000.jsonl.index
    run -65 --separate-stderr garner verify out
    [[ "$stderr" == *"garner verify: out/00000.jsonl: its index knows none of its bytes"* ]]
    rm out/00000.jsonl
    run -66 --separate-stderr garner verify out
    run -66 --separate-stderr garner pack --verify nowhere
}

@test "pack: the summary counts the rows of shards as what came out, and a gate can ask for them" {
    garner pack --strategy none --shards 3 --require 'out = 400' --summary s -o 'out/{shard}.jsonl' in.jsonl
    jq -e '.out == 400 and .steps[0].out == 400 and .steps[0].shards == 3 and (has("outputs") | not)' s
}

@test "pack: as many shards as --shards takes, also where 1024 open files are the soft limit" {
    [ "$(ulimit -Hn)" = unlimited ] || [ "$(ulimit -Hn)" -gt 1100 ] || skip 'the hard limit is low'
    ulimit -Sn 1024
    garner pack --strategy none --shards 512 -o 'out/{shard}.jsonl' in.jsonl
    [ "$(ls out/*.index | wc -l)" = 512 ]
}

@test "pack: a gate that fails and a dry run leave the set as it was" {
    garner pack --strategy none -o 'out/{shard}.jsonl' in.jsonl
    cat out/* | sha256sum > before
    run -1 garner pack --strategy none --shards 3 --require 'in > 1000' -o 'out/{shard}.jsonl' in.jsonl
    run -1 garner pack --strategy none --require 'out > 400' -o 'out/{shard}.jsonl' in.jsonl
    garner pack -q --dry-run --shards 3 -o 'out/{shard}.jsonl' in.jsonl
    cat out/* | sha256sum | cmp - before
    [ "$(ls out)" = "$(printf '%s\n' 00000.jsonl 00000.jsonl.index manifest.json)" ]
}

@test "pack: options that do not go together" {
    refuses() {
        local message=$1
        shift
        run -64 --separate-stderr garner pack "$@"
        [ "${stderr_lines[0]}" = "garner pack: $message" ] || { echo "${stderr_lines[0]}"; return 1; }
    }
    refuses "--emit: 'o200k-estimate' only estimates counts, ids need --tokenizer FILE" --emit ids
    refuses "--positions: needs --emit ids" --positions
    refuses "--long: --strategy wrapped cuts every document where a row ends" --strategy wrapped --long drop
    refuses "--output: '{split}.tar' must have {shard} once, in the file's name" -o '{split}.tar'
    refuses "--shard-size, --shard-rows, --shards: one of them is enough" --shards 2 --shard-rows 5 -o 'x{shard}.tar'
    refuses "--output: shards need a name with {shard}, such as 'out/{shard}.jsonl.zst'" --shards 2 -o x.jsonl
    refuses "--output: shards are .jsonl, .jsonl.zst, .tar or .tar.zst, '{shard}.gz' is none" -o '{shard}.gz'
}
