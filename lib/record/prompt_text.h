/* prompt_text.h - what a training row asks, without its answers: two rows with the same question are not independent.
 *
 * Of the form that the record has: the turns of users in messages, conversations, contents, dialog or input.messages; a
 * prompt; an instruction with its input; a question; what chosen and rejected begin with alike; else the text. System
 * texts are no question, as all rows share them. Thread safe. */
#ifndef RECORD_PROMPT_TEXT_H
#define RECORD_PROMPT_TEXT_H

#include "json/json.h"

/* Appends the texts, decoded, each ended by a newline. Nothing: the record has none of the forms. Errors:
 * E_JSON_SURROGATE. */
bool prompt_text_append(const struct json_object *object, struct arena *arena, struct buffer *output,
                        struct error *error) MUST_CHECK;

#endif
