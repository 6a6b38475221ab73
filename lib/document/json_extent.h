/* json_extent.h - private to the module: where a JSON value ends, found in pieces.
 *
 * Only strings and nesting are looked at; whether the value is JSON is json_scan's to say. */
#ifndef DOCUMENT_JSON_EXTENT_H
#define DOCUMENT_JSON_EXTENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

/* Zeroed: before the value's first byte, which stands at offset `at`. */
struct json_extent {
    size_t at; /* looked at up to here; behind the value when it was found */
    size_t depth;
    bool has_begun;
    bool in_string;
    bool is_escaped; /* the next byte belongs to a backslash */
    bool is_scalar;
};

/* Goes on at extent->at. false: bytes end before the value does. The end of the input ends a number or literal: the
 * caller knows. */
bool json_extent_find(struct json_extent *extent, struct slice bytes);

/* The inner loops and their scalar twins: the first quote or backslash; the first quote, bracket or brace; or the
 * length. */
size_t json_find_string_end(const char *bytes, size_t length);
size_t json_find_string_end_scalar(const char *bytes, size_t length);
size_t json_find_structure(const char *bytes, size_t length);
size_t json_find_structure_scalar(const char *bytes, size_t length);

#endif
