/* embed_dialect.h - how servers want to be asked for embeddings. Private to the module.
 *
 * What differs is in a table; answers of all are read by one tolerant reader: the array is `data`, `embeddings`, its
 * member `float` or `base64`, or the root; an item is a vector or an object with `embedding` and `index`; a single
 * vector is `embedding`. */
#ifndef MODEL_EMBED_DIALECT_H
#define MODEL_EMBED_DIALECT_H

#include "model/client.h"
#include "model/embed_limits.h"
#include "model/embedder_provider.h"

struct embed_question {
    const char *model; /* NULL: the server's own */
    enum embed_purpose purpose;
    int64_t dimension; /* 0: the model's own */
    bool truncates;
    bool is_plain;             /* no base64: the server does not know it */
    const struct slice *texts; /* count of them */
    size_t count;
};

struct embed_dialect {
    enum embed_provider provider;
    struct embed_limits limits; /* by default; batch: texts a request */
    size_t batch_most;          /* texts a request at most */
    bool truncates;             /* the server cuts long texts when it is asked to */
    bool has_base64;            /* vectors are asked for as base64 */
    bool needs_model, retries_424;
    enum client_authorization authorization;
    const char *service;   /* AWS */
    const char *info_path; /* where limits are told; NULL */
    bool info_wants_model; /* by a POST of {"model"}; else a GET */
    /* Appends the path of a request. */
    void (*append_path)(const struct embed_question *question, struct buffer *path);
    void (*append_body)(const struct embed_question *question, struct buffer *body);
};

/* NULL for the builtin one and programs. model: bedrock's Titan takes one text a request, its Cohere models many; the
 * first Titan takes nothing beside it. */
const struct embed_dialect *embed_dialect_of(enum embed_provider provider, const char *model);

/* Fills results[count] from an answer. identity: the dimension is checked, or learned; arena for vectors. NULL: fine,
 * else what is wrong (static or arena); then some results may be set. */
const char *embed_answer_read(struct json_value root, struct embed_result *const *results, size_t count,
                              struct arena *arena, struct embedder_identity *identity);

#endif
