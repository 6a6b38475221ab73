# eval.bats - figures that trec_eval gives for the same files.
load ../support/setup

files() {
    printf '%s\n' '1 0 a 1' '1 0 b 2' '1 0 c 0' '2 0 x 1' '3 0 z 1' > qrels
    printf '%s\n' '1 Q0 c 1 3.0 t' '1 Q0 b 2 2.0 t' '1 Q0 a 3 1.0 t' '2 Q0 y 1 5 t' '2 Q0 x 2 5 t' > run
}

@test "eval: nDCG, recall, precision, MAP and MRR of a run checked by hand" {
    files
    # Query 1: c b a; gains 0 2 1: DCG 2/log2(3) + 1/log2(4) = 1.7619, ideal 2 + 1/log2(3) = 2.6309.
    # Query 2: the scores tie and the greater id, y, comes first: x is second.
    run -0 --separate-stderr garner eval qrels run -k 2,3
    [ "$output" = '{"run":"run","queries":2,"ndcg_2":0.5553,"recall_2":0.7500,"precision_2":0.5000,"ndcg_3":0.6503,"recall_3":1.0000,"precision_3":0.5000,"map":0.5417,"mrr":0.5000,"relevant":3,"retrieved":5,"relevant_retrieved":3}' ]
    [ "$stderr" = "garner eval: run: 1 judged queries have no answer and are left out; --complete counts them as 0" ]
    run -0 garner eval --complete -q qrels run -k 3
    [[ "$output" == *'"queries":3,"ndcg_3":0.4335,'* ]]
}

@test "eval: BEIR judgements and JSON lines mean the same" {
    files
    printf 'query-id\tcorpus-id\tscore\n1\ta\t1\n1\tb\t2\n1\tc\t0\n2\tx\t1\n3\tz\t1\n' > beir
    awk '{ printf "{\"query\":\"%s\",\"id\":\"%s\",\"score\":%s}\n", $1, $3, $5 }' run > run.jsonl
    garner eval -q qrels - < run > one
    garner eval -q beir - < run.jsonl > two
    cmp one two
    garner eval -q --per-query qrels run | wc -l > lines
    [ "$(cat lines)" -eq 3 ]
}

@test "eval: a gate that is not met is exit 1 and named" {
    files
    run -0 garner eval -q qrels run --require 'ndcg_5 > 0.6 and mrr = 0.5'
    run -1 --separate-stderr garner eval -q qrels run --require 'ndcg_5 > 0.9'
    [ "$stderr" = "garner eval: run: --require 'ndcg_5 > 0.9' is not met" ]
}

@test "eval: broken lines and doubled documents are named with file and line" {
    files
    printf '1 Q0 a 1 x t\n' > bad
    run -65 --separate-stderr garner eval qrels bad
    [ "$stderr" = "garner eval: bad:1: the score 'x' is not a number" ]
    printf '1 Q0 a 1 1 t\n1 Q0 a 2 1 t\n' > bad
    run -65 --separate-stderr garner eval qrels bad
    [ "$stderr" = "garner eval: bad: document 'a' stands twice for query '1'" ]
    printf '1 0 a\textra column more\n' > bad
    run -65 --separate-stderr garner eval bad run
    run -66 --separate-stderr garner eval missing run
}
