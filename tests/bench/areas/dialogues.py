"""dialogues.py - tools that make rows of conversations and of rated answers: sft, dpo."""
import json
import os
import random

from harness import size_of
from inputs import made

JQ_CHAT = '{messages: [.conversations[] | {role: (if .from == "human" then "user" else "assistant" end), content: .value}]}'
JQ_PAIRS = ('(.scores | index(max)) as $best | (.scores | index(min)) as $worst | select(.scores[$best] > .scores[$worst]) | '
            '{prompt, chosen: .completions[$best], rejected: .completions[$worst]}')


def conversations(bench):
    """Conversations of six turns, and prompts with four scored answers."""
    def write(folder, _):
        chance = random.Random(11)
        words = "harbour crane lantern rope tide keel anchor ledger quay signal winter cargo the and a of to in it is".split()
        os.mkdir(folder)
        with open(f"{folder}/conversations.jsonl", "w") as left, open(f"{folder}/samples.jsonl", "w") as right:
            for number in range(60_000):
                texts = [" ".join(chance.choices(words, k=60)) for _ in range(6)]
                turns = [{"from": ["human", "gpt"][i % 2], "value": text} for i, text in enumerate(texts)]
                left.write(json.dumps({"id": str(number), "conversations": turns}) + "\n")
                right.write(json.dumps({"prompt": texts[0], "completions": texts[1:5],
                                        "scores": [chance.randrange(10) for _ in range(4)]}) + "\n")
    folder = made(bench, "dialogues", write)
    return f"{folder}/conversations.jsonl", f"{folder}/samples.jsonl"


def run(bench):
    garner = bench.garner
    chats, samples = conversations(bench)
    bench.task("sft, conversations", size_of(chats), [
        ("garner", garner, f"{garner} sft -q -j1 --preset sharegpt --profile openai-sft {chats} | wc -l"),
        ("jq, no check at all", "jq", f"jq -c '{JQ_CHAT}' {chats} | wc -l"),
    ])
    bench.task("dpo, scored samples", size_of(samples), [
        ("garner", garner, f"{garner} dpo -q -j1 --preset samples --profile openai-dpo {samples} | wc -l"),
        ("jq, no check at all", "jq", f"jq -c '{JQ_PAIRS}' {samples} | wc -l"),
    ])
