/* glob.c - patterns over paths, as gitignore(5) has them.
 *
 * A pattern is cut into components once. A star moves on inside one component and `**` over whole components; since
 * what follows a star can only start later when the star takes more, going back to the last one is enough: two nested
 * loops, no recursion and no exponential case. */
#include "document/glob.h"

#include "base/utf8.h"

enum part_kind { PART_LITERAL, PART_SUFFIX, PART_ANY, PART_GENERAL, PART_ANY_DEPTH };

struct glob_part {
    enum part_kind kind;
    struct slice text; /* LITERAL and SUFFIX: plain characters; GENERAL: as written */
};

/* The next character and its length; a byte that is no UTF-8 is a character of its own, unlike any other. */
static size_t next_character(struct slice text, size_t position, bool is_bytewise, uint32_t *character)
{
    unsigned char byte = (unsigned char)text.bytes[position];
    *character = byte;
    if (byte < 0x80 || is_bytewise)
        return 1;
    size_t length = utf8_decode(slice_from(text, position), character);
    if (length > 0)
        return length;
    *character = 0x110000u + byte;
    return 1;
}

struct named_class {
    struct slice name;
    bool (*contains)(uint32_t character);
};

static bool is_upper(uint32_t c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(uint32_t c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_alpha(uint32_t c)
{
    return is_upper(c) || is_lower(c);
}

static bool is_alnum(uint32_t c)
{
    return is_alpha(c) || is_digit(c);
}

static bool is_blank(uint32_t c)
{
    return c == ' ' || c == '\t';
}

static bool is_control(uint32_t c)
{
    return c < 0x20 || c == 0x7f;
}

static bool is_graphic(uint32_t c)
{
    return c > 0x20 && c < 0x7f;
}

static bool is_print(uint32_t c)
{
    return c >= 0x20 && c < 0x7f;
}

static bool is_punctuation(uint32_t c)
{
    return is_graphic(c) && !is_alnum(c);
}

static bool is_space(uint32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_hexadecimal(uint32_t c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static const struct named_class named_classes[] = {
    { SLICE_INIT("alnum"), is_alnum },   { SLICE_INIT("alpha"), is_alpha }, { SLICE_INIT("blank"), is_blank },
    { SLICE_INIT("cntrl"), is_control }, { SLICE_INIT("digit"), is_digit }, { SLICE_INIT("graph"), is_graphic },
    { SLICE_INIT("lower"), is_lower },   { SLICE_INIT("print"), is_print }, { SLICE_INIT("punct"), is_punctuation },
    { SLICE_INIT("space"), is_space },   { SLICE_INIT("upper"), is_upper }, { SLICE_INIT("xdigit"), is_hexadecimal },
};

/* A [:name:] at position; returns its length, 0 if there is none, SIZE_MAX for a name that does not exist. */
static size_t named_class_match(struct slice pattern, size_t position, uint32_t wanted, bool *is_member)
{
    struct slice rest = slice_from(pattern, position);
    if (!slice_starts_with(rest, SLICE("[:")))
        return 0;
    size_t close = slice_find_byte(slice_from(rest, 2), ']') + 2;
    if (close >= rest.length || close < 3 || rest.bytes[close - 1] != ':')
        return 0;
    struct slice name = slice_between(rest, 2, close - 1);
    for (size_t i = 0; i < sizeof named_classes / sizeof *named_classes; i++) {
        if (slice_equal(name, named_classes[i].name)) {
            *is_member |= named_classes[i].contains(wanted);
            return close + 1;
        }
    }
    return SIZE_MAX;
}

/* One character of a class, perhaps behind a backslash. false at the end of the pattern. */
static bool class_character(struct slice pattern, size_t *position, bool is_bytewise, uint32_t *character)
{
    if (*position < pattern.length && pattern.bytes[*position] == '\\')
        ++*position;
    if (*position >= pattern.length)
        return false;
    *position += next_character(pattern, *position, is_bytewise, character);
    return true;
}

/* Reads the class that starts with the bracket at position and asks whether wanted is in it. Returns the position
 * behind it, 0 when it is not closed or names an unknown class. */
static size_t class_match(struct slice pattern, size_t position, uint32_t wanted, bool is_bytewise, bool *is_member)
{
    position++;
    bool is_negated = position < pattern.length && (pattern.bytes[position] == '!' || pattern.bytes[position] == '^');
    position += is_negated;
    bool is_found = false;
    size_t start = position;
    while (position < pattern.length && (pattern.bytes[position] != ']' || position == start)) {
        size_t named = named_class_match(pattern, position, wanted, &is_found);
        if (named == SIZE_MAX)
            return 0;
        position += named;
        if (named)
            continue;
        uint32_t low, high;
        if (!class_character(pattern, &position, is_bytewise, &low))
            return 0;
        high = low;
        if (position + 1 < pattern.length && pattern.bytes[position] == '-' && pattern.bytes[position + 1] != ']') {
            position++;
            if (!class_character(pattern, &position, is_bytewise, &high))
                return 0;
        }
        is_found |= (wanted >= low && wanted <= high) || wanted == low;
    }
    if (position >= pattern.length)
        return 0;
    *is_member = is_found != is_negated;
    return position + 1;
}

/* Does the pattern's element at *p take the character at *t? Moves both on when it does. */
static bool element_match(struct slice pattern, size_t *p, struct slice name, size_t *t, bool is_bytewise)
{
    uint32_t wanted, found;
    size_t length = next_character(name, *t, is_bytewise, &found);
    char byte = pattern.bytes[*p];
    size_t next = *p + 1;
    if (byte == '[') {
        bool is_member = false;
        next = class_match(pattern, *p, found, is_bytewise, &is_member);
        if (!is_member)
            return false;
    } else if (byte != '?') {
        size_t start = byte == '\\' ? *p + 1 : *p;
        next = start + next_character(pattern, start, is_bytewise, &wanted);
        if (wanted != found)
            return false;
    }
    *p = next;
    *t += length;
    return true;
}

static bool general_match(struct slice pattern, struct slice name, bool is_bytewise)
{
    size_t p = 0, t = 0, star = SIZE_MAX, star_from = 0;
    while (t < name.length) {
        if (p < pattern.length && pattern.bytes[p] == '*') {
            star = ++p;
            star_from = t;
            continue;
        }
        if (p < pattern.length && element_match(pattern, &p, name, &t, is_bytewise))
            continue;
        if (star == SIZE_MAX)
            return false;
        uint32_t passed;
        star_from += next_character(name, star_from, is_bytewise, &passed);
        t = star_from;
        p = star;
    }
    while (p < pattern.length && pattern.bytes[p] == '*')
        p++;
    return p == pattern.length;
}

static bool part_match(const struct glob *glob, const struct glob_part *part, struct slice name)
{
    switch (part->kind) {
    case PART_LITERAL:
        return slice_equal(part->text, name);
    case PART_SUFFIX:
        return slice_ends_with(name, part->text);
    case PART_GENERAL:
        return general_match(part->text, name, glob->is_bytewise);
    case PART_ANY:
    case PART_ANY_DEPTH:
        break;
    }
    return true;
}

/* end is the position of the next '/' or of the end. */
static struct slice component_at(struct slice path, size_t start, size_t *end)
{
    *end = start + slice_find_byte(slice_from(path, start), '/');
    return slice_between(path, start, *end);
}

static bool path_match(const struct glob *glob, struct slice path)
{
    size_t part = 0, start = 0, end, star = SIZE_MAX, star_from = 0;
    for (;;) {
        bool is_at_end = start > path.length;
        if (part < glob->count && glob->parts[part].kind == PART_ANY_DEPTH) {
            if (part + 1 == glob->count)
                return !is_at_end;
            star = ++part;
            star_from = start;
            continue;
        }
        if (part == glob->count && is_at_end)
            return true;
        if (part < glob->count && !is_at_end && part_match(glob, &glob->parts[part], component_at(path, start, &end))) {
            part++;
            start = end + 1;
            continue;
        }
        if (star == SIZE_MAX || star_from > path.length)
            return false;
        component_at(path, star_from, &end);
        star_from = start = end + 1;
        part = star;
    }
}

bool glob_match(const struct glob *glob, struct slice path, bool is_folder)
{
    if (glob->is_folder_only && !is_folder)
        return false;
    if (glob->is_anchored)
        return path_match(glob, path);
    size_t start = path.length;
    while (start > 0 && path.bytes[start - 1] != '/')
        start--;
    return part_match(glob, &glob->parts[0], slice_from(path, start));
}

static bool is_plain(struct slice text)
{
    for (size_t i = 0; i < text.length; i++)
        if (strchr("*?[\\", text.bytes[i]))
            return false;
    return true;
}

static void part_set(struct glob_part *part, struct slice text)
{
    size_t stars = 0;
    while (stars < text.length && text.bytes[stars] == '*')
        stars++;
    part->text = text;
    if (is_plain(text)) {
        part->kind = PART_LITERAL;
    } else if (stars == text.length) {
        part->kind = stars > 1 ? PART_ANY_DEPTH : PART_ANY;
    } else if (stars > 0 && is_plain(slice_from(text, stars))) {
        part->kind = PART_SUFFIX;
        part->text = slice_from(text, stars);
    } else {
        part->kind = PART_GENERAL;
    }
}

/* Finds the end of the component that starts at *end. An escaped '/' ends one as a bare one does; a '/' inside a class
 * does not. */
static bool component_end(struct slice pattern, size_t *end, bool is_bytewise, struct error *error)
{
    size_t position = *end;
    while (position < pattern.length && pattern.bytes[position] != '/') {
        if (pattern.bytes[position] == '\\') {
            if (position + 1 == pattern.length)
                return error_set(error, E_USAGE, "pattern '%.*s' ends in a backslash", (int)pattern.length,
                                 pattern.bytes);
            if (pattern.bytes[position + 1] == '/')
                break;
            position += 2;
        } else if (pattern.bytes[position] == '[') {
            bool is_member;
            position = class_match(pattern, position, 0, is_bytewise, &is_member);
            if (position == 0)
                return error_set(error, E_USAGE, "pattern '%.*s' has an open bracket or an unknown class",
                                 (int)pattern.length, pattern.bytes);
        } else {
            position++;
        }
    }
    *end = position;
    return true;
}

bool glob_compile(struct slice pattern, bool is_bytewise, struct arena *arena, struct glob *glob, struct error *error)
{
    *glob = (struct glob){ .is_bytewise = is_bytewise };
    struct slice text = arena_copy(arena, pattern);
    if (text.length > 0 && text.bytes[0] == '!') {
        glob->is_negated = true;
        text = slice_from(text, 1);
    }
    if (slice_ends_with(text, SLICE("/"))) {
        glob->is_folder_only = true;
        text.length--;
    }
    glob->is_anchored = slice_find_byte(text, '/') < text.length;
    if (slice_starts_with(text, SLICE("/")))
        text = slice_from(text, 1);
    if (text.length == 0)
        return error_set(error, E_USAGE, "pattern '%.*s' is empty", (int)pattern.length, pattern.bytes);
    size_t capacity = 0;
    for (size_t start = 0, end = 0; start <= text.length; start = ++end) {
        if (!component_end(text, &end, is_bytewise, error))
            return false;
        glob->parts = arena_grow(arena, glob->parts, &capacity, glob->count + 1, sizeof *glob->parts);
        part_set(&glob->parts[glob->count++], slice_between(text, start, end));
        end += end < text.length && text.bytes[end] == '\\';
    }
    /* Without a '/' there are no folders that `**` could stand for. */
    if (!glob->is_anchored && glob->parts[0].kind == PART_ANY_DEPTH)
        glob->parts[0].kind = PART_ANY;
    return true;
}

bool glob_list_add(struct glob_list *list, struct slice pattern, struct error *error)
{
    struct glob glob;
    if (!glob_compile(pattern, false, &list->arena, &glob, error))
        return false;
    list->globs = arena_grow(&list->arena, list->globs, &list->capacity, list->count + 1, sizeof *list->globs);
    list->globs[list->count++] = glob;
    return true;
}

/* Spaces at the end do not count, unless a backslash stands before the first of those that do. */
static struct slice without_final_spaces(struct slice line)
{
    size_t kept = 0;
    for (size_t i = 0; i < line.length; i++) {
        if (line.bytes[i] == '\\' && i + 1 < line.length)
            kept = ++i + 1;
        else if (line.bytes[i] != ' ')
            kept = i + 1;
    }
    return slice_between(line, 0, kept);
}

void glob_list_parse_ignore(struct glob_list *list, struct slice content)
{
    if (slice_starts_with(content, SLICE("\xef\xbb\xbf")))
        content = slice_from(content, 3);
    while (content.length > 0) {
        size_t end = slice_find_byte(content, '\n');
        struct slice line = slice_between(content, 0, end);
        content = slice_from(content, end + 1);
        if (line.length > 0 && line.bytes[line.length - 1] == '\r')
            line.length--;
        if (line.length == 0 || line.bytes[0] == '#')
            continue;
        struct glob glob;
        struct error passed;
        error_reset(&passed);
        if (!glob_compile(without_final_spaces(line), true, &list->arena, &glob, &passed))
            continue;
        list->globs = arena_grow(&list->arena, list->globs, &list->capacity, list->count + 1, sizeof *list->globs);
        list->globs[list->count++] = glob;
    }
}

enum glob_answer glob_list_ask(const struct glob_list *list, struct slice path, bool is_folder)
{
    for (size_t i = list->count; i-- > 0;)
        if (glob_match(&list->globs[i], path, is_folder))
            return list->globs[i].is_negated ? GLOB_NO : GLOB_YES;
    return GLOB_UNDECIDED;
}

enum glob_answer glob_list_ask_way(const struct glob_list *list, struct slice path, bool is_folder)
{
    size_t end;
    for (size_t start = 0; list->count > 0 && start <= path.length; start = end + 1) {
        component_at(path, start, &end);
        bool is_last = end == path.length;
        enum glob_answer answer = glob_list_ask(list, slice_between(path, 0, end), !is_last || is_folder);
        if (is_last || answer == GLOB_YES)
            return answer;
    }
    return GLOB_UNDECIDED;
}

void glob_list_release(struct glob_list *list)
{
    arena_release(&list->arena);
    *list = (struct glob_list){ 0 };
}
