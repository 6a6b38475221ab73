load ../support/setup

@test "shuffle: the same order for the same seed, another for another, tombstones first" {
    seq 1 50 | sed 's/.*/{"n":&}/' > in.jsonl
    echo '{"id":"gone","deleted":true}' >> in.jsonl
    garner shuffle --seed 1 in.jsonl > one
    garner shuffle --seed 1 in.jsonl | cmp - one
    [ "$(head -1 one)" = '{"id":"gone","deleted":true}' ]
    ! garner shuffle --seed 2 in.jsonl | cmp -s - one
    ! cmp -s in.jsonl one
    sort in.jsonl > wanted
    sort one | cmp - wanted
}

@test "shuffle: every place is as likely as another" {
    seq 0 9999 | sed 's/.*/{"n":&}/' | garner shuffle | jq .n > order
    # The mean place of the first half is within five standard deviations of the middle.
    awk '$1 < 5000 { sum += NR } END { mean = sum / 5000; exit !(mean > 4796 && mean < 5205) }' order
}
