/* chat.c - from question to kept answer: cache, equal questions, budget. */
#include "model/chat.h"

#include <stdio.h>

#include "base/digest.h"
#include "base/memory.h"
#include "model/chat_batch.h"
#include "model/chat_dialect.h"
#include "model/chat_transport.h"
#include "store/cache.h"
#include "text/tokens.h"
#include "json/schema.h"
#include "json/write.h"

const char *const chat_provider_names[] = { "openai", "ollama", "anthropic", "bedrock", "command", NULL };

/* What a service adds to each message, about. */
enum { TOKENS_PER_MESSAGE = 4 };

/* A question and who asked it. The messages are kept until it is sent. */
struct entry {
    struct entry *next, *previous; /* in the list of its state */
    struct chat_carried carried;
    struct cache_key key;
    struct arena arena; /* messages, reason */
    struct chat_question question;
    void **tags; /* tag_count of them, delivered of which have their answer */
    size_t tag_count, tag_capacity, delivered;
    int64_t input_estimate, reserved;
    bool was_cached;
    struct buffer stored; /* the answer as it is cached; empty: it failed */
    enum code code;
    const char *reason;
};

struct list {
    struct entry *first, *last;
};

struct chat {
    struct chat_settings settings;
    const struct chat_transport *transport;
    void *carrier;
    struct cache *cache; /* NULL: none */
    struct list waiting, asked, ready;
    size_t under_way, pending;
    int64_t reserved; /* of the budget, by what is under way */
    struct chat_counters counters;
    struct chat_batch_results results;
    struct buffer canonical; /* scratch */
};

static void list_add(struct list *list, struct entry *entry)
{
    entry->next = NULL;
    entry->previous = list->last;
    if (list->last)
        list->last->next = entry;
    else
        list->first = entry;
    list->last = entry;
}

static void list_remove(struct list *list, struct entry *entry)
{
    if (entry->previous)
        entry->previous->next = entry->next;
    else
        list->first = entry->next;
    if (entry->next)
        entry->next->previous = entry->previous;
    else
        list->last = entry->previous;
}

static void entry_free(struct entry *entry)
{
    buffer_release(&entry->carried.request);
    buffer_release(&entry->stored);
    arena_release(&entry->arena);
    memory_free(entry->tags);
    memory_free(entry);
}

static void list_free(struct list *list)
{
    while (list->first) {
        struct entry *entry = list->first;
        list->first = entry->next;
        entry_free(entry);
    }
}

void chat_close(struct chat *chat)
{
    if (!chat)
        return;
    if (chat->carrier)
        chat->transport->close(chat->carrier);
    list_free(&chat->waiting);
    list_free(&chat->asked);
    list_free(&chat->ready);
    cache_close(chat->cache);
    chat_batch_results_release(&chat->results);
    buffer_release(&chat->canonical);
    memory_free(chat);
}

static bool check_settings(const struct chat_settings *settings, struct error *error)
{
    const struct chat_parameters *parameters = &settings->parameters;
    if (settings->maximum_cost && !settings->price.is_known)
        return error_set(error, E_USAGE,
                         "--max-cost needs a price: --prices FILE, or --input-price and --output-price");
    if (settings->maximum_cost && !parameters->maximum_tokens)
        return error_set(error, E_USAGE, "--max-cost needs --max-tokens, so that the cost of an answer has a bound");
    if ((settings->batch_requests || settings->batch_result_count) && !settings->cache_folder)
        return error_set(error, E_USAGE, "batch files need a cache: the answers go there");
    return !parameters->schema.length || json_schema_check(parameters->schema, error);
}

struct chat *chat_open(const struct chat_settings *settings, struct error *error)
{
    if (!check_settings(settings, error) || !digest_load(error))
        return NULL;
    struct chat *chat = memory_allocate_zeroed(1, sizeof *chat);
    chat->settings = *settings;
    if (settings->batch_requests || settings->batch_result_count)
        chat->transport = &chat_transport_batch;
    else
        chat->transport = settings->provider == CHAT_COMMAND ? &chat_transport_program : &chat_transport_server;
    bool is_good = settings->is_dry_run || chat->transport->open(settings, &chat->carrier, error);
    if (is_good && settings->cache_folder) {
        struct cache_settings cache = { .folder = settings->cache_folder,
                                        .is_read_only = settings->is_dry_run,
                                        .maximum_age = settings->cache_days,
                                        .notice = settings->client.notice,
                                        .notice_context = settings->client.notice_context };
        chat->cache = cache_open(&cache, error);
        is_good = chat->cache != NULL;
    }
    for (size_t i = 0; is_good && !settings->is_dry_run && i < settings->batch_result_count; i++)
        is_good = chat_batch_read(settings->batch_results[i], chat->cache, &chat->results, error);
    if (is_good)
        return chat;
    chat_close(chat);
    return NULL;
}

int64_t chat_estimate_tokens(const struct chat_message *messages, size_t count)
{
    size_t tokens = 0;
    for (size_t i = 0; i < count; i++)
        tokens += TOKENS_PER_MESSAGE + tokenizer_count(&tokenizer_o200k_estimate, messages[i].text);
    return (int64_t)tokens;
}

/* What tells models without a name apart. */
static struct slice place_of(const struct chat_settings *settings)
{
    if (settings->model)
        return SLICE("");
    return slice_of_string(settings->provider == CHAT_COMMAND ? settings->command : settings->client.url);
}

static void make_key(struct chat *chat, const struct chat_question *question, struct cache_key *key)
{
    struct buffer *text = &chat->canonical;
    char sample[24];
    buffer_reset(text);
    chat_append_canonical(&chat->settings.parameters, question->messages, question->count, text);
    struct slice parts[] = { slice_of_string(chat_provider_names[chat->settings.provider]),
                             slice_of_string(chat->settings.model),
                             slice_of_string(chat->settings.scope),
                             place_of(&chat->settings),
                             buffer_slice(text),
                             slice_of(sample,
                                      (size_t)snprintf(sample, sizeof sample, "%lld", (long long)question->sample)) };
    cache_key_make(CACHE_CHAT, parts, sizeof parts / sizeof *parts, key);
}

bool chat_is_cached(struct chat *chat, const struct chat_question *question, bool *is_cached, struct error *error)
{
    struct cache_key key;
    struct slice value;
    struct arena arena = { 0 };
    *is_cached = false;
    if (!chat->cache)
        return true;
    make_key(chat, question, &key);
    bool is_good = cache_get(chat->cache, CACHE_CHAT, &key, &arena, &value, is_cached, error);
    arena_release(&arena);
    return is_good;
}

static struct entry *find_equal(const struct list *list, const struct cache_key *key)
{
    struct entry *entry = list->first;
    while (entry && memcmp(&entry->key, key, sizeof *key) != 0)
        entry = entry->next;
    return entry;
}

static void add_tag(struct chat *chat, struct entry *entry, void *tag)
{
    entry->tags = memory_grow(entry->tags, &entry->tag_capacity, entry->tag_count + 1, sizeof *entry->tags);
    entry->tags[entry->tag_count++] = tag;
    chat->pending++;
}

static void copy_question(struct entry *entry, const struct chat_question *question)
{
    struct chat_message *messages = arena_allocate(&entry->arena, question->count * sizeof *messages);
    for (size_t i = 0; i < question->count; i++)
        messages[i] =
            (struct chat_message){ question->messages[i].role, arena_copy(&entry->arena, question->messages[i].text) };
    entry->question = (struct chat_question){ messages, question->count, question->sample };
}

/* Whatever a service counts otherwise than we: a quarter more is set aside. */
static int64_t greatest_cost(const struct chat *chat, const struct entry *entry)
{
    return price_of(&chat->settings.price, entry->input_estimate + entry->input_estimate / 4,
                    chat->settings.parameters.maximum_tokens);
}

static bool fits_budget(const struct chat *chat, const struct entry *entry)
{
    const struct chat_settings *settings = &chat->settings;
    int64_t sum;
    if (settings->maximum_requests && chat->counters.asked >= settings->maximum_requests)
        return false;
    return !settings->maximum_cost ||
           (!__builtin_add_overflow(chat->counters.cost + chat->reserved, greatest_cost(chat, entry), &sum) &&
            sum <= settings->maximum_cost);
}

static void refuse_for_budget(struct chat *chat, struct entry *entry)
{
    const struct chat_settings *settings = &chat->settings;
    struct buffer text = { 0 };
    if (settings->maximum_requests && chat->counters.asked >= settings->maximum_requests) {
        buffer_append_format(&text, "--max-requests %lld are used up", (long long)settings->maximum_requests);
    } else {
        buffer_append_string(&text, "--max-cost ");
        price_append_money(settings->maximum_cost, &text);
        buffer_append_string(&text, " leaves no room: ");
        price_append_money(chat->counters.cost, &text);
        buffer_append_string(&text, " is spent, and this request may cost ");
        price_append_money(greatest_cost(chat, entry), &text);
    }
    entry->code = E_BUDGET;
    entry->reason = arena_copy_string(&entry->arena, buffer_slice(&text));
    buffer_release(&text);
    list_add(&chat->ready, entry);
}

/* Sends what waits, in its order, as far as the budget goes. */
static bool pump(struct chat *chat, struct error *error)
{
    while (chat->waiting.first) {
        struct entry *entry = chat->waiting.first;
        bool fits = fits_budget(chat, entry);
        if (!fits && chat->under_way)
            return true; /* what is under way may cost less than was set aside */
        list_remove(&chat->waiting, entry);
        if (!fits) {
            refuse_for_budget(chat, entry);
            continue;
        }
        entry->reserved = chat->settings.maximum_cost ? greatest_cost(chat, entry) : 0;
        char id[CHAT_BATCH_ID_BYTES];
        chat_batch_id(&entry->key, id);
        entry->carried.id = arena_copy_string(&entry->arena, slice_of_string(id));
        entry->carried.entry = entry;
        entry->carried.tokens = entry->input_estimate + chat->settings.parameters.maximum_tokens;
        list_add(&chat->asked, entry);
        chat->reserved += entry->reserved;
        chat->counters.asked++;
        chat->under_way++;
        if (!chat->transport->send(chat->carrier, &entry->question, &entry->carried, error))
            return false;
    }
    return true;
}

static bool recall(struct chat *chat, struct entry *entry, bool *is_found, struct error *error)
{
    struct slice value;
    *is_found = false;
    if (!chat->cache)
        return true;
    if (!cache_get(chat->cache, CACHE_CHAT, &entry->key, &entry->arena, &value, is_found, error))
        return false;
    if (*is_found)
        buffer_append_slice(&entry->stored, value);
    return true;
}

bool chat_submit(struct chat *chat, const struct chat_question *question, void *tag, struct error *error)
{
    struct cache_key key;
    bool is_found = false;
    make_key(chat, question, &key);
    chat->counters.questions++;
    struct entry *equal = find_equal(&chat->asked, &key);
    if (!equal)
        equal = find_equal(&chat->waiting, &key);
    if (equal) {
        add_tag(chat, equal, tag);
        return true;
    }
    struct entry *entry = memory_allocate_zeroed(1, sizeof *entry);
    entry->key = key;
    add_tag(chat, entry, tag);
    if (!recall(chat, entry, &is_found, error)) {
        chat->pending--;
        entry_free(entry);
        return false;
    }
    if (is_found) {
        entry->was_cached = true;
        list_add(&chat->ready, entry);
        return true;
    }
    copy_question(entry, question);
    entry->input_estimate = chat_estimate_tokens(question->messages, question->count);
    list_add(&chat->waiting, entry);
    return pump(chat, error);
}

/* What the answer cost, by the service's count of tokens where it told one. */
static int64_t cost_of(const struct chat *chat, const struct chat_answer *answer, int64_t input_estimate)
{
    int64_t input = answer->input_tokens >= 0 ? answer->input_tokens : input_estimate;
    int64_t output = answer->output_tokens >= 0 ? answer->output_tokens
                                                : (int64_t)tokenizer_count(&tokenizer_o200k_estimate, answer->text);
    return price_of(&chat->settings.price, input, output);
}

/* An answer came: it is written down before it counts. */
static bool keep(struct chat *chat, struct entry *entry, const struct chat_answer *answer, struct error *error)
{
    struct chat_counters *counters = &chat->counters;
    int64_t cost = cost_of(chat, answer, entry->input_estimate);
    list_remove(&chat->asked, entry);
    list_add(&chat->ready, entry);
    chat->under_way--;
    chat->reserved -= entry->reserved;
    if (answer->status == CHAT_FAILED) {
        const struct map_entry *failed = map_find(&chat->results.failed, slice_of_string(entry->carried.id));
        bool is_explained = failed && answer->code == E_ANSWER_MISSING;
        entry->code = answer->code;
        entry->reason =
            arena_copy_string(&entry->arena, slice_of_string(is_explained ? chat->results.messages.bytes + failed->value
                                                                          : answer->reason));
        return true;
    }
    counters->input_tokens += answer->input_tokens > 0 ? answer->input_tokens : 0;
    counters->output_tokens += answer->output_tokens > 0 ? answer->output_tokens : 0;
    if (__builtin_add_overflow(counters->cost, cost, &counters->cost))
        counters->cost = INT64_MAX;
    chat_append_answer(answer, &entry->stored);
    struct cache_entry kept = { CACHE_CHAT, &entry->key, buffer_slice(&entry->stored) };
    return !chat->cache || cache_put(chat->cache, &kept, 1, error);
}

/* Models that are asked for JSON like to fence it: ```json ... ```. */
static struct slice without_fence(struct slice text)
{
    text = slice_trim(text);
    if (!slice_starts_with(text, SLICE("```")) || !slice_ends_with(text, SLICE("```")) || text.length < 6)
        return text;
    text = slice_between(text, 3, text.length - 3);
    size_t line = slice_find_byte(text, '\n');
    return slice_trim(slice_from(text, line < text.length ? line : 0));
}

static void reject(struct chat_answer *answer, enum code code, const char *reason)
{
    answer->status = CHAT_UNUSABLE;
    answer->code = code;
    answer->reason = reason;
}

/* A complete answer that has no text, or not the form that was asked for, is none. */
static void check_answer(const struct chat *chat, struct arena *arena, struct chat_answer *answer)
{
    struct slice schema = chat->settings.parameters.schema;
    struct json_value value;
    struct error error;
    if (answer->status != CHAT_COMPLETE)
        return;
    if (!slice_trim(answer->text).length) {
        reject(answer, E_ANSWER_UNUSABLE, "the answer is empty");
        return;
    }
    if (!schema.length)
        return;
    answer->text = without_fence(answer->text);
    if (!json_scan(answer->text, &value, &error))
        reject(answer, E_ANSWER_SCHEMA, arena_format(arena, "the answer is not JSON: %s", error.message));
    else if (!json_schema_fits(schema, value, &error))
        reject(answer, error.code, arena_copy_string(arena, slice_of_string(error.message)));
}

/* The next one of those who asked for it gets the answer. */
static bool deliver(struct chat *chat, struct arena *arena, struct chat_answer *answer, struct error *error)
{
    struct entry *entry = chat->ready.first;
    bool is_first = entry->delivered == 0, is_good = true;
    *answer = (struct chat_answer){ .status = CHAT_FAILED, .input_tokens = -1, .output_tokens = -1 };
    if (entry->stored.length) {
        is_good = chat_read_answer(arena_copy(arena, buffer_slice(&entry->stored)), arena, answer, error);
        answer->is_cached = entry->was_cached || !is_first;
        chat->counters.cached += answer->is_cached;
        if (answer->is_cached)
            chat->counters.cost_cached += cost_of(chat, answer, entry->input_estimate);
        check_answer(chat, arena, answer);
    } else {
        answer->code = entry->code;
        answer->reason = arena_copy_string(arena, slice_of_string(entry->reason));
    }
    answer->tag = entry->tags[entry->delivered++];
    chat->pending--;
    chat->counters.statuses[answer->status]++;
    if (entry->delivered == entry->tag_count) {
        list_remove(&chat->ready, entry);
        entry_free(entry);
    }
    return is_good;
}

bool chat_next(struct chat *chat, double seconds, struct arena *arena, struct chat_answer *answer, bool *has_answer,
               struct error *error)
{
    *has_answer = false;
    for (;;) {
        struct chat_carried *carried = NULL;
        struct chat_answer raw;
        if (chat->ready.first) {
            *has_answer = true;
            return deliver(chat, arena, answer, error);
        }
        if (!pump(chat, error))
            return false;
        if (chat->ready.first)
            continue;
        if (!chat->under_way)
            return true;
        if (!chat->transport->receive(chat->carrier, seconds, arena, &carried, &raw, error))
            return false;
        if (!carried)
            return true;
        if (!keep(chat, carried->entry, &raw, error))
            return false;
    }
}

bool chat_finish(struct chat *chat, struct error *error)
{
    return !chat->carrier || !chat->transport->finish || chat->transport->finish(chat->carrier, error);
}

bool chat_settle(struct chat *chat, struct error *error)
{
    struct arena arena = { 0 };
    bool is_good = true;
    while (is_good && chat->under_way) {
        struct chat_carried *carried = NULL;
        struct chat_answer raw;
        is_good = chat->transport->receive(chat->carrier, -1, &arena, &carried, &raw, error) &&
                  (!carried || keep(chat, carried->entry, &raw, error));
    }
    arena_release(&arena);
    return is_good && chat_commit(chat, error);
}

bool chat_ask(struct chat *chat, const struct chat_question *question, struct arena *arena, struct chat_answer *answer,
              struct error *error)
{
    bool has_answer = false;
    if (!chat_submit(chat, question, NULL, error) || !chat_next(chat, -1, arena, answer, &has_answer, error))
        return false;
    return has_answer || error_set(error, E_INTERNAL, "a question has no answer");
}

size_t chat_pending(const struct chat *chat)
{
    return chat->pending;
}

size_t chat_room(const struct chat *chat)
{
    return chat->transport->room(chat->carrier);
}

bool chat_commit(struct chat *chat, struct error *error)
{
    return !chat->cache || cache_commit(chat->cache, error);
}

const struct chat_counters *chat_counters(const struct chat *chat)
{
    return &chat->counters;
}

static void append_money(struct buffer *json, struct slice key, int64_t pico)
{
    json_append_key(json, key);
    price_append_money(pico, json);
}

void chat_append_summary(const struct chat *chat, struct buffer *json)
{
    const struct chat_counters *counters = &chat->counters;
    buffer_append_format(json, "\"questions\":%lld", (long long)counters->questions);
    json_append_key(json, SLICE("cached"));
    json_append_integer(json, counters->cached);
    json_append_key(json, SLICE("asked"));
    json_append_integer(json, counters->asked);
    if (chat->settings.price.is_known) {
        append_money(json, SLICE("cost"), counters->cost);
        append_money(json, SLICE("cost_cached"), counters->cost_cached);
    }
    if (!chat->carrier)
        return;
    buffer_append_byte(json, ',');
    chat->transport->append_summary(chat->carrier, json);
}
