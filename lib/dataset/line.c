/* line.c - a line of a training file becomes an object. */
#include "dataset/line.h"

#include <inttypes.h>

size_t dataset_value_length(struct slice text)
{
    size_t depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.bytes[i];
        if (in_string) {
            if (byte == '\\')
                i++;
            in_string = byte != '"';
        } else if (byte == '"') {
            in_string = true;
        } else if (byte == '{' || byte == '[') {
            depth++;
        } else if ((byte == '}' || byte == ']') && depth > 0 && --depth == 0) {
            return i + 1;
        }
    }
    return 0;
}

static bool fault(struct dataset_faults *faults, enum code code, const char *expected, const char *hint,
                  const char *message)
{
    dataset_fault_add(faults, code, (struct json_value){ 0 }, NULL, expected, hint, "%s", message);
    return false;
}

/* A line that is no JSON: an object with something behind it, or broken. */
static bool explain(struct slice line, const struct error *error, struct arena *arena, struct dataset_faults *faults)
{
    struct slice text = slice_trim(line);
    size_t length = error->code == E_JSON_SYNTAX && slice_byte(text, 0) == '{' ? dataset_value_length(text) : 0;
    struct slice rest = slice_trim(slice_from(text, length));
    struct json_value value;
    struct error inner;
    if (length > 0 && rest.length > 0 && (*rest.bytes == '{' || *rest.bytes == '[' || *rest.bytes == ',') &&
        json_scan(slice_between(text, 0, length), &value, &inner))
        return fault(faults, E_JSON_TRAILING, "one object on a line",
                     *rest.bytes == ',' ? "remove the comma" : "put a newline between them",
                     arena_format(arena, "column %zu: something stands behind the object",
                                  (size_t)(rest.bytes - line.bytes) + 1));
    return fault(faults, error->code, NULL, NULL,
                 arena_format(arena, "column %" PRId64 ": %s", error->column, error->message));
}

bool dataset_line_object(struct slice line, struct arena *arena, struct json_object *object,
                         struct dataset_faults *faults)
{
    struct error error;
    struct json_value value;
    struct slice text;
    faults->root = (struct json_value){ .text = line };
    if (json_scan_object(line, arena, object, &error)) {
        faults->root = (struct json_value){ .text = object->text, .type = JSON_OBJECT };
        return true;
    }
    if (error.code != E_RECORD_TYPE)
        return explain(line, &error, arena, faults);
    struct error ignored;
    if (json_scan(line, &value, &ignored) && value.type == JSON_STRING && json_decode(value, arena, &text, &ignored) &&
        json_scan_object(text, arena, object, &ignored)) {
        faults->root = (struct json_value){ .text = object->text, .type = JSON_OBJECT };
        fault(faults, E_DOUBLE_ENCODED, "an object", "'garner validate --fix' decodes it once",
              "the line is a string that holds the object");
        return true;
    }
    return fault(faults, E_RECORD_TYPE, NULL, NULL, error.message);
}
