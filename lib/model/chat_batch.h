/* chat_batch.h - files of questions that a service answers later, at a lower price. Private to the model module.
 *
 * Written: OpenAI's JSONL {"custom_id","method","url","body"}; Anthropic's one object
 * {"requests":[{"custom_id","params"}]}; Bedrock's JSONL {"recordId","modelInput"} for Converse jobs. Read: the result
 * files of the three, whichever it is.
 *
 * The id is the cache's key as 43 characters of base64url, which every service takes. So results are joined by what was
 * asked, never by order; equal questions are written once; and a result file needs nothing but the cache to go into. */
#ifndef MODEL_CHAT_BATCH_H
#define MODEL_CHAT_BATCH_H

#include "base/map.h"
#include "model/chat.h"
#include "store/cache.h"

enum { CHAT_BATCH_ID_BYTES = 44 };

/* NUL-terminated. */
void chat_batch_id(const struct cache_key *key, char id[CHAT_BATCH_ID_BYTES]);

/* Puts the answers of a result file into the cache; counts them. What failed in the service is kept as its message,
 * by id (values are offsets into messages, NUL-terminated texts). Errors: E_NO_INPUT, E_IO, E_DATA for a line that is
 * no result, with file and line. */
struct chat_batch_results {
    int64_t answers, failures;
    struct map failed;
    struct buffer messages;
};
bool chat_batch_read(const char *file, struct cache *cache, struct chat_batch_results *results,
                     struct error *error) MUST_CHECK;
void chat_batch_results_release(struct chat_batch_results *results);

#endif
