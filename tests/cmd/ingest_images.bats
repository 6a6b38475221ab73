# ingest_images.bats - images by reference, with the caption that stands beside them.
bats_require_minimum_version 1.5.0
load ../support/setup

# png FILE: the header of a picture of 3 by 2 pixels.
png() {
    printf '\211PNG\r\n\032\n\0\0\0\rIHDR\0\0\0\3\0\0\0\2\10\2\0\0\0\22\26\361\115' > "$1"
}

@test "ingest --images: a reference with type, size and path, and the caption of its sidecar" {
    mkdir docs
    png docs/a.png
    printf '{"metadataAttributes":{"caption":"A key","year":2024}}' > docs/a.png.metadata.json
    printf 'GIF89a\1\2\3\4\0\0\0' > docs/b.txt
    echo '<svg xmlns="x"/>' > docs/c.svg
    echo note > docs/d.md
    run -0 --separate-stderr garner ingest --images --digest docs
    [ "$stderr" = "garner ingest: 2 files were left out, no text in them (image 1, sidecar 1)" ]
    hash=$(jq -r 'select(.id == "docs/a.png").metadata.hash' <<< "$output")
    [[ "$hash" =~ ^[0-9a-f]{32}$ ]]
    [ "$(head -1 <<< "$output")" = '{"id":"docs/a.png","text":"A key","metadata":{"source":"docs/a.png","mime":"image/png","bytes":33,"hash":"'"$hash"'","image":"docs/a.png","width":3,"height":2,"caption":"A key","year":2024,"sha256":"'"$(sha256sum < docs/a.png | cut -d' ' -f1)"'"}}' ]
    [ "$(sed -n 2p <<< "$output" | jq -c '[.id, .text, .metadata.mime, .metadata.width, .metadata.height]')" = '["docs/b.txt","","image/gif",513,1027]' ]
    [ "$(jq -r .id <<< "$output" | tr '\n' ' ')" = "docs/a.png docs/b.txt docs/d.md " ]
    run -0 --separate-stderr garner ingest docs
    [ "$(jq -r .id <<< "$output")" = docs/d.md ]
    [ "$stderr" = "garner ingest: 4 files were left out, no text in them (image 3, sidecar 1)" ]
    [ "$(garner ingest -q --images docs | garner chunk -q | jq -r .id | tr '\n' ' ')" = "docs/a.png#0 docs/d.md#0 " ]
    run -2 --separate-stderr garner ingest docs/a.png
    [ "${stderr_lines[0]}" = "garner ingest: docs/a.png: an image, which is read by reference only with --images" ]
}

@test "ingest --images: members of archives and what is attached to mail have no path to open" {
    png a.png
    tar -cf x.tar a.png
    gzip -k a.png
    { printf 'From: a\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nHi.\n--b\nContent-Type: image/png\n'
      printf 'Content-Disposition: attachment; filename="k.png"\nContent-Transfer-Encoding: base64\n\n'
      base64 a.png
      printf -- '--b--\n'; } > m.eml
    run -0 garner ingest --images a.png a.png.gz m.eml x.tar
    [ "$(jq -r 'select(.metadata.width == 3) | [.id, .metadata.image] | join(" ")' <<< "$output")" = "a.png a.png
a.png.gz 
m.eml!/k.png 
x.tar!/a.png " ]
    [ "$(garner ingest --images --name p.png < a.png | jq -c '[.id, .metadata.image]')" = '["p.png",null]' ]
}

@test "ingest --images: a damaged header is a reject, and the option has a ledger's files read again" {
    mkdir docs
    png docs/a.png
    head -c 20 docs/a.png > docs/b.png
    : > docs/c.png
    run -0 --separate-stderr garner ingest --ledger L docs
    [ -z "$(grep '"id"' <<< "$output")" ]
    run -2 --separate-stderr garner ingest --ledger L --images --rejects rejects docs
    [ "$(grep '"id"' <<< "$output" | jq -r .id)" = docs/a.png ]
    [ "$(jq -r '[.file, .code, .reason] | join(" ")' rejects)" = "docs/b.png E_IMAGE the image ends inside its header
docs/c.png E_IMAGE the image is empty" ]
}
