# ingest_warc.bats - web archives: pages by their URL, the rest passed over and counted.
bats_require_minimum_version 1.5.0
load ../support/setup

# warc TYPE URL CONTENT-TYPE < BLOCK - one record.
warc() {
    local block
    block=$(mktemp "$BATS_TEST_TMPDIR/block.XXXXXX")
    cat > "$block"
    printf 'WARC/1.0\r\nWARC-Type: %s\r\nWARC-Target-URI: <%s>\r\nWARC-Date: 2024-05-17T09:30:00Z\r\n' "$1" "$2"
    printf 'Content-Type: %s\r\nContent-Length: %d\r\n\r\n' "$3" "$(stat -c %s "$block")"
    cat "$block"
    printf '\r\n\r\n'
}

response() {
    printf 'HTTP/1.1 %s\r\nContent-Type: %s\r\n%s\r\n' "$2" "$3" "${4:-}"
    cat
}

crawl() {
    printf 'software: test' | warc warcinfo '' application/warc-fields
    printf 'GET / HTTP/1.1\r\n\r\n' | warc request http://x.org/ 'application/http; msgtype=request'
    printf '<title>\316\320</title><p>\320\322' | response - '200 OK' 'text/html; charset=koi8-r' $'Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n' |
        warc response http://x.org/ application/http
    printf 'gone' | response - '404 Not Found' text/plain | warc response http://x.org/gone application/http
    printf '5\r\n<p>on\r\n3\r\nce \r\n0\r\n\r\n' | response - '200 OK' text/html $'Transfer-Encoding: chunked\r\n' |
        warc response http://x.org/a.php?b=c application/http
    printf '<p>zipped' | gzip | response - '200 OK' text/html $'Content-Encoding: gzip\r\n' | warc response http://x.org/zipped application/http
    printf '\213\003\200\001\002\003\004' | response - '200 OK' text/html $'Content-Encoding: br\r\n' | warc response http://x.org/br application/http
    printf '\211PNG\r\n\032\n' | response - '200 OK' image/png | warc response http://x.org/a.png application/http
    printf 'a,b\n1,2\n' | warc resource file:///rows text/csv
    printf 'text only' | warc conversion http://x.org/ text/plain
}

@test "ingest: pages of a web archive come by their URL, with charset, dates and encodings" {
    crawl > crawl.warc
    run -2 --separate-stderr garner ingest -v crawl.warc
    [ "$(jq -c '[.id, .text, .metadata.mime]' <<< "$output" | sed -E 's/#[0-9a-f]{32}/#HASH/')" = '["crawl.warc!/http://x.org/","пр","text/html"]
["crawl.warc!/http://x.org/a.php?b=c","once","text/html"]
["crawl.warc!/http://x.org/zipped","zipped","text/html"]
["crawl.warc!/file:///rows#HASH","a: 1\nb: 2","text/csv"]
["crawl.warc!/http://x.org/~2","text only","text/plain"]' ]
    [ "$(head -1 <<< "$output" | jq -c '.metadata | [.source, .url, .title, .charset, .modified, .crawled]')" = \
        '["crawl.warc!/http://x.org/","http://x.org/","нп","KOI8-R","1994-11-06T08:49:37Z","2024-05-17T09:30:00Z"]' ]
    [ "$stderr" = "garner ingest: crawl.warc!/http://x.org/br: the page has the content encoding 'br', which this version does not read
garner ingest: 1 file was left out, no text in them (image 1)
garner ingest: 3 records of web archives passed over: requests, redirects, revisits
garner ingest: 1 of 7 records were rejected (E_FORMAT 1)" ]
    [ "$(garner ingest --summary s crawl.warc --rejects r > o || jq '.. | .web_records_passed? // empty' s)" = 3 ]
}

@test "ingest: a compressed web archive gives the same, and chooses by --include" {
    crawl > crawl.warc
    garner ingest --rejects r crawl.warc > plain || [ $? -eq 2 ]
    gzip -c crawl.warc > crawl.warc.gz
    garner ingest --rejects r crawl.warc.gz | sed 's/warc\.gz/warc/g' > zipped || true
    cmp plain zipped
    [ "$(garner ingest --include 'zipped' crawl.warc | jq -r .id)" = 'crawl.warc!/http://x.org/zipped' ]
    [ "$(garner ingest --exclude 'x.org/' crawl.warc | jq -r .text)" = $'a: 1\nb: 2' ]
}

@test "ingest: a web archive that is cut short gives what it has and names the place" {
    crawl > crawl.warc
    head -c 1100 crawl.warc > cut.warc
    run -2 --separate-stderr garner ingest cut.warc
    [ "$(jq -r .text <<< "$output")" = пр ]
    [ "${stderr_lines[0]}" = "garner ingest: cut.warc!/http://x.org/a.php?b=c: the record is cut short that begins at byte 855" ]
}

@test "ingest: a large web archive is decoded on all workers, with the same bytes" {
    for turn in {1..40}; do
        { echo "<p>page $turn"; head -c 300000 /dev/zero | tr '\0' 'a'; } | response - '200 OK' text/html | warc response "http://x.org/$turn" application/http
    done > large.warc
    garner ingest --jobs 1 large.warc > one
    garner ingest --jobs 8 large.warc > eight
    cmp one eight
    [ "$(jq -r .metadata.url one)" = "$(seq -f 'http://x.org/%g' 40)" ]
}
