/* prompt.c - reads prompt files and applies them to records. */
#include "model/prompt.h"

#include "base/nearest.h"
#include "stream/files.h"
#include "yaml/yaml.h"
#include "json/schema.h"
#include "json/write.h"

struct loader {
    const char *file;
    struct arena *arena;
    struct prompt *prompt;
    struct error *error;
};

static bool is_scalar(const struct yaml_node *node)
{
    return node->type != YAML_LIST && node->type != YAML_MAP && node->type != YAML_NULL;
}

static bool expect_text(const struct loader *loader, const struct yaml_node *node, const char *what)
{
    return is_scalar(node) || yaml_refuse(node, loader->file, loader->error, "%s is %s, expected a text", what,
                                          yaml_type_name(node->type));
}

/* Every key of a map must be one of names. */
static bool expect_keys(const struct loader *loader, const struct yaml_node *map, const char *const *names,
                        size_t count, const char *what)
{
    if (map->type != YAML_MAP)
        return yaml_refuse(map, loader->file, loader->error, "%s is %s, expected a map", what,
                           yaml_type_name(map->type));
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml_node *key = map->pairs[i].key;
        bool is_known = false;
        for (size_t k = 0; k < count; k++)
            is_known |= slice_equal(key->text, slice_of_string(names[k]));
        if (is_known)
            continue;
        const char *nearest = nearest_name(key->text, names, count);
        return yaml_refuse(key, loader->file, loader->error, "%s has no key '%.*s'%s%s%s", what, (int)key->text.length,
                           key->text.bytes, nearest ? ", nearest is '" : "", nearest ? nearest : "",
                           nearest ? "'" : "");
    }
    return true;
}

static bool load_template(const struct loader *loader, const struct yaml_node *node, const char *what,
                          struct template *template, bool *has)
{
    struct error error;
    if (!node)
        return true;
    if (!expect_text(loader, node, what))
        return false;
    *has = true;
    return template_compile(arena_copy(loader->arena, node->text), loader->arena, template, &error) ||
           yaml_refuse(node, loader->file, loader->error, "%s: %s", what, error.message);
}

static bool load_constraints(const struct loader *loader, const struct yaml_node *list)
{
    struct buffer text = { 0 };
    bool is_good = true;
    if (!list)
        return true;
    if (list->type != YAML_LIST)
        return yaml_refuse(list, loader->file, loader->error, "constraints is %s, expected a list of texts",
                           yaml_type_name(list->type));
    for (size_t i = 0; is_good && i < list->count; i++) {
        is_good = expect_text(loader, list->pairs[i].value, "a constraint");
        buffer_append_string(&text, i ? "\n- " : "- ");
        buffer_append_slice(&text, slice_trim(list->pairs[i].value->text));
    }
    loader->prompt->constraints = arena_copy(loader->arena, buffer_slice(&text));
    buffer_release(&text);
    return is_good;
}

/* The user template, filled from the example's record. */
static bool render_example(const struct loader *loader, const struct yaml_node *record, struct slice *user)
{
    struct buffer json = { 0 }, text = { 0 };
    struct json_object object;
    struct error error;
    if (record->type != YAML_MAP)
        return yaml_refuse(record, loader->file, loader->error, "an example's record is %s, expected a map",
                           yaml_type_name(record->type));
    if (!loader->prompt->has_user)
        return yaml_refuse(record, loader->file, loader->error, "an example with a record needs a user template");
    yaml_append_json(record, &json);
    struct slice line = arena_copy(loader->arena, buffer_slice(&json));
    bool is_good = json_scan_object(line, loader->arena, &object, &error) &&
                   template_render(&loader->prompt->user, &object, loader->arena, &text, &error);
    if (!is_good)
        yaml_refuse(record, loader->file, loader->error, "an example's record: %s", error.message);
    *user = arena_copy(loader->arena, buffer_slice(&text));
    buffer_release(&json);
    buffer_release(&text);
    return is_good;
}

static bool load_example(const struct loader *loader, const struct yaml_node *node, struct prompt_example *example)
{
    static const char *const names[] = { "record", "user", "assistant" };
    if (!expect_keys(loader, node, names, 3, "an example"))
        return false;
    const struct yaml_node *record = yaml_member(node, SLICE("record")), *user = yaml_member(node, SLICE("user")),
                           *assistant = yaml_member(node, SLICE("assistant"));
    if (!assistant || !record == !user)
        return yaml_refuse(node, loader->file, loader->error,
                           "an example has 'assistant' and one of 'record' and 'user'");
    if (!expect_text(loader, assistant, "assistant"))
        return false;
    example->assistant = arena_copy(loader->arena, assistant->text);
    if (record)
        return render_example(loader, record, &example->user);
    example->user = arena_copy(loader->arena, user->text);
    return expect_text(loader, user, "user");
}

static bool load_examples(const struct loader *loader, const struct yaml_node *list)
{
    struct prompt *prompt = loader->prompt;
    if (!list)
        return true;
    if (list->type != YAML_LIST)
        return yaml_refuse(list, loader->file, loader->error, "examples is %s, expected a list",
                           yaml_type_name(list->type));
    prompt->examples = arena_allocate_zeroed(loader->arena, list->count + 1, sizeof *prompt->examples);
    for (; prompt->example_count < list->count; prompt->example_count++)
        if (!load_example(loader, list->pairs[prompt->example_count].value, &prompt->examples[prompt->example_count]))
            return false;
    return true;
}

static bool load_schema(const struct loader *loader, const struct yaml_node *node)
{
    struct buffer json = { 0 };
    struct error error;
    if (!node)
        return true;
    if (node->type != YAML_MAP)
        return yaml_refuse(node, loader->file, loader->error, "schema is %s, expected a map",
                           yaml_type_name(node->type));
    yaml_append_json(node, &json);
    loader->prompt->schema = arena_copy(loader->arena, buffer_slice(&json));
    buffer_release(&json);
    return json_schema_check(loader->prompt->schema, &error) ||
           yaml_refuse(node, loader->file, loader->error, "schema%s: %s", error.field, error.message);
}

static bool load_options(const struct prompt_settings *settings, struct arena *arena, struct prompt *prompt,
                         struct error *error)
{
    const char *texts[] = { settings->system, settings->user }, *names[] = { "--system", "--user" };
    struct template *templates[] = { &prompt->system, &prompt->user };
    bool *flags[] = { &prompt->has_system, &prompt->has_user };
    struct error inner;
    for (size_t i = 0; i < 2; i++) {
        if (!texts[i])
            continue;
        *flags[i] = true;
        if (!template_compile(arena_copy(arena, slice_of_string(texts[i])), arena, templates[i], &inner))
            return error_set(error, E_USAGE, "%s: %s (byte %lld)", names[i], inner.message, (long long)inner.column);
    }
    return true;
}

static bool load_schema_file(const char *path, struct arena *arena, struct prompt *prompt, struct error *error)
{
    struct buffer text = { 0 };
    struct json_value root;
    bool is_good = file_read(path, PROMPT_BYTES_MAXIMUM, "a schema", &text, error);
    if (is_good) {
        struct slice json = arena_copy(arena, slice_trim(buffer_slice(&text)));
        is_good = json_scan(json, &root, error) && json_schema_check(json, error);
        prompt->schema = is_good ? json : (struct slice){ 0 };
        if (!is_good) {
            error->code = E_CONFIG;
            error_place(error, path, 0, 0);
        }
    }
    buffer_release(&text);
    return is_good;
}

/* A schema may stand on several lines; in a request it takes one. */
static void flatten_schema(struct prompt *prompt, struct arena *arena)
{
    if (slice_find_byte(prompt->schema, '\n') == prompt->schema.length)
        return;
    struct slice copy = arena_copy(arena, prompt->schema);
    char *bytes = arena_copy_string(arena, copy);
    for (size_t i = 0; i < copy.length; i++)
        if (bytes[i] == '\n' || bytes[i] == '\r')
            bytes[i] = ' '; /* between tokens only: inside a string a line end is not JSON */
    prompt->schema = slice_of(bytes, copy.length);
}

static bool load_file(const struct prompt_settings *settings, struct arena *arena, struct prompt *prompt,
                      struct error *error)
{
    static const char *const names[] = { "system", "constraints", "examples", "user", "schema" };
    struct loader loader = { settings->file, arena, prompt, error };
    struct buffer text = { 0 };
    struct yaml_node *root = NULL;
    if (file_read(settings->file, PROMPT_BYTES_MAXIMUM, "a prompt file", &text, error))
        root = yaml_parse(buffer_slice(&text), settings->file, arena, error);
    buffer_release(&text);
    return root && expect_keys(&loader, root, names, 5, "a prompt file") &&
           (prompt->has_system || load_template(&loader, yaml_member(root, SLICE("system")), "system", &prompt->system,
                                                &prompt->has_system)) &&
           (prompt->has_user ||
            load_template(&loader, yaml_member(root, SLICE("user")), "user", &prompt->user, &prompt->has_user)) &&
           load_constraints(&loader, yaml_member(root, SLICE("constraints"))) &&
           load_examples(&loader, yaml_member(root, SLICE("examples"))) &&
           load_schema(&loader, yaml_member(root, SLICE("schema")));
}

bool prompt_load(const struct prompt_settings *settings, struct arena *arena, struct prompt *prompt,
                 struct error *error)
{
    *prompt = (struct prompt){ 0 };
    if (!load_options(settings, arena, prompt, error) ||
        (settings->file && !load_file(settings, arena, prompt, error)) ||
        (settings->schema_file && !load_schema_file(settings->schema_file, arena, prompt, error)))
        return false;
    flatten_schema(prompt, arena);
    return true;
}

static void add(struct chat_message *messages, size_t *count, enum chat_role role, struct slice text)
{
    messages[(*count)++] = (struct chat_message){ role, text };
}

static bool add_system(const struct prompt *prompt, const struct json_object *object, struct arena *arena,
                       struct chat_message *messages, size_t *count, struct error *error)
{
    struct buffer text = { 0 };
    bool is_good = !prompt->has_system || template_render(&prompt->system, object, arena, &text, error);
    if (is_good && prompt->constraints.length) {
        text.length = slice_trim(buffer_slice(&text)).length ? text.length : 0;
        buffer_append_string(&text, text.length ? "\n\n" : "");
        buffer_append_slice(&text, prompt->constraints);
    }
    if (is_good && text.length)
        add(messages, count, CHAT_SYSTEM, arena_copy(arena, buffer_slice(&text)));
    buffer_release(&text);
    return is_good;
}

/* The record's own question: messages, or prompt as messages or as a text. */
static bool read_own(const struct json_object *object, struct arena *arena, struct chat_message **messages,
                     size_t *count, struct error *error)
{
    struct slice names[] = { SLICE("messages"), SLICE("prompt") };
    for (size_t i = 0; i < 2; i++) {
        const struct json_field *field = json_object_find(object, names[i]);
        if (!field)
            continue;
        if (json_object_count(object, names[i]) > 1) {
            error_set(error, E_JSON_DUPKEY, "field '%s' stands twice", names[i].bytes);
            return error_field(error, names[i]);
        }
        bool is_good;
        if (field->value.type == JSON_STRING) {
            *messages = arena_allocate(arena, sizeof **messages);
            **messages = (struct chat_message){ .role = CHAT_USER };
            *count = 1;
            is_good = json_decode(field->value, arena, &(*messages)->text, error);
        } else {
            is_good = chat_read_messages(field->value, arena, messages, count, error);
        }
        if (is_good && (*messages)[*count - 1].role == CHAT_ASSISTANT)
            is_good =
                error_set(error, E_FIELD_VALUE, "the last message is the assistant's, so there is nothing to ask");
        return is_good || error_field(error, names[i]);
    }
    error_set(error, E_FIELD_MISSING, "there is no field 'messages' or 'prompt', and no --user template is given");
    return error_field(error, names[1]);
}

bool prompt_apply(const struct prompt *prompt, const struct json_object *object, struct arena *arena,
                  struct chat_message **messages, size_t *count, struct error *error)
{
    struct chat_message *own = NULL;
    size_t own_count = 1;
    if (!prompt->has_user && !read_own(object, arena, &own, &own_count, error))
        return false;
    *messages = arena_allocate(arena, (1 + 2 * prompt->example_count + own_count) * sizeof **messages);
    *count = 0;
    if (!add_system(prompt, object, arena, *messages, count, error))
        return false;
    for (size_t i = 0; i < prompt->example_count; i++) {
        add(*messages, count, CHAT_USER, prompt->examples[i].user);
        add(*messages, count, CHAT_ASSISTANT, prompt->examples[i].assistant);
    }
    if (!prompt->has_user) {
        for (size_t i = 0; own && i < own_count; i++)
            add(*messages, count, own[i].role, own[i].text);
        return true;
    }
    struct buffer text = { 0 };
    bool is_good = template_render(&prompt->user, object, arena, &text, error);
    add(*messages, count, CHAT_USER, arena_copy(arena, buffer_slice(&text)));
    buffer_release(&text);
    return is_good;
}
