/* look.h - what the tools that look at a file or folder (info, verify) share. */
#ifndef CMD_LOOK_H
#define CMD_LOOK_H

#include "cli/option.h"

enum look_format { LOOK_TABLE, LOOK_JSON };
extern const char *const look_formats[];

/* The row --format for a struct `type` with a member `unsigned format`. */
#define LOOK_FORMAT_ROW(type)                                                                                          \
    {                                                                                                                  \
        .name = "format", OPTION_FIELD(type, format), .argument = "FORMAT", .choices = look_formats,                   \
        .initial = "table", .help = "how the result is shown"                                                          \
    }

enum look_kind {
    LOOK_MISSING, /* errno says why */
    LOOK_STREAM,  /* "-", a pipe or another thing that can be read once: nothing was read of it */
    LOOK_FOLDER,
    LOOK_SEGMENT,  /* one file of an index */
    LOOK_DATABASE, /* SQLite */
    LOOK_FILE      /* any other */
};

/* What stands at path, by its first bytes. */
struct look {
    enum look_kind kind;
    int64_t bytes;           /* of a file */
    const char *compression; /* NULL: none */
};
struct look look_at(const char *path);

#endif
