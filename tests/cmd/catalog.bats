# catalog: a ledger in SQL, only read.
load ../support/setup

# ledger: one run over two files, one of them changed since, another one vanished.
ledger() {
    mkdir docs
    echo one > docs/a.md
    echo two > docs/b.md
    printf '{oops\n' > docs/bad.jsonl
    touch -d 2026-01-02T03:04:05.678Z docs/a.md
    garner ingest -q --ledger=l docs 2> /dev/null | garner index --acknowledge=l kb || true
    echo 2 > docs/b.md
    rm docs/bad.jsonl
    garner ingest --ledger=l --prune docs | garner index --acknowledge=l kb
}

@test "catalog: inventory and journal have the columns of S3 Metadata" {
    ledger
    garner catalog l 'select * from inventory limit 1' --format=jsonl > row
    [ "$(jq -r 'keys_unsorted | join(" ")' row)" = "bucket key sequence_number version_id is_delete_marker size last_modified_date e_tag storage_class is_multipart encryption_status is_bucket_key_enabled kms_key_arn checksum_algorithm object_tags user_metadata" ]
    [ "$(jq -c '[.bucket, .key, .sequence_number, .size, .last_modified_date, .version_id]' row)" = '["docs","a.md",1,4,"2026-01-02T03:04:05.678Z",null]' ]
    [ "$(jq -r .e_tag row)" = "$(garner ingest docs/a.md | jq -r .metadata.hash)" ]
    garner catalog l 'select * from journal' --format=jsonl > rows
    [ "$(jq -s -r '.[0] | keys_unsorted | join(" ")' rows)" = "bucket key sequence_number record_type record_timestamp version_id is_delete_marker size last_modified_date e_tag storage_class is_multipart encryption_status is_bucket_key_enabled kms_key_arn checksum_algorithm object_tags user_metadata requester source_ip_address request_id" ]
    [ "$(jq -r '[.sequence_number, .record_type, .key, .is_delete_marker] | join(" ")' rows)" = $'1 CREATE a.md 0\n2 CREATE b.md 0\n3 CREATE bad.jsonl 0\n4 UPDATE b.md 0\n5 DELETE bad.jsonl 1' ]
}

@test "catalog: a table for people, CSV for others, the tables when nothing is asked" {
    ledger
    [ "$(garner catalog l 'select source, state, documents from files')" = $'source     state  documents\ndocs/a.md  done   1\ndocs/b.md  done   1' ]
    [ "$(garner catalog l "select 'a\"b' as x, null as y, 1.5 as z, '=1' as f" --format=csv)" = $'x,y,z,f\n"a""b",,1.5,=1' ]
    [ "$(garner catalog l "select '=1' as f" --format=csv --csv-safe)" = $'f\n"\'=1"' ]
    [ "$(garner catalog l "select 1 where 0" --format=jsonl)" = "" ]
    [ "$(garner catalog l | awk '{ print $1, $2 }')" = $'table rows\njournal 5\ninventory 2\nfiles 2\ndocuments 2\nfaults 0\nruns 2' ]
    garner catalog l "select char(27) || '[31m' as x" | grep -qv $'\e'
}

@test "catalog: nothing but reading: no change, no other file, no query without end" {
    ledger
    cp l before
    for sql in 'delete from file' 'drop table file' "attach 'x' as y" 'pragma writable_schema=1' 'vacuum' 'create table t(a)' \
        "select load_extension('x')" 'begin' "update file set size=1 returning size"; do
        run -64 garner catalog l "$sql"
    done
    run -64 --separate-stderr garner catalog l 'select 1; select 2'
    [ "${stderr_lines[0]}" = "garner catalog: expected one SQL statement" ]
    run -64 --separate-stderr garner catalog l 'selec 1'
    [ "${stderr_lines[0]}" = 'garner catalog: near "selec": syntax error' ]
    run -65 --separate-stderr garner catalog l --max-steps=1000000 \
        'with recursive a(n) as (select 1 union all select n + 1 from a) select sum(n) from a'
    [ "$stderr" = "garner catalog: the query needs more than 1000000 steps (--max-steps)" ]
    cmp l before
    [ ! -e x ]
    run -66 garner catalog missing
    run -65 garner catalog docs/a.md
}

@test "info, verify: know a ledger, and a damaged one" {
    ledger
    [ "$(garner info l --format=json | jq -c '[.kind, .files, .pending, .documents, .runs]')" = '["ledger",2,0,2,2]' ]
    [ "$(garner verify l)" = "l: whole (ledger, 2 files)" ]
    dd if=/dev/zero of=l bs=1 seek=9000 count=9000 conv=notrunc status=none
    run -65 garner verify l
}
