/* yaml_fuzz.c - any bytes as YAML: a tree or a placed error, and the tree's JSON is one that our own scanner reads. */
#include <stdint.h>
#include <stdlib.h>

#include "yaml/yaml.h"
#include "json/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void expect(bool is_true)
{
    if (!is_true)
        abort();
}

/* Every node has a place and is reachable in both ways. */
static void walk(const struct yaml_node *node, int depth)
{
    expect(depth <= YAML_DEPTH_MAXIMUM + 1 && node->line >= 1 && node->column >= 1);
    expect(yaml_type_name(node->type)[0] != '\0');
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_pair *pair = &node->pairs[i];
        expect((pair->key != NULL) == (node->type == YAML_MAP));
        if (pair->key)
            expect(yaml_member(node, pair->key->text) == pair->value);
        walk(pair->value, depth + 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct arena arena = { 0 };
    struct error error;
    error_reset(&error);
    struct yaml_node *root = yaml_parse(slice_of((const char *)bytes, length), "fuzz", &arena, &error);
    if (root) {
        struct buffer json = { 0 };
        struct json_value value;
        walk(root, 0);
        yaml_append_json(root, &json);
        expect(json_scan(buffer_slice(&json), &value, &error));
        buffer_release(&json);
    } else {
        expect(error.code == E_CONFIG || error.code == E_LIMIT);
        expect(error.message[0] != '\0');
    }
    arena_release(&arena);
    return 0;
}
