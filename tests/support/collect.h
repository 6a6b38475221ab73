/* collect.h - decodes bytes in a test and keeps what comes out: records a line each, rejects as "CODE message". */
#ifndef TESTS_COLLECT_H
#define TESTS_COLLECT_H

#include "document/document.h"

struct collected {
    struct buffer records;
    struct buffer rejects;
    struct error error; /* of the file */
    bool is_done;
    int64_t limit; /* refuse more than so many records; 0: none */
    int64_t count;
};

/* format: NULL to sniff. piece: bytes a read gives, 0 for everything at once. Release with collected_release(). */
void collect(struct collected *collected, const char *format, const char *name, struct slice bytes, size_t piece,
             const struct document_options *options);
void collected_release(struct collected *collected);

#endif
