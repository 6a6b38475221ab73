#!/usr/bin/env python3
"""bombs.py GARNER FOLDER - files that unpack or parse to far more than they are, each read by `GARNER ingest`.

Makes the files in FOLDER, ingests each by itself and prints a line for it: seconds, memory of the largest process, what
was said. A file misses when it takes 5 seconds or 300 MB, or when the message does not name the limit that was expected.
LIMITS=no leaves time and memory unchecked (sanitizers). Exit 1 when one misses."""
import base64
import bz2
import gzip
import io
import lzma
import os
import resource
import struct
import subprocess
import sys
import time
import zipfile
import zlib

SECONDS, MEGABYTES, MIB = 5, 300, 1 << 20
garner, folder = sys.argv[1], sys.argv[2]
os.makedirs(folder, exist_ok=True)
bombs = []


def bomb(name, limit, *parts, options=()):
    """limit: what the message has to say; None: it is read as it is."""
    with open(os.path.join(folder, name), "wb") as file:
        for part in parts:
            file.write(part)
    bombs.append((name, limit, options))


def deflated(data, times):
    """Raw deflate of data, times over, without compressing it more than once."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = compressor.compress(data) + compressor.flush(zlib.Z_FULL_FLUSH)
    return block * times + compressor.flush()


def gzipped(raw, size):
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + raw + struct.pack("<II", 0, size & 0xffffffff)


def zip_of(name, raw, size):
    """A zip archive with one member of deflated bytes; its checksum is never reached."""
    head = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0x21, 0, len(raw), size, len(name), 0)
    local = b"PK\3\4" + head + name + raw
    central = b"PK\1\2" + struct.pack("<H", 20) + head + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name
    return local + central + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)


def zipped(*members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def tar_header(size):
    header = bytearray(512)
    header[0:5] = b"a.txt"
    header[100:108], header[124:136] = b"0000644\0", b"%011o\0" % size
    header[257:265] = b"ustar\00000"
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)


def make_archives():
    raw = deflated(b" " * MIB, 1024)
    whole, gz = zip_of(b"a.txt", raw, 1 << 30), gzipped(raw, 1 << 30)
    nested = zipped(("1/b.zip", zipped(("2/c.zip", zipped(("3/d.zip", whole))))))
    frame = subprocess.run(["zstd", "-q", "-c"], input=b" " * 16 * MIB, stdout=subprocess.PIPE, check=True).stdout
    bomb("bomb.zip", "--max-document-bytes", whole)
    bomb("bomb.txt.gz", "--max-document-bytes", gz)
    bomb("bomb.txt.zst", "--max-expansion", frame * 64)
    bomb("bomb.txt.xz", "--max-expansion", lzma.compress(b" " * 16 * MIB) * 64)
    bomb("bomb.txt.bz2", "--max-expansion", bz2.compress(b" " * 16 * MIB) * 64)
    bomb("fan.zip", "--max-expansion", zipped(*(("%d.zip" % i, zip_of(b"a", raw, 1 << 30)) for i in range(8))))
    bomb("nested.zip", "--max-nesting", nested)
    bomb("layers.txt.gz", "compressed more than 2 times over", gzip.compress(gzip.compress(gz)))
    bomb("bomb.tar.gz", "--max-expansion", gzipped(deflated(tar_header(1 << 30), 1)[:-2] + raw, 1 << 30))
    bomb("entries.tar.gz", "--max-entries", gzipped(deflated(tar_header(0) * 1000, 300), 0),
         options=("--max-entries", "200000", "--max-expansion", "1000000"))
    bomb("bomb.docx", "--max-document-bytes", zip_of(b"word/document.xml", raw, 1 << 30))
    bomb("attached.eml", "--max-document-bytes",
         b"Subject: x\nContent-Type: application/zip; name=b.zip\nContent-Transfer-Encoding: base64\n\n",
         base64.encodebytes(whole))
    head = b"WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: http://x/\r\nContent-Length: %d\r\n\r\n"
    bomb("body.warc", "--max-document-bytes", head % len(gz), gz)
    bomb("bomb.warc.gz", "--max-document-bytes", gzip.compress(head % (1 << 30)), gz)


def make_texts():
    entities = "".join('<!ENTITY a%d "%s">' % (i, ("&a%d;" % (i - 1)) * 10 if i else "lol") for i in range(10))
    laughs = ('<?xml version="1.0"?><!DOCTYPE x [%s]><x>&a9;</x>' % entities).encode()
    yaml = "".join("a%d: &a%d [%s]\n" % (i, i, ",".join(["*a%d" % (i - 1)] * 10 if i else "x")) for i in range(30))
    bomb("laughs.xml", None, laughs)
    bomb("laughs.docx", "document type declaration", zipped(("word/document.xml", laughs)))
    bomb("front.md", "more than 100000 nodes", ("---\ntitle: t\n" + yaml + "---\ntext\n").encode())
    bomb("deepfront.md", "nest more than 64 deep", b"---\ntitle: t\nx: ", b"[" * 3000000, b"\n---\ntext\n")
    bomb("deep.html", None, b"<div>" * 3000000)
    bomb("deep.json", "not closed", b"[" * 10000000)
    bomb("line.jsonl", "more than the 67108864 of a record", b'{"a":"', b"x" * (70 * MIB), b'"}\n{"text":"b"}\n')
    bomb("quote.csv", "is not closed", b'a,b\n1,"', b"x" * (70 * MIB))


def make_mail():
    message = b"Subject: x\n\ninnermost\n"
    for _ in range(50):
        message = b"Subject: x\nContent-Type: message/rfc822\n\n" + message
    part = b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n"
    bomb("dolls.eml", "--max-nesting", message)
    bomb("deep.eml", "20 multiparts", b"A: b\n", *(part % (i, i) for i in range(50000)))
    bomb("parts.eml", "10000 parts", b"A: b\nContent-Type: multipart/mixed; boundary=b\n\n", b"--b\n\n\n" * 1000000)
    bomb("header.eml", "1048576 are the limit", b"Subject: ", b"=?utf-8?q?" * 2000000, b"\n\nx\n")
    bomb("words.eml", None, b"Subject: ", b"=?utf-8?q?" * 100000, b"\n\nx\n")
    bomb("from.mbox", "--max-entries", b"From a@b Thu Jan  1 00:00:00 1970\nA: b\n\n" * 3000,
         options=("--max-entries", "1000"))


def make_pdf():
    line = b"BT /F 12 Tf 72 700 Td (aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) Tj ET\n" * 16384
    stream = b"\x78\xda" + deflated(line, 900) + b"\0\0\0\0"
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[4 0 R]>>",
               b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
               b"<</Type/Page/Parent 2 0 R/Contents 5 0 R/Resources<</Font<</F 3 0 R>>>>>>",
               b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(stream), stream)]
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (i + 1, text) for i, text in enumerate(objects))
    bomb("bomb.pdf", "--max-decoder-", b"%PDF-1.4\n", body, b"trailer <</Size 6/Root 1 0 R>>\n%%EOF\n",
         options=("--max-decoder-memory", "256M"))


def ingest(name, options):
    """Exit code, messages, seconds and megabytes of one run: in a process of its own, which is waited for."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        start = time.monotonic()
        with open(os.devnull, "wb") as nothing:
            run = subprocess.run([garner, "ingest", *options, os.path.join(folder, name)], stdout=nothing,
                                 stderr=subprocess.PIPE, check=False)
        seconds = time.monotonic() - start
        megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 // 10**6
        os.write(writer, b"%d %f %d %s" % (run.returncode, seconds, megabytes, run.stderr[:4000]))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as answer:
        code, seconds, megabytes, said = answer.read().decode(errors="replace").split(" ", 3)
    os.waitpid(child, 0)
    return int(code), float(seconds), int(megabytes), said


make_archives()
make_texts()
make_mail()
if any(os.access(os.path.join(path, "pdftotext"), os.X_OK) for path in os.environ["PATH"].split(":")):
    make_pdf()
checks_limits = os.environ.get("LIMITS") != "no"
misses = 0
for name, limit, options in bombs:
    code, seconds, megabytes, said = ingest(name, options)
    is_good = (code == 0 and not said) if limit is None else (code == 2 and limit in said)
    is_good = is_good and ((seconds < SECONDS and megabytes < MEGABYTES) or not checks_limits)
    misses += not is_good
    first = said.split("\n")[0].split(folder)[-1]
    print(f"{'' if is_good else 'MISS '}{name:16} exit {code} {seconds:5.2f} s {megabytes:4} MB  {first[:150]}")
sys.exit(misses > 0)
