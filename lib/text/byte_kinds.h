/* byte_kinds.h - where a text has ASCII letters and digits, and where it leaves ASCII: a bit a byte, 64 bytes at a
 * time.
 *
 * For loops over the words of a text that want to see only where runs begin and end. Thread safe. */
#ifndef TEXT_BYTE_KINDS_H
#define TEXT_BYTE_KINDS_H

#include <stdint.h>

#include "base/slice.h"

enum { BYTE_KINDS_BLOCK = 64 };

/* Bit i is byte i of the block. */
struct byte_kinds {
    uint64_t alphanumeric; /* A-Z a-z 0-9 */
    uint64_t beyond;       /* 0x80 and above */
};

/* Fills kinds for as many blocks as text has, the last one with zeros behind its end; returns how many. kinds: room for
 * text.length / 64 + 1. SIMD where the CPU has it. */
size_t byte_kinds_fill(struct slice text, struct byte_kinds *kinds);

/* The reference that every kernel equals. */
size_t byte_kinds_fill_scalar(struct slice text, struct byte_kinds *kinds);

#endif
