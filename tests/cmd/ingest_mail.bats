# ingest_mail.bats - messages and mailboxes with what is attached to them.
bats_require_minimum_version 1.5.0
load ../support/setup

# mail SUBJECT ID [LINE...] - a message with an attached CSV file and a forwarded message.
mail() {
    cat <<EOF
From: Ann <ann@example.org>
Subject: $1
Date: Sat, 15 Mar 2025 09:30:00 +0100
Message-ID: <$2>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="==="

--===
Content-Type: text/plain; charset="iso-8859-1"
Content-Transfer-Encoding: quoted-printable

See the t=E4ble.

--===
Content-Type: text/csv
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="../stock.csv"

aXRlbSxjb3VudApyb3BlLDEyCg==
--===
Content-Type: message/rfc822

From: Bob <bob@example.org>
Subject: inner
Content-Type: multipart/mixed; boundary=b

--b

Inner text.
--b
Content-Type: image/png

--b--
--===--
EOF
}

@test "ingest: a message is a document, its attachments and forwarded messages are members" {
    mail 'Re: =?utf-8?q?tid=C3=A9s?=' 1@example.org > note.eml
    run -0 --separate-stderr garner ingest note.eml
    [ "$(jq -c '[.id, .text]' <<< "$output" | sed -E 's/#[0-9a-f]{32}/#HASH/')" = '["note.eml","See the täble.\n"]
["note.eml!/stock.csv#HASH","item: rope\ncount: 12"]
["note.eml!/part-4.eml","Inner text."]' ]
    [ "$(head -1 <<< "$output" | jq -c '.metadata | [.title, .from, .modified, .message_id, .charset]')" = \
        '["Re: tidés","Ann <ann@example.org>","2025-03-15T08:30:00Z","1@example.org","windows-1252"]' ]
}

@test "ingest: the messages of a mailbox are called by their ids, for any --jobs and compressed too" {
    for id in 1@a 2/../b@a 1@a; do
        echo 'From ann@example.org Sat Mar 15 09:30:00 2025'
        mail x "$id"
        echo
    done > desk.mbox
    printf 'From ann@example.org Sat Mar 15 09:30:00 2025\nSubject: no id\n\n>From me\n' >> desk.mbox
    garner ingest --exclude '*.csv' desk.mbox > found
    [ "$(jq -r .id found | sed -E 's/-[0-9a-f]{32}/-HASH/')" = 'desk.mbox!/1@a
desk.mbox!/1@a!/part-4.eml
desk.mbox!/2/b@a
desk.mbox!/2/b@a!/part-4.eml
desk.mbox!/1@a~2
desk.mbox!/1@a~2!/part-4.eml
desk.mbox!/message-HASH' ]
    [ "$(tail -1 found | jq -r .text)" = "From me" ]
    for turn in {1..3000}; do printf 'From a@b Sat Mar 15 09:30:00 2025\nSubject: %s\nX: %03000d\n\n%s\n\n' "$turn" 0 "$turn"; done > large.mbox
    garner ingest --jobs 1 large.mbox > one
    garner ingest --jobs 8 large.mbox > eight
    cmp one eight
    [ "$(jq -r .metadata.title one)" = "$(seq 3000)" ]
    gzip -k large.mbox
    garner ingest large.mbox.gz | sed 's/mbox\.gz/mbox/g' | cmp - one
}

@test "ingest: --max-nesting and --max-entries hold for attachments, faulty messages are rejects" {
    mail x 1@a > note.eml
    zip -q mail.zip note.eml
    run -2 --separate-stderr garner ingest --max-nesting 0 mail.zip
    [ "$(jq -r .id <<< "$output")" = "mail.zip!/note.eml" ]
    [ "${stderr_lines[0]}" = "garner ingest: mail.zip!/note.eml: the attachments of a message inside 1 others are not opened (--max-nesting)" ]
    run -2 --separate-stderr garner ingest --max-entries 1 note.eml
    [ "${stderr_lines[0]}" = "garner ingest: note.eml: more than 1 members (--max-entries)" ]
    printf 'no header\n' > bad.eml
    run -2 --separate-stderr garner ingest bad.eml note.eml
    [ "$(jq -r .id <<< "$output" | head -1)" = note.eml ]
    [ "${stderr_lines[0]}" = "garner ingest: bad.eml: no header field at the start, expected a line such as 'Subject: ...'" ]
}
