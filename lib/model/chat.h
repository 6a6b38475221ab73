/* chat.h - asks a chat model many questions, keeps every answer before it counts, and stays within a budget.
 *
 *     chat_submit(chat, &question, tag, error)              never waits; the number waiting is the caller's to bound
 *     while (chat_pending(chat)) {
 *         chat_next(chat, -1, arena, &answer, &has_answer, error)   false: the run must stop
 *         ... answer.tag, answer.status, answer.text ...
 *     }
 * or, for one question, chat_ask().
 *
 * Answers are kept (store/cache.h) by provider, model, scope, question and sample; where the model has no name, by the
 * server's URL or the program, too, as scores of rerankers are: what was paid for is kept, and two servers are not one.
 *
 * A question whose answer is in the cache costs nothing. Two equal questions under way are asked once. Before another
 * request goes out its greatest cost is set aside; when it does not fit any more and nothing is under way, its answer
 * is CHAT_FAILED with E_BUDGET: the same questions are asked whatever the speed of the answers. An answer is written to
 * the cache before chat_next() hands it out, and is safe from a power cut after chat_commit(); a failure is never
 * written.
 *
 * Providers: dialects over HTTP (model/client.h: retries, limits, keys), or a program of the user's that reads
 *     {"id":0,"messages":[{"role","content"}],"model","max_tokens","temperature","top_p","seed","stop","schema"}
 * a line each (what was not said is left out) and answers, in any order,
 *     {"id":0,"completion":"...","finish_reason":"stop","usage":{"prompt_tokens":1,"completion_tokens":1}}
 * or {"id":0,"error":"why"}. A handle belongs to one thread. */
#ifndef MODEL_CHAT_H
#define MODEL_CHAT_H

#include "model/chat_message.h"
#include "model/client.h"
#include "model/price.h"

enum chat_provider { CHAT_OPENAI, CHAT_OLLAMA, CHAT_ANTHROPIC, CHAT_BEDROCK, CHAT_COMMAND, CHAT_PROVIDER_COUNT };

/* Names as typed: "openai", "ollama", "anthropic", "bedrock", "command"; ends with NULL. */
extern const char *const chat_provider_names[];

struct chat_settings {
    enum chat_provider provider;
    const char *model;             /* as the server calls it; NULL: the server's own (not anthropic, not bedrock) */
    const char *command;           /* for the shell; command only */
    struct client_settings client; /* url, keys, limits; headers and authorization are set here */
    struct chat_parameters parameters;
    const char *cache_folder; /* NULL: no cache */
    double cache_days;        /* logs of the cache that are older are removed; 0: none */
    const char *scope;        /* part of the cache's key: what keeps answers apart that would be the same; NULL */
    int64_t maximum_requests; /* new answers asked for (retries are not counted); 0: no limit */
    int64_t maximum_cost;     /* pico-money (model/price.h); 0: no limit; needs a price and maximum_tokens */
    /* Files in place of requests: questions without an answer are written to batch_requests (then their status is
     * CHAT_FAILED with the code E_NONE), answers come from batch_results. Needs the cache. NULL and 0: requests. */
    const char *batch_requests;
    const char *const *batch_results;
    size_t batch_result_count;
    bool is_dry_run;    /* nothing is opened but the cache, to be read; nothing can be submitted */
    struct price price; /* what this model costs; zeroed: nothing is known */
};

struct chat_counters {
    int64_t questions, cached, asked; /* asked: requests for new answers, tries not counted */
    int64_t statuses[CHAT_FAILED + 1];
    int64_t input_tokens, output_tokens; /* of what was asked now */
    int64_t cost, cost_cached;           /* pico-money: spent now; what the cached answers would have cost */
};

struct chat;

/* Owned: chat_close(). Texts of the settings are borrowed. Errors: those of client_open() and cache_open(); E_USAGE for
 * what is missing or does not fit; E_CONFIG for a schema that cannot be judged. */
struct chat *chat_open(const struct chat_settings *settings, struct error *error) MUST_CHECK;

/* Takes a question; its messages are copied. Errors: E_IO (cache), E_USAGE. */
bool chat_submit(struct chat *chat, const struct chat_question *question, void *tag, struct error *error) MUST_CHECK;

/* The next answer, in the order in which they come: waits up to `seconds` (0: only what is there; negative: without end
 * while something is pending). Texts of the answer: arena. An answer that came is checked against the schema, if any.
 * *has_answer false: none. Errors end the run: interrupts, E_UNAVAILABLE (see client_next), E_IO. */
bool chat_next(struct chat *chat, double seconds, struct arena *arena, struct chat_answer *answer, bool *has_answer,
               struct error *error) MUST_CHECK;

/* One question and its answer. Errors: as chat_next(); what is wrong with this one answer stands in its status. */
bool chat_ask(struct chat *chat, const struct chat_question *question, struct arena *arena, struct chat_answer *answer,
              struct error *error) MUST_CHECK;

/* What was submitted and not handed out yet; and how many more keep the server busy. */
size_t chat_pending(const struct chat *chat);
size_t chat_room(const struct chat *chat);

/* The run went well: a batch file is published. */
bool chat_finish(struct chat *chat, struct error *error) MUST_CHECK;

/* Before the run ends early: waits for what is under way and keeps it, asks nothing more. Errors as chat_next(). */
bool chat_settle(struct chat *chat, struct error *error) MUST_CHECK;

/* Whether the answer is in the cache already: for --dry-run. */
bool chat_is_cached(struct chat *chat, const struct chat_question *question, bool *is_cached,
                    struct error *error) MUST_CHECK;

/* About how many tokens the messages have, with what a service adds to each. */
int64_t chat_estimate_tokens(const struct chat_message *messages, size_t count);

/* Makes what was answered so far safe from a power cut. */
bool chat_commit(struct chat *chat, struct error *error) MUST_CHECK;

const struct chat_counters *chat_counters(const struct chat *chat);
/* Appends `"requests":...,"cached":...,"cost":...`: members for a tool's object in --summary. */
void chat_append_summary(const struct chat *chat, struct buffer *json);

void chat_close(struct chat *chat);

#endif
