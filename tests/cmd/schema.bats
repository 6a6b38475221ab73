load ../support/setup

# check SCHEMA DOCUMENT...: each document (JSON, which is YAML) is valid against the schema; prints the bad ones.
check() {
    python3 - "$@" <<'PYTHON'
import json, sys
try:
    from jsonschema import Draft202012Validator
except ImportError:
    sys.exit(77)
schema = json.load(open(sys.argv[1]))
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
for text in sys.argv[2:]:
    if not validator.is_valid(json.loads(text)):
        print(text)
PYTHON
}

setup_file() {
    python3 -c 'import jsonschema' 2> /dev/null || skip "python3 has no jsonschema"
}

@test "schema: it is valid JSON Schema, as is the one of every tool" {
    garner schema > schema.json
    jq -e '."$schema" == "https://json-schema.org/draft/2020-12/schema"' schema.json
    check schema.json
    garner help --list | while IFS=$'\t' read -r tool _; do
        garner schema "$tool" > tool.json
        check tool.json
    done
}

@test "schema: a tool's options keep types, bounds, choices and defaults" {
    garner schema doctor > schema.json
    [ -z "$(check schema.json '{}' 'null' '"/tmp"' '["/tmp", "/var"]' '{"format": "jsonl"}' '{"format": "${x}"}')" ]
    bad='{"format": "xml"}'
    [ "$(check schema.json "$bad")" = "$bad" ]
    bad='{"formatt": "table"}'
    [ "$(check schema.json "$bad")" = "$bad" ]
    garner schema view > schema.json
    [ -z "$(check schema.json '{"limit": 3}' '{"limit": "${n}"}' '"x.jsonl"' '{"fields": ["id", "text"]}')" ]
    bad='{"limit": -1}'
    [ "$(check schema.json "$bad")" = "$bad" ]
    bad='{"limit": "three"}'
    [ "$(check schema.json "$bad")" = "$bad" ]
    [ "$(jq '.allOf[0].anyOf[0].properties.limit.default' schema.json)" = 0 ]
}

@test "schema: a pipeline has version 1 and either steps or stages, and no other keys" {
    garner schema > schema.json
    for bad in '{}' '{"version": 1}' '{"version": 2, "steps": ["x"]}' '{"version": 1, "steps": []}' '{"version": 1, "steps": ["nosuch"]}' \
        '{"version": 1, "stages": {"a": {"needs": "b"}}}' '[]'; do
        [ "$(check schema.json "$bad")" = "$bad" ]
    done
}

@test "schema: the pipelines that ship are valid" {
    python3 -c 'import yaml' 2> /dev/null || skip "python3 has no yaml"
    garner schema > schema.json
    for file in "$ROOT"/pipelines/*.yaml; do
        document=$(python3 -c 'import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))' "$file")
        [ -z "$(check schema.json "$document")" ] || { echo "$file"; return 1; }
    done
}
