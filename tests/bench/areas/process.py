"""process.py - start-up, and memory that must not grow with the input."""


def run(bench):
    bench.wall("start-up", [("garner --version", [bench.garner, "--version"]), ("true", ["true"])], 300)
    print("\nmemory of filter over a pipe of records")
    for count in (100_000, 1_000_000) + ((10_000_000,) if bench.is_full else ()):
        source = f"yes '{{\"id\":1,\"text\":\"some text of a record\",\"price\":12.5}}' | head -n {count}"
        bench.memory(f"{count:,} records", source, [bench.garner, "filter", "price > 1", "-q"])
