/* ingest_options.h - the options of ingest, and as the library takes them. */
#ifndef CMD_INGEST_OPTIONS_H
#define CMD_INGEST_OPTIONS_H

#include "cli/option.h"
#include "document/file.h"

struct ingest_options {
    struct option_list paths;
    unsigned as;
    const char *name, *root_name;
    struct option_list include, exclude;
    bool gitignore, hidden, follow_links;
    struct option_list text_fields, metadata_fields;
    const char *id_field, *charset, *delimiter;
    bool header;
    bool keep_navigation, images;
    bool modified, digest, sidecars;
    bool watch, follow;
    double watch_poll, rescan, idle_exit;
    int64_t max_document_bytes, max_entries, max_expansion, max_nesting;
    int64_t max_decoder_seconds, max_decoder_memory;
    const char *ledger, *max_deletes, *journal;
    bool prune;
    double wait;
};

extern const struct option ingest_option_table[];

/* Options as the library takes them. It points into itself: it stays where it was made. */
struct ingest_settings {
    struct glob_list include, exclude;
    struct file_settings file;
    struct walk_settings walk;
};

/* Errors: E_USAGE. Released by ingest_settings_release() either way. */
bool ingest_settings_make(const struct ingest_options *options, struct ingest_settings *settings,
                          struct error *error) MUST_CHECK;
void ingest_settings_release(struct ingest_settings *settings);

/* What, beside a file's bytes, decides on its documents: all options but those that only choose files, and the
 * version of the code. */
struct hash128 ingest_recipe(const struct ingest_options *options);

/* How much of its journal a ledger keeps; negative: all. Errors: E_USAGE. */
bool ingest_journal_parse(const char *text, int64_t *events, double *seconds, struct error *error) MUST_CHECK;

#endif
