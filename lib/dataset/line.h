/* line.h - a line of a training file becomes an object, or a fault that says what it is instead. */
#ifndef DATASET_LINE_H
#define DATASET_LINE_H

#include "dataset/fault.h"

/* Scans the line (strict JSON) and sets faults->root. false, with a fault: broken JSON (E_JSON_SYNTAX, E_JSON_UTF8,
 * E_JSON_DEPTH), two objects (E_JSON_TRAILING), a value that is no object (E_RECORD_TYPE). A string that holds an
 * object is E_DOUBLE_ENCODED and true: the object inside is checked, too. Faults of a line have no pointer. */
bool dataset_line_object(struct slice line, struct arena *arena, struct json_object *object,
                         struct dataset_faults *faults) MUST_CHECK;

/* Length of the JSON object or array that text begins with, looking at strings and nesting only; 0: it does not end. */
size_t dataset_value_length(struct slice text);

#endif
