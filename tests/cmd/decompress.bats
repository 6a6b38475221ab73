# The streams below the tools: compressed inputs and outputs, the hidden child, files that appear whole.
load ../support/setup

# Two records, compressed by each program.
declare -A PACKED=(
    [xz]=/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AAvACRdAD2IiSaBk1OFsX6LQKVh6DgbDpiGwgI1qlXMip3JoPpZoHM3AAAz7T+/uoczbQABQDCCyib2H7bzfQEAAAAABFla
    [bzip2]=QlpoOTFBWSZTWW/RR9QAABZZgAAQEAQAEDYhhMogADFMABNBKmmmgYmlDZ0QbKE4JLuBBOxRvXoS2NFCnxdyRThQkG/RR9Q=
    [lz4]=BCJNGGRApycAAADzCXsiaWQiOiJhIiwidGV4dCI6Im9uZSJ9ChgAFmIYAGB0d28ifQoAAAAAq0cI6A==
    [gzip]=H4sIAAAAAAAAA6tWykxRslJKVNJRKkmtKAEy8/NSlWq5qiHiSQjxkvJ8oDgARMll5TAAAAA=
    [zstd]=KLUv/QRYPQEA+HsiaWQiOiJhIiwidGV4dCI6Im9uZSJ9CmJ0d28ifQoCAGALNptj7Q5TEQ==
)
RECORDS='{"id":"a","text":"one"}
{"id":"b","text":"two"}'

@test "input: each compression is read from a file, a redirection and a pipe, whatever the name" {
    for form in "${!PACKED[@]}"; do
        base64 -d <<< "${PACKED[$form]}" > "records-$form.txt"
        [ "$(garner filter true "records-$form.txt")" = "$RECORDS" ]
        [ "$(garner filter true < "records-$form.txt")" = "$RECORDS" ]
        # shellcheck disable=SC2002 # a pipe is what is tested
        [ "$(cat "records-$form.txt" | garner filter true)" = "$RECORDS" ]
    done
}

@test "input: each compression, cut short, is one line with the file and exit 65" {
    for form in "${!PACKED[@]}"; do
        base64 -d <<< "${PACKED[$form]}" | head -c -9 > cut
        run -65 --separate-stderr garner filter true -o out.jsonl cut
        [[ "$stderr" =~ ^"garner filter: cut: $form data are cut short after byte "[0-9]+ ]]
        [ "${#stderr_lines[@]}" = 1 ]
        [ ! -e out.jsonl ]
    done
}

@test "input: the decompressing child is in no list" {
    run -0 garner help
    [[ "$output" != *decompress* ]]
    run -0 garner completion bash
    [[ "$output" != *decompress* ]]
}

@test "output: .zst and .gz are compressed, with the same bytes each time, and leave nothing else" {
    echo "$RECORDS" > records.jsonl
    for extension in zst gz; do
        garner filter true -o "out.jsonl.$extension" records.jsonl
        cp "out.jsonl.$extension" first
        garner filter true -o "out.jsonl.$extension" records.jsonl
        cmp "out.jsonl.$extension" first
        [ "$(garner filter true "out.jsonl.$extension")" = "$RECORDS" ]
        rm first
    done
    [ "$(echo *)" = "out.jsonl.gz out.jsonl.zst records.jsonl" ]
}

@test "output: a full device and a file size limit are exit 74 and leave the old file" {
    echo "$RECORDS" > records.jsonl
    run -74 --separate-stderr garner filter true -o /dev/full records.jsonl
    [ "$stderr" = "garner filter: cannot write '/dev/full': no space left on device" ]
    for _ in {1..3000}; do cat records.jsonl; done > many.jsonl
    echo old > out.jsonl
    run -74 --separate-stderr bash -c 'ulimit -f 16; exec garner filter true -o out.jsonl many.jsonl'
    [ "$stderr" = "garner filter: cannot write 'out.jsonl': file too large" ]
    [ "$(cat out.jsonl)" = old ]
    [ "$(echo out*)" = out.jsonl ]
}
