/* tar.c - the members of a tar archive: v7, ustar, pax and GNU headers. */
#include "document/tar.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "base/number.h"

enum { BLOCK = 512 };

/* Where the fields of a header lie. */
enum {
    NAME = 0,
    NAME_BYTES = 100,
    SIZE = 124,
    MODIFIED = 136,
    NUMBER_BYTES = 12,
    CHECKSUM = 148,
    CHECKSUM_BYTES = 8,
    TYPE = 156,
    MAGIC = 257,
    PREFIX = 345,
    PREFIX_BYTES = 155
};

struct tar {
    struct tar_source source;
    struct slice block; /* what the source gave last and nobody took yet */
    int64_t position;   /* of block in the archive */
    int64_t left;       /* bytes of the member's content not yet taken */
    int64_t padding;    /* behind the content */
    char header[BLOCK];
    bool has_header;    /* header was read ahead */
    struct buffer name; /* of the member, or of the one that a header in front of it announces */
    struct buffer scratch;
    bool has_long_name; /* name came from such a header */
    bool is_sparse;
    bool has_size; /* a pax header gave it: 8 GiB and above */
    int64_t size, modified;
    bool has_modified;
    bool is_at_end;
};

struct tar *tar_open(const struct tar_source *source)
{
    struct tar *tar = memory_allocate_zeroed(1, sizeof *tar);
    tar->source = *source;
    return tar;
}

/* Makes block non-empty unless the source is at its end. */
static bool fetch(struct tar *tar, struct error *error)
{
    return tar->block.length > 0 || tar->source.read(tar->source.context, &tar->block, error);
}

static struct slice take(struct tar *tar, size_t bytes)
{
    struct slice taken = slice_between(tar->block, 0, bytes);
    tar->block = slice_from(tar->block, taken.length);
    tar->position += (int64_t)taken.length;
    return taken;
}

static bool cut_short(struct tar *tar, struct error *error)
{
    tar->is_at_end = true;
    return error_set(error, E_ARCHIVE, "the archive is cut short at byte %lld", (long long)tar->position);
}

static bool damaged(struct tar *tar, const char *what, struct error *error)
{
    tar->is_at_end = true;
    return error_set(error, E_ARCHIVE, "the tar header before byte %lld %s", (long long)tar->position, what);
}

/* Takes bytes into target (NULL: nowhere). */
static bool copy_out(struct tar *tar, char *target, int64_t bytes, struct error *error)
{
    while (bytes > 0) {
        if (!fetch(tar, error))
            return false;
        if (tar->block.length == 0)
            return cut_short(tar, error);
        struct slice part = take(tar, bytes < INT32_MAX ? (size_t)bytes : INT32_MAX);
        if (target) {
            memcpy(target, part.bytes, part.length);
            target += part.length;
        }
        bytes -= (int64_t)part.length;
    }
    return true;
}

static bool is_zero_block(const char *header)
{
    for (int i = 0; i < BLOCK; i++)
        if (header[i] != 0)
            return false;
    return true;
}

/* Fills the header. *is_there is false at the end of the archive: a zero block, or the end of the source. */
static bool read_header(struct tar *tar, bool *is_there, struct error *error)
{
    *is_there = false;
    if (!tar->has_header) {
        if (!fetch(tar, error))
            return false;
        if (tar->block.length == 0)
            return true;
        if (!copy_out(tar, tar->header, BLOCK, error))
            return false;
    }
    tar->has_header = false;
    *is_there = !is_zero_block(tar->header);
    return true;
}

/* Octal digits between blanks, or base 256 when the first bit is set. false: neither, or too large. */
static bool parse_number(const char *field, size_t bytes, int64_t *number)
{
    const unsigned char *digit = (const unsigned char *)field, *end = digit + bytes;
    uint64_t value = 0;
    if (*digit & 0x80) {
        value = *digit++ & 0x7f;
        if (value & 0x40) /* negative: a date before 1970 at best */
            return false;
        for (; digit < end; digit++) {
            if (value >> 55)
                return false;
            value = value << 8 | *digit;
        }
        *number = (int64_t)value;
        return true;
    }
    while (digit < end && *digit == ' ')
        digit++;
    for (; digit < end && *digit >= '0' && *digit <= '7'; digit++)
        value = value << 3 | (unsigned)(*digit - '0');
    *number = (int64_t)value;
    return digit == end || *digit == ' ' || *digit == '\0';
}

/* The sum of all bytes, the field itself counted as blanks. Some old writers added signed bytes. */
static bool is_checksum_right(const char *header)
{
    int64_t wanted, sum = 0, signed_sum = 0;
    if (!parse_number(header + CHECKSUM, CHECKSUM_BYTES, &wanted))
        return false;
    for (int i = 0; i < BLOCK; i++) {
        bool is_counted = i < CHECKSUM || i >= CHECKSUM + CHECKSUM_BYTES;
        sum += is_counted ? (unsigned char)header[i] : ' ';
        signed_sum += is_counted ? (signed char)header[i] : ' ';
    }
    return wanted == sum || wanted == signed_sum;
}

static struct slice text_field(const char *field, size_t bytes)
{
    return slice_of(field, slice_find_byte(slice_of(field, bytes), '\0'));
}

/* One key of a pax header. Errors: none, a value that cannot be read is as if it were not there. */
static void apply_pax(struct tar *tar, struct slice key, struct slice value)
{
    if (slice_equal(key, SLICE("path")) || slice_equal(key, SLICE("GNU.sparse.name"))) {
        buffer_reset(&tar->name);
        buffer_append_slice(&tar->name, value);
        tar->has_long_name = true;
        tar->is_sparse |= key.length > 4;
    } else if (slice_equal(key, SLICE("size"))) {
        tar->has_size = number_parse_integer(value, &tar->size) && tar->size >= 0;
    } else if (slice_equal(key, SLICE("mtime"))) {
        tar->has_modified = number_parse_integer(slice_between(value, 0, slice_find_byte(value, '.')), &tar->modified);
    } else if (slice_starts_with(key, SLICE("GNU.sparse.")) || slice_starts_with(key, SLICE("SCHILY.realsize"))) {
        tar->is_sparse = true;
    }
}

/* "LENGTH KEY=VALUE\n", LENGTH counting itself. */
static bool parse_pax(struct tar *tar, struct slice text, struct error *error)
{
    while (text.length > 0) {
        size_t blank = slice_find_byte(slice_between(text, 0, 20), ' ');
        int64_t length;
        if (!number_parse_integer(slice_between(text, 0, blank), &length) || length <= (int64_t)blank + 1 ||
            (uint64_t)length > text.length || text.bytes[length - 1] != '\n')
            return damaged(tar, "has a broken pax record", error);
        struct slice record = slice_between(text, blank + 1, (size_t)length - 1);
        size_t equals = slice_find_byte(record, '=');
        apply_pax(tar, slice_between(record, 0, equals), slice_from(record, equals + 1));
        text = slice_from(text, (size_t)length);
    }
    return true;
}

/* The content of a header that describes the next member, with its padding, into scratch. */
static bool read_description(struct tar *tar, int64_t size, struct error *error)
{
    if (size > TAR_HEADER_BYTES_MAXIMUM) {
        tar->is_at_end = true;
        return error_set(error, E_LIMIT, "the tar header before byte %lld is longer than %d bytes",
                         (long long)tar->position, TAR_HEADER_BYTES_MAXIMUM);
    }
    buffer_reset(&tar->scratch);
    char *place = buffer_reserve(&tar->scratch, (size_t)size);
    if (!copy_out(tar, place, size, error) || !copy_out(tar, NULL, -size & (BLOCK - 1), error))
        return false;
    tar->scratch.length = (size_t)size;
    return true;
}

/* Is the header one that describes the member after it? Takes what it says. */
static bool take_description(struct tar *tar, int64_t size, bool *is_description, struct error *error)
{
    char type = tar->header[TYPE];
    *is_description = type == 'x' || type == 'X' || type == 'g' || type == 'L' || type == 'K' || type == 'V';
    if (!*is_description)
        return true;
    if (!read_description(tar, size, error))
        return false;
    struct slice text = buffer_slice(&tar->scratch);
    if (type == 'x' || type == 'X')
        return parse_pax(tar, text, error);
    if (type == 'L') {
        buffer_reset(&tar->name);
        buffer_append_slice(&tar->name, text_field(text.bytes, text.length));
        tar->has_long_name = true;
    }
    return true;
}

static void take_short_name(struct tar *tar)
{
    if (tar->has_long_name)
        return;
    buffer_reset(&tar->name);
    struct slice prefix = text_field(tar->header + PREFIX, PREFIX_BYTES);
    /* GNU tar keeps other things where POSIX has the prefix. */
    if (prefix.length > 0 && memcmp(tar->header + MAGIC, "ustar\0", 6) == 0) {
        buffer_append_slice(&tar->name, prefix);
        buffer_append_byte(&tar->name, '/');
    }
    buffer_append_slice(&tar->name, text_field(tar->header + NAME, NAME_BYTES));
}

static enum tar_kind kind_of(const struct tar *tar, char type)
{
    bool has_folder_name = slice_ends_with(buffer_slice(&tar->name), SLICE("/"));
    switch (type) {
    case '1':
    case '2':
        return TAR_LINK;
    case '3':
    case '4':
    case '6':
        return TAR_SPECIAL;
    case '5':
    case 'D':
        return TAR_FOLDER;
    case 'S':
    case 'M':
        return TAR_SPARSE;
    default: /* what is unknown is a file, says POSIX; v7 has no type for folders */
        return has_folder_name ? TAR_FOLDER : tar->is_sparse ? TAR_SPARSE : TAR_FILE;
    }
}

/* A hard link may say the size of what it links to and yet have no content: then a header follows at once, which is
 * kept for the next member. */
static bool skip_link_content(struct tar *tar, int64_t size, struct error *error)
{
    if (!fetch(tar, error))
        return false;
    if (tar->block.length == 0)
        return true;
    if (!copy_out(tar, tar->header, BLOCK, error))
        return false;
    tar->has_header = is_checksum_right(tar->header) || is_zero_block(tar->header);
    if (!tar->has_header)
        tar->padding = size + (-size & (BLOCK - 1)) - BLOCK;
    return true;
}

/* Behind the main header of an old GNU sparse file come further maps, each of which says whether one more follows. */
static bool skip_sparse_maps(struct tar *tar, struct error *error)
{
    bool has_more = tar->header[TYPE] == 'S' && tar->header[482] != 0;
    while (has_more) {
        if (!copy_out(tar, tar->header, BLOCK, error))
            return false;
        has_more = tar->header[504] != 0;
    }
    return true;
}

/* Headers up to and with that of a member. */
static bool read_member_header(struct tar *tar, bool *is_there, int64_t *size, struct error *error)
{
    bool is_description = true;
    while (is_description) {
        if (!read_header(tar, is_there, error))
            return false;
        if (!*is_there)
            return true;
        if (!is_checksum_right(tar->header))
            return damaged(tar, "has a wrong checksum", error);
        if (!parse_number(tar->header + SIZE, NUMBER_BYTES, size))
            return damaged(tar, "has a size that is no number", error);
        if (!take_description(tar, *size, &is_description, error))
            return false;
    }
    return true;
}

bool tar_next(struct tar *tar, struct tar_member *member, bool *has_member, struct error *error)
{
    *has_member = false;
    if (tar->is_at_end)
        return true;
    int64_t size = 0;
    if (!copy_out(tar, NULL, tar->left, error) || !copy_out(tar, NULL, tar->padding, error))
        return false;
    tar->left = tar->padding = 0;
    tar->has_long_name = tar->has_size = tar->has_modified = tar->is_sparse = false;
    bool is_there;
    if (!read_member_header(tar, &is_there, &size, error))
        return false;
    if (!is_there) {
        tar->is_at_end = true;
        return true;
    }
    char type = tar->header[TYPE];
    take_short_name(tar);
    if (tar->has_size)
        size = tar->size;
    if (!tar->has_modified && !parse_number(tar->header + MODIFIED, NUMBER_BYTES, &tar->modified))
        tar->modified = 0;
    if (!skip_sparse_maps(tar, error) || (type == '1' && size > 0 && !skip_link_content(tar, size, error)))
        return false;
    if (size > 0 && (type < '1' || type > '6')) {
        tar->left = size;
        tar->padding = -size & (BLOCK - 1);
    }
    *has_member = true;
    *member = (struct tar_member){
        .name = buffer_slice(&tar->name), .kind = kind_of(tar, type), .size = tar->left, .modified = tar->modified
    };
    return true;
}

bool tar_read(struct tar *tar, struct slice *bytes, struct error *error)
{
    *bytes = slice_of("", 0);
    if (tar->left == 0)
        return true;
    if (!fetch(tar, error))
        return false;
    if (tar->block.length == 0)
        return cut_short(tar, error);
    *bytes = take(tar, tar->left < INT32_MAX ? (size_t)tar->left : INT32_MAX);
    tar->left -= (int64_t)bytes->length;
    return true;
}

bool tar_read_whole(struct tar *tar, struct slice *bytes)
{
    if (tar->left > (int64_t)tar->block.length)
        return false;
    *bytes = take(tar, (size_t)tar->left);
    tar->left = 0;
    return true;
}

void tar_close(struct tar *tar)
{
    if (!tar)
        return;
    buffer_release(&tar->name);
    buffer_release(&tar->scratch);
    memory_free(tar);
}
