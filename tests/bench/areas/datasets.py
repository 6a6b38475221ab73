"""datasets.py - training files: validate and convert, beside jq doing a fraction of it."""
import json
import random

from harness import size_of
from inputs import made


def chats(bench):
    """Chat rows; 2 GB with --full, 200 MB otherwise."""
    def write(path, _):
        random.seed(7)
        words = ("the harbour was full of boats and wind carried salt over streets where children played with paper kites "
                 "until evening when lamps turned every window gold while a clock struck seven").split()

        def text(count):
            found = " ".join(random.choice(words) for _ in range(count))
            return found.replace(" and ", '\n\n"and" ') if count > 30 else found

        pool = [(text(random.choice([8, 15, 40])), text(random.choice([20, 60, 150]))) for _ in range(20000)]
        wanted, size, number = (2_000_000_000 if bench.is_full else 200_000_000), 0, 0
        with open(path, "w") as out:
            while size < wanted:
                messages = [{"role": "system", "content": "You answer questions about a harbour town."}] if number % 3 else []
                for _ in range(random.choice([1, 1, 2, 4])):
                    question, answer = random.choice(pool)
                    messages += [{"role": "user", "content": f"{question} {number}"}, {"role": "assistant", "content": answer}]
                line = json.dumps({"messages": messages}) + "\n"
                out.write(line)
                size += len(line)
                number += 1
    return made(bench, "chats-full.jsonl" if bench.is_full else "chats.jsonl", write)


def run(bench):
    garner, rows = bench.garner, chats(bench)
    roles = """select((.messages | type) != "array" or any(.messages[]; .role != "system" and .role != "user" and .role != "assistant"))"""
    bench.task("validate a file of chats", size_of(rows), [
        ("garner", garner, f"{garner} validate -j1 --profile openai-sft --faults 0 {rows} | wc -l"),
        ("garner, all profiles", garner, f"head -n 20000 {rows} | {garner} validate -j1 --profile all | wc -l"),
        ("jq (roles only)", "jq", f"jq -c '{roles}' {rows} | wc -l"),
    ])
    turns = """{prompt: [.messages[:-1][] | {role, content}], completion: [.messages[-1] | {role, content}]}"""
    blocks = """{schemaVersion: "bedrock-conversation-2024", system: [.messages[] | select(.role == "system") | {text: .content}], messages: [.messages[] | select(.role != "system") | {role, content: [{text: .content}]}]}"""
    bench.task("convert chats to prompt and completion", size_of(rows), [
        ("garner, and checked", garner, f"{garner} convert -q -j1 --from openai-sft --to trl-prompt-completion {rows} | wc -l"),
        ("garner, form found", garner, f"{garner} convert -q -j1 --to trl-prompt-completion {rows} | wc -l"),
        ("jq (text only, no check)", "jq", f"jq -c '{turns}' {rows} | wc -l"),
    ])
    bench.task("convert chats to Nova", size_of(rows), [
        ("garner, and checked", garner, f"{garner} convert -q -j1 --on-error skip --from openai-sft --to nova-sft {rows} | wc -l"),
        ("jq (text only, no check)", "jq", f"jq -c '{blocks}' {rows} | wc -l"),
    ])
