/* service_rows.h - the option rows that say the same of every model service: embeddings, chat. */
#ifndef CMD_SERVICE_ROWS_H
#define CMD_SERVICE_ROWS_H

#include "cli/option.h"

/* For a struct `type` with a member `model` that has these fields by these names. */
#define SERVICE_FIELD(type, field) OPTION_FIELD(type, model.field)

#define SERVICE_KEY_ROWS(type)                                                                                         \
    { .name = "api-key-env",                                                                                           \
      SERVICE_FIELD(type, api_key_env),                                                                                \
      .argument = "NAME",                                                                                              \
      .help = "environment variable that holds the key",                                                               \
      .details = "No other variable is looked at, but for bedrock AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and "       \
                 "AWS_SESSION_TOKEN." },                                                                               \
        { .name = "api-key-file",                                                                                      \
          SERVICE_FIELD(type, api_key_file),                                                                           \
          .meaning = MEANING_FILE,                                                                                     \
          .argument = "FILE",                                                                                          \
          .help = "file that holds the key" },                                                                         \
    {                                                                                                                  \
        .name = "allow-plain-http", SERVICE_FIELD(type, allow_plain_http),                                             \
        .help = "let a key travel unencrypted to another host"                                                         \
    }

#define SERVICE_TIMEOUT_ROW(type)                                                                                      \
    {                                                                                                                  \
        .name = "timeout", SERVICE_FIELD(type, timeout), .meaning = MEANING_SECONDS, .argument = "SECONDS",            \
        .initial = "300", .minimum = 0.1, .maximum = 86400, .help = "how long one request may take"                    \
    }

#define SERVICE_CACHE_ROWS(type)                                                                                       \
    { .name = "cache-scope",                                                                                           \
      SERVICE_FIELD(type, cache_scope),                                                                                \
      .argument = "NAME",                                                                                              \
      .help = "keeps apart what one model name stands for: a revision, a server" },                                    \
    {                                                                                                                  \
        .name = "cache-max-age", SERVICE_FIELD(type, cache_max_age), .argument = "DAYS", .minimum = 0, .maximum = 1e6, \
        .help = "remove logs of the cache that are older; 0: never"                                                    \
    }

#endif
