/* fault.h - what is wrong with a row: all of it, not the first only. */
#ifndef DATASET_FAULT_H
#define DATASET_FAULT_H

#include "base/arena.h"
#include "base/codes.h"
#include "json/json.h"

enum { DATASET_FAULTS_MAXIMUM = 1000 }; /* of one row; more are counted only */

struct dataset_fault {
    enum code code; /* E_...: refused. W_...: accepted with a remark */
    bool is_warning;
    struct json_value place; /* JSON_MISSING: the row */
    const char *key;         /* a member of it that is not there; NULL: place itself */
    const char *message;     /* what is wrong: "role is 'User'" */
    const char *expected;    /* "one of system, user, assistant"; NULL: the message says it */
    const char *hint;        /* what to do; NULL: nothing */
};

struct dataset_faults {
    struct arena *arena;    /* of all texts */
    struct json_value root; /* pointers are told from here: values are spans of its text */
    struct dataset_fault *faults;
    size_t count, capacity;
    size_t beyond;   /* not kept */
    size_t refusals; /* how many of all are no warnings */
};

/* place: a value inside root's text, JSON_MISSING: the root itself; key (may be NULL): a member of it that is not
 * there.
 */
void dataset_fault_add(struct dataset_faults *faults, enum code code, struct json_value place, const char *key,
                       const char *expected, const char *hint, const char *format, ...)
    __attribute__((format(printf, 7, 8)));

/* How much of a text a message shows, in bytes: for "%.*s". */
int dataset_fault_shown(struct slice text);

/* "one of system, user, assistant"; "'POST'" when there is one alone. NULL-terminated. Arena. */
const char *dataset_fault_values(struct arena *arena, const char *const *values);

/* JSON Pointer: "/messages/1/role"; "" the row. Made when asked for, since it costs a walk over the row. Arena. A place
 * outside root's text (inside a string that holds JSON) is the row. */
const char *dataset_fault_pointer(const struct dataset_faults *faults, const struct dataset_fault *fault);

#endif
