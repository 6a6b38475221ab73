/* embed_limits.h - what a server takes at once, from what it tells, and what its refusals mean. Private to the module.
 *
 * Limits only decide which texts travel together; no vector depends on them, so that it does not matter when they
 * became known. */
#ifndef MODEL_EMBED_LIMITS_H
#define MODEL_EMBED_LIMITS_H

#include "base/arena.h"
#include "base/error.h"
#include "json/json.h"

struct embed_limits {
    size_t batch;    /* texts a request */
    size_t bytes;    /* of a body, about; 0: unknown, as below */
    int64_t tokens;  /* a request */
    int64_t context; /* tokens a text may have */
};

/* A request that is being packed; zero at first. */
struct embed_load {
    size_t count, bytes;
    int64_t tokens;
    bool is_closed; /* a text that is likely too long travels alone: its refusal must not cost the others a try */
};

/* About; too many rather than too few. */
int64_t embed_tokens(struct slice text);

/* Whether the text has room; then it is added. The first one always has. */
bool embed_load_add(struct embed_load *load, const struct embed_limits *limits, struct slice text);

/* What tei's /info or ollama's /api/show say; the rest stays. batch_most: never more texts. */
void embed_limits_read(struct json_value root, size_t batch_most, struct embed_limits *limits);

/* What the words of a refusal tell: "maximum context length is 512 tokens", "batch size 64 > maximum allowed batch size
 * 32". Returns whether something was learned. Limits only shrink. */
bool embed_limits_learn(struct slice says, struct embed_limits *limits);

/* Which part of a text fits, by a refusal that tells how many tokens it has and how many it may have; 0: it does not
 * tell. Between 0 and 1. */
double embed_limits_share(struct slice says);

/* E_UNAVAILABLE when a refusal says that there is no such model, E_CONFIG when it names a setting (dimensions, ...)
 * that the model does not take; E_NONE: the texts are at fault. */
enum code embed_refusal_meaning(struct slice says);

/* Whether it is base64 that the server does not know. */
bool embed_refusal_of_base64(struct slice says);

#endif
