#!/usr/bin/env python3
"""answer_server.py PORT_FILE [MODE] - a stub of rerankers (cohere, jina, voyage, tei, bedrock) and of a chat model, for tests of query.

A document's score is the number of letters e in it. The chat model answers with what stands in the file `say` (asked to reword: in
`reword`), or repeats the question's last line. Each request is appended to the file `asked` as {"path","body"}. MODE is what goes wrong:
ok, reversed, short, twice, nan, html, status:N, limit:N (413 for more than N documents). Ends when its standard input ends."""
import http.server
import json
import os
import sys
import threading

mode = sys.argv[2] if len(sys.argv) > 2 else "ok"
lock = threading.Lock()
NAMES = {"/v2/rerank": "relevance_score", "/v1/rerank": "relevance_score", "/rerank": "score"}


def read(name, otherwise):
    if not os.path.exists(name):
        return otherwise
    with open(name, encoding="utf-8") as file:
        return file.read().rstrip("\n")


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

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with lock, open("asked", "a", encoding="utf-8") as file:
            file.write(json.dumps({"path": self.path, "key": self.headers.get("Authorization"), "body": request}) + "\n")
        if mode.startswith("status:"):
            return self.answer(int(mode[7:]), {"error": {"message": "not today"}})
        if mode == "html":
            return self.answer(200, "<html>busy</html>", "text/html")
        if self.path == "/v1/chat/completions":
            return self.chat(request["messages"])
        if self.path not in NAMES:
            return self.answer(404, {"error": {"message": "no such path " + self.path}})
        return self.rerank(request)

    def chat(self, messages):
        last = messages[-1]["content"]
        text = read("reword", last) if "other ways" in json.dumps(messages) else read("say", last.strip().split("\n")[-1])
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": read("finish", "stop")}
        self.answer(200, {"id": "1", "object": "chat.completion", "model": "stub-chat", "choices": [choice],
                          "usage": {"prompt_tokens": len(last.split()), "completion_tokens": len(text.split())}})

    def rerank(self, request):
        if "sources" in request:
            texts = [source["inlineDocumentSource"]["textDocument"]["text"] for source in request["sources"]]
        else:
            texts = request["texts"] if "texts" in request else request["documents"]
        if mode.startswith("limit:") and len(texts) > int(mode[6:]):
            return self.answer(413, {"error": "too many", "error_type": "validation"})
        name = "relevanceScore" if "sources" in request else NAMES[self.path]
        rows = [{"index": i, name: float(text.count("e"))} for i, text in enumerate(texts)]
        rows.sort(key=lambda row: -row[name])
        if mode == "reversed":
            rows.reverse()
        if mode == "short":
            rows.pop()
        if mode == "twice":
            rows[0]["index"] = rows[-1]["index"]
        if mode == "nan":
            rows[0][name] = float("nan")
        if "texts" in request:
            return self.answer(200, rows)
        self.answer(200, {"data": rows} if "top_k" in request else {"results": rows})


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
with open(sys.argv[1] + ".tmp", "w") as file:
    file.write(str(server.server_address[1]))
os.rename(sys.argv[1] + ".tmp", sys.argv[1])
sys.stdin.read()
