/* stats.h - figures of many records: how many, how long, in which languages, how alike, of which fields and forms.
 *
 * A worker adds records to its own struct stats; stats_merge() adds them up, and the result does not depend on who
 * added what. Memory is bounded: numbers go to histograms (histogram.h), values to tallies (tally.h), and of field
 * paths the shallowest STATS_FIELDS are kept. Some 12 MB when everything is full. Not thread safe. */
#ifndef CURATE_STATS_H
#define CURATE_STATS_H

#include "curate/fingerprint.h"
#include "curate/histogram.h"
#include "curate/language.h"
#include "curate/stats_fields.h"
#include "text/tokens.h"

enum {
    STATS_NAMES = 4096,        /* languages, sources, roles, rules that are counted apart */
    STATS_FINGERPRINTS = 65536 /* beyond it duplicates are estimated */
};

/* What a record is, by the fields it has. */
enum stats_form {
    STATS_DOCUMENT,    /* text */
    STATS_CHAT,        /* messages, or conversations */
    STATS_PREFERENCE,  /* chosen and rejected */
    STATS_PROMPT,      /* prompt and completion */
    STATS_INSTRUCTION, /* instruction and output */
    STATS_QUESTION,    /* question and answer */
    STATS_OTHER,
    STATS_FORMS
};
extern const char *const stats_form_names[STATS_FORMS];

/* Who says a message, by the names that services have for it. */
enum stats_role { STATS_SYSTEM, STATS_USER, STATS_ASSISTANT, STATS_TOOL, STATS_OTHER_ROLE, STATS_ROLES };
extern const char *const stats_role_names[STATS_ROLES];

/* What the name of a record's file says: "valid" and "dev" are of validation, "test" is test, all others train. */
enum stats_split { STATS_TRAIN, STATS_VALIDATION, STATS_TEST, STATS_SPLITS };

/* Shared by all workers, constant once made. */
struct stats_settings {
    struct text_fields texts;
    struct tokenizer tokenizer;
    struct language_identifier *identifier;
    struct fingerprint exact, folded;
};

struct stats {
    uint64_t records, bytes, tombstones;
    uint64_t without_text;
    uint64_t forms[STATS_FORMS];
    uint64_t split_records[STATS_SPLITS], split_bytes[STATS_SPLITS];
    struct histogram characters, words, tokens; /* of the texts of a record, together */
    struct tally languages, sources;
    struct tally exact, folded; /* fingerprints */
    struct tally rules;         /* of records that are rows of --dropped or --rejects: "filter language" */
    struct stats_fields fields;

    struct histogram turns; /* messages of a chat */
    struct tally roles;
    struct histogram role_characters[STATS_ROLES]; /* of a message */
    uint64_t chats_with_system;

    struct histogram chosen, rejected; /* characters */
    uint64_t chosen_longer, rejected_longer, equally_long;
};

void stats_init(struct stats *stats);
void stats_release(struct stats *stats);

/* The record may be a row of --dropped or --rejects: then its rule is counted, and the figures are those of the record
 * in it, when it can be read. memory: of tokenizer_memory(). scratch: of the caller, reused. Errors, placed, and then
 * nothing is counted: no JSON object; E_JSON_SURROGATE in a text. */
bool stats_add(struct stats *stats, const struct stats_settings *settings, void *memory, struct batch *batch,
               struct record *record, struct buffer *scratch, struct error *error) MUST_CHECK;

/* Counts the rule of a row of --dropped or --rejects, and nothing else. false: it is no such row. */
bool stats_add_rule(struct stats *stats, const struct json_object *row, struct arena *arena);

void stats_merge(struct stats *stats, const struct stats *other);

/* Of one record's chat and answers; called by stats_add(). */
void stats_add_rows(struct stats *stats, const struct json_object *object, struct arena *arena);

#endif
