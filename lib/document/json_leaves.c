/* json_leaves.c - JSON values as text that reads: "path: value" lines. */
#include "document/json_extent.h"
#include "document/json_row.h"

/* One array or object around the value at hand. */
struct frame {
    size_t path_length; /* of its own path */
    size_t index;       /* of the element, in an array */
    bool is_array;
    bool wants_key;
    bool is_on_line; /* the last thing written is a scalar of this array */
};

/* A walk over checked text, token by token: linear, whatever the depth. */
struct walk {
    struct buffer *output;
    struct buffer path;
    struct arena *arena;
    struct frame frames[JSON_DEPTH_MAXIMUM + 2];
    size_t depth;
};

/* Half a surrogate pair cannot be text: the escape stays as it is written. */
static struct slice string_text(struct walk *walk, struct slice token)
{
    struct json_value value = { token, JSON_STRING, slice_find_byte(token, '\\') < token.length };
    struct slice text;
    struct error ignored;
    if (json_decode(value, walk->arena, &text, &ignored))
        return text;
    return slice_between(token, 1, token.length - 1);
}

static void append_scalar(struct walk *walk, struct slice text)
{
    struct buffer *output = walk->output;
    struct frame *frame = &walk->frames[walk->depth];
    if (text.length == 0)
        return;
    if (frame->is_array && frame->is_on_line) {
        buffer_append_string(output, ", ");
    } else {
        if (output->length)
            buffer_append_byte(output, '\n');
        if (walk->path.length) {
            buffer_append_slice(output, buffer_slice(&walk->path));
            buffer_append_string(output, ": ");
        }
    }
    buffer_append_slice(output, text);
    frame->is_on_line = true;
}

static void open_container(struct walk *walk, bool is_array)
{
    struct frame *outer = &walk->frames[walk->depth];
    if (outer->is_array)
        buffer_append_format(&walk->path, "[%zu]", outer->index);
    outer->is_on_line = false;
    walk->frames[++walk->depth] = (struct frame){ walk->path.length, 0, is_array, !is_array, false };
}

static void close_container(struct walk *walk)
{
    struct frame *outer = &walk->frames[--walk->depth];
    walk->path.length = outer->path_length;
}

static void take_string(struct walk *walk, struct slice token)
{
    struct frame *frame = &walk->frames[walk->depth];
    struct slice text = string_text(walk, token);
    if (frame->is_array || !frame->wants_key) {
        append_scalar(walk, text);
        return;
    }
    frame->wants_key = false;
    walk->path.length = frame->path_length;
    if (frame->path_length)
        buffer_append_byte(&walk->path, '.');
    buffer_append_slice(&walk->path, text);
}

static size_t token_length(struct slice rest)
{
    size_t length = 1;
    if (rest.bytes[0] == '"') {
        for (;;) {
            length += json_find_string_end(rest.bytes + length, rest.length - length);
            if (rest.bytes[length] == '"')
                return length + 1;
            length += 2;
        }
    }
    while (length < rest.length && rest.bytes[length] != ',' && rest.bytes[length] != ']' &&
           rest.bytes[length] != '}' && rest.bytes[length] > ' ')
        length++;
    return length;
}

static void take_token(struct walk *walk, struct slice token)
{
    struct frame *frame = &walk->frames[walk->depth];
    char c = token.bytes[0];
    if (c == '"') {
        take_string(walk, token);
    } else if (c == '{' || c == '[') {
        open_container(walk, c == '[');
    } else if (c == '}' || c == ']') {
        close_container(walk);
    } else if (c == ',') {
        frame->index++;
        frame->wants_key = !frame->is_array;
    } else if (c != ':' && c > ' ' && !slice_equal(token, SLICE("null"))) {
        append_scalar(walk, token);
    }
}

bool json_append_leaves(struct buffer *output, struct json_value value, struct arena *arena, size_t maximum)
{
    struct walk walk; /* 20 KB of frames: only the first one is set */
    walk.output = output;
    walk.path = (struct buffer){ 0 };
    walk.arena = arena;
    walk.frames[0] = (struct frame){ 0 };
    walk.depth = 0;
    struct slice rest = value.text;
    while (rest.length && output->length <= maximum) {
        char c = rest.bytes[0];
        bool is_single = c == '{' || c == '}' || c == '[' || c == ']' || c == ',' || c == ':' || c <= ' ';
        size_t length = is_single ? 1 : token_length(rest);
        take_token(&walk, slice_between(rest, 0, length));
        rest = slice_from(rest, length);
    }
    buffer_release(&walk.path);
    return output->length <= maximum;
}

void json_append_one_line(struct buffer *output, struct slice json)
{
    if (slice_find_byte(json, '\n') == json.length && slice_find_byte(json, '\r') == json.length) {
        buffer_append_slice(output, json);
        return;
    }
    char *to = buffer_reserve(output, json.length);
    bool in_string = false;
    size_t length = 0;
    for (size_t i = 0; i < json.length; i++) {
        char c = json.bytes[i];
        if (!in_string && (c == ' ' || (c >= '\t' && c <= '\r')))
            continue;
        to[length++] = c;
        if (in_string && c == '\\' && i + 1 < json.length)
            to[length++] = json.bytes[++i];
        else if (c == '"')
            in_string = !in_string;
    }
    output->length += length;
    buffer_append(output, "", 0);
}
