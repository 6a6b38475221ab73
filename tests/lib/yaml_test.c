/* yaml_test.c - the YAML tree: types, places, limits. */
#include "test.h"
#include "yaml/yaml.h"

static struct yaml_node *parse(struct arena *arena, struct slice text, struct error *error)
{
    error_reset(error);
    return yaml_parse(text, "p.yaml", arena, error);
}

TEST(yaml_types, "yaml: plain scalars have the types of the 1.2 core schema, and no others")
{
    static const struct {
        struct slice text;
        enum yaml_type type;
    } cases[] = {
        { SLICE_INIT("yes"), YAML_TEXT },      { SLICE_INIT("no"), YAML_TEXT },
        { SLICE_INIT("on"), YAML_TEXT },       { SLICE_INIT("true"), YAML_BOOLEAN },
        { SLICE_INIT("010"), YAML_INTEGER },   { SLICE_INIT("0o10"), YAML_INTEGER },
        { SLICE_INIT("1_000"), YAML_TEXT },    { SLICE_INIT("1e3"), YAML_FLOAT },
        { SLICE_INIT("1."), YAML_FLOAT },      { SLICE_INIT("."), YAML_TEXT },
        { SLICE_INIT(".5"), YAML_FLOAT },      { SLICE_INIT("-.inf"), YAML_FLOAT },
        { SLICE_INIT("12:30:45"), YAML_TEXT }, { SLICE_INIT("~"), YAML_NULL },
        { SLICE_INIT("1e"), YAML_TEXT },       { SLICE_INIT("+12"), YAML_INTEGER },
        { SLICE_INIT("0x1G"), YAML_TEXT },     { SLICE_INIT("2024-01-01"), YAML_TEXT },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        EXPECT_INTEGER(yaml_scalar_type(cases[i].text), cases[i].type);
}

TEST(yaml_json, "yaml: a tree becomes JSON with the types kept")
{
    struct arena arena = { 0 };
    struct error error;
    struct buffer json = { 0 };
    struct yaml_node *root =
        parse(&arena, SLICE("a: [1, '1', 010, 0x1F, 1.50, .5, yes, null]\nb: {c: \"x\\ty\"}\n"), &error);
    EXPECT_OK(root, &error);
    yaml_append_json(root, &json);
    EXPECT_TEXT(buffer_slice(&json), "{\"a\":[1,\"1\",10,31,1.50,0.5,\"yes\",null],\"b\":{\"c\":\"x\\ty\"}}");
    EXPECT_INTEGER(yaml_member(root, SLICE("b"))->line, 2);
    EXPECT_INTEGER(yaml_member(root, SLICE("b"))->column, 4);
    buffer_release(&json);
    arena_release(&arena);
}

TEST(yaml_refusals, "yaml: what is refused is named with line and column")
{
    static const struct {
        struct slice text;
        const char *message;
        int line, column;
    } cases[] = {
        { SLICE_INIT("a: 1\nb: 2\na: 3\n"), "duplicate key 'a'", 3, 1 },
        { SLICE_INIT("a: *x\n"), "an alias to an anchor that does not stand before it", 1, 4 },
        { SLICE_INIT("a: &x [*x]\n"), "an alias to an anchor that does not stand before it", 1, 8 },
        { SLICE_INIT("a: 1\n---\nb: 2\n"), "a second document; one file is one document", 2, 1 },
        { SLICE_INIT("a: !!python/object:os.system x\n"), "a tag outside the YAML core schema", 1, 4 },
        { SLICE_INIT("? [a]\n: 1\n"), "a key must be a scalar", 1, 3 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = { 0 };
        struct error error;
        EXPECT(!parse(&arena, cases[i].text, &error));
        EXPECT_ERROR(&error, E_CONFIG, cases[i].message);
        EXPECT_INTEGER(error.line, cases[i].line);
        EXPECT_INTEGER(error.column, cases[i].column);
        arena_release(&arena);
    }
}

TEST(yaml_bomb, "yaml: aliases that multiply end at the limit of nodes")
{
    struct arena arena = { 0 };
    struct error error;
    struct buffer text = { 0 };
    buffer_append_string(&text, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 9; i++)
        buffer_append_format(&text, "a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n", i, i, i - 1,
                             i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
    EXPECT(!parse(&arena, buffer_slice(&text), &error));
    EXPECT_ERROR(&error, E_LIMIT, "more than 100000 nodes, an alias counted as what it stands for");
    buffer_release(&text);
    arena_release(&arena);
}

TEST(yaml_depth, "yaml: nesting ends at its limit")
{
    struct arena arena = { 0 };
    struct error error;
    struct buffer text = { 0 };
    buffer_append_repeated(&text, '[', 100000);
    EXPECT(!parse(&arena, buffer_slice(&text), &error));
    EXPECT_ERROR(&error, E_LIMIT, "lists and maps nest more than 64 deep");
    buffer_release(&text);
    arena_release(&arena);
}
