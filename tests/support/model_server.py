#!/usr/bin/env python3
"""model_server.py PORT_FILE [MODE] - a stub of servers of embeddings on 127.0.0.1, for tests: OpenAI, Ollama, TEI, Cohere, Voyage
and Bedrock, told apart by path. What a dialect does not allow (a header, a member of the body) is answered with 400.

Vectors are [length of the text, number of words, 1 for a document and 2 for a query], so a test knows them. Each request is
appended to the file `asked` as {"path", "body", "authorization"}. MODE is what goes wrong: ok, float, reversed, shuffled-count,
dimension, nan, zero, status:N, html, key-echo, other (weights), poison (a text that is refused), no-base64, say:TEXT (400 to all),
context:N (a text of more than N words is refused with the number), batch:N (more than N texts are), load:N (more than N words in
a request are), info-404. Ends when its standard input ends."""
import base64
import http.server
import json
import os
import re
import struct
import sys
import threading

mode = sys.argv[2] if len(sys.argv) > 2 else "ok"
lock = threading.Lock()
CREDENTIAL = re.compile(
    r"AWS4-HMAC-SHA256 Credential=AKTEST/(\d{8})/eu-test-1/bedrock/aws4_request, "
    r"SignedHeaders=([a-z0-9;-]+), Signature=[0-9a-f]{64}")


class Refused(Exception):
    """An answer that is no success: status, and the body in the dialect's form of errors."""


def expect(claim, what):
    if not claim:
        raise Refused(400, what)


def only(request, *names):
    for name in request:
        expect(name in names, "unknown parameter " + name)


def limit(name):
    return int(mode[len(name):]) if mode.startswith(name) else None


def check_texts(texts):
    expect(isinstance(texts, list) and texts and all(isinstance(text, str) and text for text in texts), "no texts")
    if mode == "poison":
        expect(not any("POISON" in text for text in texts), "too long")
    if mode.startswith("say:"):
        raise Refused(400, mode[4:])
    if limit("batch:"):
        expect(len(texts) <= limit("batch:"), "batch size %d > maximum allowed batch size %d" % (len(texts), limit("batch:")))
    if limit("context:"):
        for words in (len(text.split()) for text in texts):
            expect(words <= limit("context:"), "This model's maximum context length is %d tokens, however you requested %d tokens"
                   % (limit("context:"), words))
    if limit("load:"):
        words = sum(len(text.split()) for text in texts)
        expect(words <= limit("load:"), "Requested %d tokens, max %d tokens per request" % (words, limit("load:")))


def vectors(texts, kind, dimension=None):
    check_texts(texts)
    rows = []
    for index, text in enumerate(texts):
        vector = [float(len(text)), float(len(text.split())), kind]
        if mode == "other":
            vector = [1.0, float(len(text)), -5.0]
        if mode == "dimension" and index == 1:
            vector.append(1.0)
        if mode == "nan":
            vector[0] = float("nan")
        if mode == "zero":
            vector = [0.0, 0.0, 0.0]
        rows.append(vector[:dimension])
    if mode == "shuffled-count":
        rows.pop()
    return rows


def pack(vector):
    return base64.b64encode(struct.pack("<%df" % len(vector), *vector)).decode()


def listed(rows, is_packed, model):
    data = [{"object": "embedding", "index": i, "embedding": pack(row) if is_packed else row} for i, row in enumerate(rows)]
    if mode == "reversed":
        data.reverse()
    return {"object": "list", "data": data, "model": model}


def openai(request, headers):
    only(request, "model", "input", "encoding_format", "dimensions")
    is_packed = request.get("encoding_format") == "base64"
    expect(mode != "no-base64" or not is_packed, "encoding_format: only float is supported")
    rows = vectors(request["input"], 1.0, request.get("dimensions"))
    words = sum(len(text.split()) for text in request["input"])
    answer = listed(rows, is_packed and mode != "float", request.get("model", "stub-3"))
    return dict(answer, usage={"prompt_tokens": words, "total_tokens": words})


def voyage(request, headers):
    only(request, "model", "input", "input_type", "truncation", "encoding_format", "output_dimension")
    expect(request["input_type"] in ("query", "document") and isinstance(request["truncation"], bool), "input_type, truncation")
    expect(headers.get("Authorization") == "Bearer k-voyage", "no key")
    is_packed = request.get("encoding_format") == "base64"
    expect(mode != "no-base64" or not is_packed, "Argument 'encoding_format' is not supported")
    rows = vectors(request["input"], 2.0 if request["input_type"] == "query" else 1.0, request.get("output_dimension"))
    return dict(listed(rows, is_packed, request["model"]), usage={"total_tokens": 7})


def ollama(request, headers):
    only(request, "model", "input", "truncate", "dimensions")
    if request["model"] == "missing":
        raise Refused(404, 'model "missing" not found, try pulling it first')
    expect(isinstance(request["truncate"], bool), "truncate")
    return {"model": request["model"], "embeddings": vectors(request["input"], 1.0, request.get("dimensions")),
            "total_duration": 1, "prompt_eval_count": 5}


def ollama_show(request, headers):
    if mode == "info-404":
        raise Refused(404, "no such path")
    return {"details": {"family": "bert"}, "model_info": {"general.architecture": "bert", "bert.context_length": 512}}


def tei(request, headers):
    only(request, "inputs", "truncate", "normalize", "dimensions")
    expect(isinstance(request["truncate"], bool), "truncate")
    if len(request["inputs"]) > 4:
        raise Refused(413, "batch size %d > maximum allowed batch size 4" % len(request["inputs"]))
    return vectors(request["inputs"], 1.0)


def cohere(request, headers):
    only(request, "model", "input_type", "texts", "embedding_types", "truncate", "output_dimension")
    expect(headers.get("Authorization") == "Bearer k-cohere", "no key")
    return cohere_rows(request, ("base64", "float"))


def cohere_rows(request, known):
    expect(request["input_type"] in ("search_query", "search_document"), "input_type")
    expect(request["truncate"] in ("NONE", "START", "END") and len(request["texts"]) <= 96, "truncate, texts")
    form, = request["embedding_types"]
    expect(form in known and (mode != "no-base64" or form == "float"), "embedding_types: %s is not supported" % form)
    rows = vectors(request["texts"], 2.0 if request["input_type"] == "search_query" else 1.0, request.get("output_dimension"))
    return {"id": "1", "embeddings": {form: [pack(row) for row in rows] if form == "base64" else rows}, "texts": request["texts"],
            "meta": {"api_version": {"version": "2"}, "billed_units": {"input_tokens": 9}}}


def check_signature(headers, body):
    found = CREDENTIAL.fullmatch(headers.get("Authorization", ""))
    expect(found, "no signature")
    expect(re.fullmatch(found[1] + r"T\d{6}Z", headers.get("X-Amz-Date", "")), "x-amz-date")
    expect({"host", "x-amz-date"} <= set(found[2].split(";")), "signed headers")
    expect(headers.get("X-Amz-Security-Token", "session") == "session", "session token")


def titan(request, headers):
    only(request, "inputText", "dimensions", "normalize")
    expect(request["normalize"] is True, "normalize")
    row, = vectors([request["inputText"]], 1.0, request.get("dimensions"))
    return {"embedding": row, "inputTextTokenCount": len(request["inputText"].split()), "embeddingsByType": {"float": row}}


def first_titan(request, headers):
    for name in request:
        expect(name == "inputText", "Malformed input request: #: extraneous key [%s] is not permitted" % name)
    row, = vectors([request["inputText"]], 1.0)
    return {"embedding": row, "inputTextTokenCount": 3}


def bedrock_cohere(request, headers):
    only(request, "input_type", "texts", "embedding_types", "truncate", "output_dimension")
    return cohere_rows(request, ("float", "int8", "uint8", "binary", "ubinary"))


# path: (who answers, how an error looks)
PATHS = {
    "/v1/embeddings": (openai, lambda said: {"error": {"message": said, "type": "invalid_request_error", "code": None}}),
    "/voyage/v1/embeddings": (voyage, lambda said: {"detail": said}),
    "/api/embed": (ollama, lambda said: {"error": said}),
    "/api/show": (ollama_show, lambda said: {"error": said}),
    "/embed": (tei, lambda said: {"error": said, "error_type": "Validation"}),
    "/v2/embed": (cohere, lambda said: {"id": "1", "message": said}),
    "/model/amazon.titan-embed-text-v2%3A0/invoke": (titan, lambda said: {"message": said}),
    "/model/amazon.titan-embed-text-v1/invoke": (first_titan, lambda said: {"message": said}),
    "/model/cohere.embed-english-v3/invoke": (bedrock_cohere, lambda said: {"message": said}),
}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body, kind="application/json"):
        data = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def note(self, body):
        with lock, open("asked", "a", encoding="utf-8") as file:
            file.write(json.dumps({"path": self.path, "body": body, "authorization": self.headers.get("Authorization")}) + "\n")

    def do_GET(self):
        self.note(None)
        if self.path != "/info" or mode == "info-404":
            return self.answer(404, {"error": "no such path"})
        self.answer(200, {"model_id": "stub", "max_client_batch_size": 4, "max_input_length": 512, "max_batch_tokens": 16384,
                          "max_concurrent_requests": 512})

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        request = json.loads(body)
        self.note(request)
        work, failure = PATHS.get(self.path, (None, lambda said: {"error": {"message": said}}))
        if mode.startswith("status:"):
            return self.answer(int(mode[7:]), failure("not today"))
        if mode == "html":
            return self.answer(200, "<html>busy</html>", "text/html")
        if mode == "key-echo":
            return self.answer(401, failure("bad key " + self.headers["Authorization"][7:]))
        try:
            if not work:
                raise Refused(404, "no such path " + self.path)
            expect(self.headers["Content-Type"] == "application/json", "content type")
            if self.path.startswith("/model/"):
                check_signature(self.headers, body)
            self.answer(200, work(request, self.headers))
        except Refused as refusal:
            self.answer(refusal.args[0], failure(refusal.args[1]))


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
with open(sys.argv[1] + ".tmp", "w", encoding="utf-8") as file:
    file.write(str(server.server_address[1]))
os.rename(sys.argv[1] + ".tmp", sys.argv[1])
sys.stdin.read()
