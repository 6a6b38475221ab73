#!/usr/bin/env python3
"""chat_server.py PORT_FILE [MODE] [LOG] - a stub of chat services on 127.0.0.1, for tests: OpenAI, Ollama, Anthropic and
Bedrock by path. The answer is the last user message in capitals; with a schema it is {"echo": the message}. MODE is what
goes wrong for messages that hold the word "bad", or for all with MODE:all:
ok, length, filter, refusal, tool, empty, status:N, html, nochoice, cut. With MODE teach it is what pipelines ask for: a question and an answer from a
passage, a score that hangs on the length, or an answer that hangs on the seed. Each request's body becomes a line of LOG. Ends
when its standard input ends."""
import http.server
import json
import os
import sys
import threading

mode = sys.argv[2] if len(sys.argv) > 2 else "ok"
log = open(sys.argv[3], "a") if len(sys.argv) > 3 else None
lock = threading.Lock()


def openai(text, kind, schema):
    reason = {"length": "length", "filter": "content_filter", "tool": "tool_calls"}.get(kind, "stop")
    message = {"role": "assistant", "content": None if kind in ("filter", "tool", "refusal") else text}
    if kind == "refusal":
        message["refusal"] = "I will not."
    return {"model": "stub", "choices": [{"index": 0, "finish_reason": reason, "message": message}],
            "usage": {"prompt_tokens": 10, "completion_tokens": 2}}


def ollama(text, kind, schema):
    return {"model": "stub", "message": {"content": text}, "done": True,
            "done_reason": "length" if kind == "length" else "stop", "prompt_eval_count": 10, "eval_count": 2}


def anthropic(text, kind, schema):
    reason = {"length": "max_tokens", "refusal": "refusal"}.get(kind, "tool_use" if schema else "end_turn")
    block = {"type": "tool_use", "name": "answer", "input": json.loads(text)} if schema else {"type": "text", "text": text}
    return {"model": "stub", "content": [block], "stop_reason": reason, "usage": {"input_tokens": 10, "output_tokens": 2}}


def bedrock(text, kind, schema):
    reason = {"length": "max_tokens", "filter": "guardrail_intervened"}.get(kind, "tool_use" if schema else "end_turn")
    block = {"toolUse": {"name": "answer", "input": json.loads(text)}} if schema else {"text": text}
    return {"output": {"message": {"role": "assistant", "content": [block]}}, "stopReason": reason,
            "usage": {"inputTokens": 10, "outputTokens": 2}}


def teach(said, request):
    schema = request.get("response_format", {}).get("json_schema", {}).get("schema", {}).get("properties", {})
    if "score" in schema:
        return json.dumps({"reason": "by its length", "score": 1 + len(said) % 10})
    if "question" in schema:
        sentence = said.strip().split("\n\n")[-1].split(". ")[0]
        return json.dumps({"question": "What about " + sentence.split()[0] + "?", "answer": sentence if len(said) % 3 else sentence + " 4711"})
    return "again " * (request.get("seed", 0) * 2 + 1) + said


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
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        request = json.loads(body)
        if log:
            with lock:
                log.write(json.dumps({"path": self.path, "key": self.headers.get("x-api-key"),
                                      "version": self.headers.get("anthropic-version"),
                                      "authorization": (self.headers.get("Authorization") or "")[:16], "body": request}) + "\n")
                log.flush()
        content = [m for m in request["messages"] if m["role"] == "user"][-1]["content"]
        said = content if isinstance(content, str) else content[0]["text"]
        kind, _, whom = mode.partition(":all")
        kind = kind if "bad" in said or ":all" in mode else "ok"
        if kind.startswith("status:"):
            return self.answer(int(kind[7:]), json.dumps({"error": {"message": "not today"}}))
        if kind == "html":
            return self.answer(200, "<html>busy</html>", "text/html")
        if kind == "nochoice":
            return self.answer(200, "{}")
        schema = any(k in request for k in ("response_format", "format", "tools", "toolConfig"))
        text = json.dumps({"echo": said}) if schema else said.upper()
        text = " " if kind == "empty" else teach(said, request) if mode == "teach" else text
        form = openai if self.path.endswith("/chat/completions") else ollama if self.path == "/api/chat" else \
            anthropic if self.path == "/v1/messages" else bedrock if self.path.endswith("/converse") else None
        if not form:
            return self.answer(404, json.dumps({"error": {"message": "no such path " + self.path}}))
        self.answer(200, json.dumps(form(text, kind, schema)))


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
with open(sys.argv[1] + ".tmp", "w") as file:
    file.write(str(server.server_address[1]))
os.rename(sys.argv[1] + ".tmp", sys.argv[1])
sys.stdin.read()
