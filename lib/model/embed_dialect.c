/* embed_dialect.c - how servers want to be asked for embeddings. */
#include "model/embed_dialect.h"

#include "json/write.h"

static void append_texts(struct buffer *body, const char *key, const struct embed_question *question)
{
    json_append_key(body, slice_of_string(key));
    buffer_append_byte(body, '[');
    for (size_t i = 0; i < question->count; i++) {
        if (i)
            buffer_append_byte(body, ',');
        json_append_string(body, question->texts[i]);
    }
    buffer_append_byte(body, ']');
}

static void append_text(struct buffer *body, const char *key, const char *value)
{
    if (!value)
        return;
    json_append_key(body, slice_of_string(key));
    json_append_string(body, slice_of_string(value));
}

static void append_flag(struct buffer *body, const char *key, bool value)
{
    json_append_key(body, slice_of_string(key));
    buffer_append_string(body, value ? "true" : "false");
}

static void append_dimension(struct buffer *body, const char *key, const struct embed_question *question)
{
    if (!question->dimension)
        return;
    json_append_key(body, slice_of_string(key));
    json_append_integer(body, question->dimension);
}

static void openai_body(const struct embed_question *question, struct buffer *body)
{
    buffer_append_byte(body, '{');
    append_text(body, "model", question->model);
    append_texts(body, "input", question);
    append_text(body, "encoding_format", question->is_plain ? "float" : "base64");
    append_dimension(body, "dimensions", question);
    buffer_append_byte(body, '}');
}

static void ollama_body(const struct embed_question *question, struct buffer *body)
{
    buffer_append_byte(body, '{');
    append_text(body, "model", question->model);
    append_texts(body, "input", question);
    append_flag(body, "truncate", question->truncates);
    append_dimension(body, "dimensions", question);
    buffer_append_byte(body, '}');
}

static void tei_body(const struct embed_question *question, struct buffer *body)
{
    buffer_append_byte(body, '{');
    append_texts(body, "inputs", question);
    append_flag(body, "truncate", question->truncates);
    append_dimension(body, "dimensions", question);
    buffer_append_byte(body, '}');
}

/* Without a model: on bedrock it stands in the path, and no base64 is known. */
static void append_cohere(const struct embed_question *question, const char *model, struct buffer *body)
{
    buffer_append_byte(body, '{');
    append_text(body, "model", model);
    append_text(body, "input_type", question->purpose == EMBED_QUERY ? "search_query" : "search_document");
    append_texts(body, "texts", question);
    json_append_key(body, SLICE("embedding_types"));
    buffer_append_string(body, model && !question->is_plain ? "[\"base64\"]" : "[\"float\"]");
    append_text(body, "truncate", question->truncates ? "END" : "NONE");
    append_dimension(body, "output_dimension", question);
    buffer_append_byte(body, '}');
}

static void cohere_body(const struct embed_question *question, struct buffer *body)
{
    append_cohere(question, question->model, body);
}

static void bedrock_cohere_body(const struct embed_question *question, struct buffer *body)
{
    append_cohere(question, NULL, body);
}

static void voyage_body(const struct embed_question *question, struct buffer *body)
{
    buffer_append_byte(body, '{');
    append_text(body, "model", question->model);
    append_texts(body, "input", question);
    append_text(body, "input_type", question->purpose == EMBED_QUERY ? "query" : "document");
    append_flag(body, "truncation", question->truncates);
    append_text(body, "encoding_format", question->is_plain ? NULL : "base64");
    append_dimension(body, "output_dimension", question);
    buffer_append_byte(body, '}');
}

static void first_titan_body(const struct embed_question *question, struct buffer *body)
{
    buffer_append_byte(body, '{');
    json_append_key(body, SLICE("inputText"));
    json_append_string(body, question->texts[0]);
    buffer_append_byte(body, '}');
}

static void titan_body(const struct embed_question *question, struct buffer *body)
{
    buffer_append_byte(body, '{');
    json_append_key(body, SLICE("inputText"));
    json_append_string(body, question->texts[0]);
    append_dimension(body, "dimensions", question);
    append_flag(body, "normalize", true);
    buffer_append_byte(body, '}');
}

static void openai_path(const struct embed_question *question, struct buffer *path)
{
    (void)question;
    buffer_append_string(path, "/v1/embeddings");
}

static void ollama_path(const struct embed_question *question, struct buffer *path)
{
    (void)question;
    buffer_append_string(path, "/api/embed");
}

static void tei_path(const struct embed_question *question, struct buffer *path)
{
    (void)question;
    buffer_append_string(path, "/embed");
}

static void cohere_path(const struct embed_question *question, struct buffer *path)
{
    (void)question;
    buffer_append_string(path, "/v2/embed");
}

/* A model's name may hold ':' and, for a profile, '/'. */
static void bedrock_path(const struct embed_question *question, struct buffer *path)
{
    buffer_append_string(path, "/model/");
    for (const char *byte = question->model; *byte; byte++)
        if (*byte == ':' || *byte == '/' || *byte == ' ' || *byte == '%' || *byte == '?' || *byte == '#')
            buffer_append_format(path, "%%%02X", (unsigned)*byte);
        else
            buffer_append_byte(path, *byte);
    buffer_append_string(path, "/invoke");
}

enum { MEGABYTE = 1024 * 1024 };

static const struct embed_dialect dialects[] = {
    { .provider = EMBED_OPENAI,
      .has_base64 = true,
      .limits = { .batch = 64, .bytes = 8 * MEGABYTE, .tokens = 300000 },
      .batch_most = 2048,
      .append_path = openai_path,
      .append_body = openai_body },
    { .provider = EMBED_OLLAMA,
      .info_path = "/api/show",
      .info_wants_model = true,
      .limits = { .batch = 32, .bytes = 8 * MEGABYTE },
      .batch_most = 2048,
      .truncates = true,
      .needs_model = true,
      .append_path = ollama_path,
      .append_body = ollama_body },
    { .provider = EMBED_TEI,
      .limits = { .batch = 32, .bytes = 2 * MEGABYTE - 65536 },
      .batch_most = 2048,
      .truncates = true,
      .retries_424 = true,
      .info_path = "/info",
      .append_path = tei_path,
      .append_body = tei_body },
    { .provider = EMBED_COHERE,
      .has_base64 = true,
      .limits = { .batch = 96, .bytes = 8 * MEGABYTE },
      .batch_most = 96,
      .truncates = true,
      .needs_model = true,
      .append_path = cohere_path,
      .append_body = cohere_body },
    { .provider = EMBED_VOYAGE,
      .has_base64 = true,
      .limits = { .batch = 128, .bytes = 8 * MEGABYTE, .tokens = 120000 },
      .batch_most = 1000,
      .truncates = true,
      .needs_model = true,
      .append_path = openai_path,
      .append_body = voyage_body },
};

static const struct embed_dialect bedrock_titan = { .provider = EMBED_BEDROCK,
                                                    .limits = { .batch = 1, .bytes = MEGABYTE },
                                                    .batch_most = 1,
                                                    .needs_model = true,
                                                    .authorization = CLIENT_SIGV4,
                                                    .service = "bedrock",
                                                    .append_path = bedrock_path,
                                                    .append_body = titan_body };
static const struct embed_dialect bedrock_first_titan = { .provider = EMBED_BEDROCK,
                                                          .limits = { .batch = 1, .bytes = MEGABYTE },
                                                          .batch_most = 1,
                                                          .needs_model = true,
                                                          .authorization = CLIENT_SIGV4,
                                                          .service = "bedrock",
                                                          .append_path = bedrock_path,
                                                          .append_body = first_titan_body };
static const struct embed_dialect bedrock_cohere = { .provider = EMBED_BEDROCK,
                                                     .limits = { .batch = 96, .bytes = 8 * MEGABYTE },
                                                     .batch_most = 96,
                                                     .truncates = true,
                                                     .needs_model = true,
                                                     .authorization = CLIENT_SIGV4,
                                                     .service = "bedrock",
                                                     .append_path = bedrock_path,
                                                     .append_body = bedrock_cohere_body };

const struct embed_dialect *embed_dialect_of(enum embed_provider provider, const char *model)
{
    if (provider == EMBED_BEDROCK && model && strstr(model, "cohere."))
        return &bedrock_cohere;
    if (provider == EMBED_BEDROCK)
        return model && strstr(model, "titan-embed-text-v1") ? &bedrock_first_titan : &bedrock_titan;
    for (size_t i = 0; i < sizeof dialects / sizeof dialects[0]; i++)
        if (dialects[i].provider == provider)
            return &dialects[i];
    return NULL;
}

static struct json_value find_list(struct json_value root)
{
    struct json_value list = json_member(root, SLICE("data"));
    if (root.type == JSON_ARRAY)
        return root;
    if (list.type == JSON_ARRAY)
        return list;
    list = json_member(root, SLICE("embeddings"));
    if (list.type == JSON_OBJECT) {
        struct json_value floats = json_member(list, SLICE("float"));
        return floats.type == JSON_ARRAY ? floats : json_member(list, SLICE("base64"));
    }
    return list;
}

static const char *read_item(struct json_value item, struct embed_result *const *results, size_t count, size_t seen,
                             struct arena *arena, struct embedder_identity *identity)
{
    int64_t index = (int64_t)seen;
    if (item.type == JSON_OBJECT) {
        struct json_value given = json_member(item, SLICE("index"));
        if (given.type != JSON_MISSING && !json_integer(given, &index))
            return "an 'index' is no integer";
        item = json_member(item, SLICE("embedding"));
    }
    if (index < 0 || (size_t)index >= count)
        return arena_format(arena, "an 'index' is %lld, but %zu texts were sent", (long long)index, count);
    if (results[index]->vector)
        return arena_format(arena, "the 'index' %lld stands twice", (long long)index);
    return embed_result_read(results[index], item, arena, identity);
}

const char *embed_answer_read(struct json_value root, struct embed_result *const *results, size_t count,
                              struct arena *arena, struct embedder_identity *identity)
{
    struct json_value list = find_list(root), single = json_member(root, SLICE("embedding"));
    struct json_field field;
    size_t seen = 0;
    if (list.type != JSON_ARRAY && single.type == JSON_ARRAY && count == 1)
        return embed_result_read(results[0], single, arena, identity);
    if (list.type != JSON_ARRAY)
        return "the answer has no array of embeddings ('data', 'embeddings')";
    struct json_iterator each = json_iterate(list);
    while (json_next(&each, &field)) {
        const char *fault = seen < count ? read_item(field.value, results, count, seen, arena, identity) : NULL;
        if (fault)
            return fault;
        seen++;
    }
    return seen == count ? NULL : arena_format(arena, "%zu embeddings came for %zu texts", seen, count);
}
