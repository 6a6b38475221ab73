#!/usr/bin/env python3
"""model_server.py PORT_FILE [MODE] - a stub of an OpenAI-compatible embeddings server on 127.0.0.1, for tests.

Vectors are [length of the text, number of words, 1], so a test knows them. MODE is what goes wrong:
ok, float, reversed, shuffled-count, dimension, nan, zero, status:N, html, key-echo, other (weights), poison (a text
that is refused). Ends when its standard input ends."""
import base64
import http.server
import json
import struct
import sys
import threading

mode = sys.argv[2] if len(sys.argv) > 2 else "ok"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body, kind="application/json"):
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != "/v1/embeddings":
            return self.answer(404, json.dumps({"error": {"message": "no such path " + self.path}}))
        if mode.startswith("status:"):
            return self.answer(int(mode[7:]), json.dumps({"error": {"message": "not today"}}))
        if mode == "html":
            return self.answer(200, "<html>busy</html>", "text/html")
        if mode == "key-echo":
            return self.answer(401, json.dumps({"error": {"message": "bad key " + self.headers["Authorization"][7:]}}))
        if mode == "poison" and any("POISON" in text for text in request["input"]):
            return self.answer(400, json.dumps({"error": {"message": "too long"}}))
        rows = []
        for index, text in enumerate(request["input"]):
            vector = [float(len(text)), float(len(text.split())), 1.0]
            if mode == "other":
                vector = [1.0, float(len(text)), -5.0]
            if mode == "dimension" and index == 1:
                vector.append(1.0)
            if mode == "nan":
                vector[0] = float("nan")
            if mode == "zero":
                vector = [0.0, 0.0, 0.0]
            packed = base64.b64encode(struct.pack("<%df" % len(vector), *vector)).decode()
            rows.append({"object": "embedding", "index": index, "embedding": vector if mode == "float" else packed})
        if mode == "reversed":
            rows.reverse()
        if mode == "shuffled-count":
            rows.pop()
        self.answer(200, json.dumps({"object": "list", "data": rows, "model": request.get("model", "stub-3")}))


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
with open(sys.argv[1] + ".tmp", "w") as file:
    file.write(str(server.server_address[1]))
import os
os.rename(sys.argv[1] + ".tmp", sys.argv[1])
sys.stdin.read()
