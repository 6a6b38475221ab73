/* input.c - bytes from a file, stdin or memory, decompressed on the way. */
#include "stream/input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "base/memory.h"
#include "stream/codec.h"
#include "stream/decompress.h"
#include "stream/system.h"

struct input {
    char *name;
    int descriptor; /* -1: memory */
    bool owns_descriptor;
    bool is_regular;
    int64_t size;
    int64_t position; /* bytes taken from the source */
    struct input_settings settings;
    int64_t decoded;

    bool is_sniffed;
    struct decoder *decoder;           /* zstd, gzip */
    struct decompressor *decompressor; /* xz, bzip2, lz4 */

    struct slice raw; /* taken from the source and not yet used; all of it for memory */
    bool is_raw_end;  /* nothing comes after raw */
    char *raw_block;  /* STREAM_BLOCK_BYTES, made when needed */
    char *block;      /* of input_read(), the same */
};

static struct input *create(const char *name, const struct input_settings *settings)
{
    struct input *input = memory_allocate_zeroed(1, sizeof *input);
    input->name = memory_copy_string(name);
    input->descriptor = -1;
    input->size = -1;
    if (settings)
        input->settings = *settings;
    input->is_sniffed = input->settings.is_raw;
    return input;
}

static bool is_standard_input(const char *path)
{
    return !path || strcmp(path, "-") == 0;
}

struct input *input_open(const char *path, const struct input_settings *settings, struct error *error)
{
    struct stat status;
    int descriptor = STDIN_FILENO;
    if (!is_standard_input(path)) {
        descriptor = system_open_to_read(path, &status, error);
        if (descriptor < 0)
            return NULL;
    } else if (fstat(descriptor, &status) != 0) {
        error_set_system(error, E_NO_INPUT, errno, "cannot read standard input");
        return NULL;
    } else if (S_ISDIR(status.st_mode)) {
        error_set(error, E_NO_INPUT, "standard input is a folder, expected a file");
        return NULL;
    }
    struct input *input = create(is_standard_input(path) ? "-" : path, settings);
    input->descriptor = descriptor;
    input->owns_descriptor = !is_standard_input(path);
    input->is_regular = S_ISREG(status.st_mode);
    if (input->is_regular && status.st_size > 0)
        input->size = status.st_size;
    if (input->size > 4 * STREAM_BLOCK_BYTES)
        (void)posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
    if (S_ISFIFO(status.st_mode))
        system_enlarge_pipe(descriptor);
    return input;
}

struct input *input_open_memory(struct slice bytes, const char *name, const struct input_settings *settings,
                                struct error *error)
{
    (void)error;
    struct input *input = create(name, settings);
    input->size = (int64_t)bytes.length;
    input->raw = bytes;
    input->is_raw_end = true;
    return input;
}

static const char *name_in_messages(const struct input *input)
{
    return strcmp(input->name, "-") == 0 ? "stdin" : input->name;
}

/* An interrupt has nothing to do with the file that was being read. */
static bool place(const struct input *input, struct error *error)
{
    if (error && error->code != E_INTERRUPTED)
        error_place(error, name_in_messages(input), 0, 0);
    return false;
}

/* Bytes as they are stored, straight into memory of the caller; none at the end. */
static bool read_source(struct input *input, char *bytes, size_t capacity, size_t *length, struct error *error)
{
    *length = 0;
    if (input->raw.length > 0) {
        *length = input->raw.length < capacity ? input->raw.length : capacity;
        memcpy(bytes, input->raw.bytes, *length);
        input->raw = slice_from(input->raw, *length);
        if (input->descriptor < 0)
            input->position += (int64_t)*length;
        return true;
    }
    if (input->is_raw_end)
        return true;
    ssize_t count = system_read(input->descriptor, bytes, capacity, error);
    if (count < 0)
        return false;
    *length = (size_t)count;
    input->position += count;
    input->is_raw_end = count == 0;
    return true;
}

/* Fills raw when it is empty. */
static bool refill(struct input *input, struct error *error)
{
    if (input->raw.length > 0 || input->is_raw_end)
        return true;
    if (!input->raw_block)
        input->raw_block = memory_allocate(STREAM_BLOCK_BYTES);
    size_t length;
    if (!read_source(input, input->raw_block, STREAM_BLOCK_BYTES, &length, error))
        return false;
    input->raw = slice_of(input->raw_block, length);
    return true;
}

static bool feed_child(void *context, struct slice *bytes, struct error *error)
{
    struct input *input = context;
    if (!refill(input, error))
        return false;
    *bytes = input->raw;
    if (input->descriptor < 0)
        input->position += (int64_t)input->raw.length;
    input->raw = slice_of("", 0);
    return true;
}

static bool start_child(struct input *input, const char *format, struct error *error)
{
    struct decompressor_feed feed = { input, feed_child };
    int own = -1;
    off_t back = (off_t)input->raw.length;
    if (input->is_regular && lseek(input->descriptor, -back, SEEK_CUR) >= 0)
        own = input->descriptor; /* the child reads it from here on, and moves the offset that we share */
    input->decompressor = decompressor_create(format, own, &feed, error);
    return input->decompressor != NULL;
}

/* first: the start of the data. Sets up the decoder; false in *is_compressed leaves everything as it is. */
static bool choose_decoder(struct input *input, struct slice first, bool *is_compressed, struct error *error)
{
    const char *format = compression_of(first);
    *is_compressed = format != NULL;
    if (!format)
        return true;
    if (input->descriptor >= 0) {
        input->raw_block = memory_allocate(first.length > STREAM_BLOCK_BYTES ? first.length : STREAM_BLOCK_BYTES);
        memcpy(input->raw_block, first.bytes, first.length);
        input->raw = slice_of(input->raw_block, first.length);
    }
    if (strcmp(format, "zstd") == 0)
        input->decoder = zstd_decoder_create();
    else if (strcmp(format, "gzip") == 0)
        input->decoder = gzip_decoder_create();
    else
        return start_child(input, format, error);
    return true;
}

/* The first read of all goes to the caller's memory: plain data, the usual case, are then in place. */
static bool sniff(struct input *input, char *bytes, size_t capacity, size_t *length, struct error *error)
{
    *length = 0;
    if (input->descriptor < 0) {
        bool is_compressed;
        return choose_decoder(input, input->raw, &is_compressed, error);
    }
    /* A live stream may begin with a byte or two; more are awaited only while they could be a compressed start. */
    do {
        size_t count;
        if (!read_source(input, bytes + *length, capacity - *length, &count, error))
            return false;
        *length += count;
    } while (!input->is_raw_end && compression_may_follow(slice_of(bytes, *length)));
    bool is_compressed;
    if (!choose_decoder(input, slice_of(bytes, *length), &is_compressed, error))
        return false;
    if (is_compressed)
        *length = 0;
    return true;
}

static bool decode(struct input *input, char *bytes, size_t capacity, size_t *length, struct error *error)
{
    for (;;) {
        if (!refill(input, error))
            return false;
        size_t before = input->raw.length;
        if (!input->decoder->decode(input->decoder, &input->raw, input->is_raw_end, bytes, capacity, length, error))
            return false;
        if (input->descriptor < 0)
            input->position += (int64_t)(before - input->raw.length);
        if (*length > 0 || (input->is_raw_end && input->raw.length == 0))
            return true;
    }
}

static bool check_limit(struct input *input, size_t length, struct error *error)
{
    input->decoded += (int64_t)length;
    int64_t maximum = input->settings.decoded_maximum;
    if (maximum == 0 || input->decoded <= maximum)
        return true;
    const char *name = input->settings.limit_name;
    return error_set(error, E_LIMIT, "longer than %lld bytes%s%s", (long long)maximum, name ? ", the limit of " : "",
                     name ? name : "");
}

static bool fill(struct input *input, char *bytes, size_t capacity, size_t *length, struct error *error)
{
    *length = 0;
    if (!input->is_sniffed) {
        if (!sniff(input, bytes, capacity, length, error))
            return false;
        input->is_sniffed = true;
    }
    if (*length > 0)
        return true;
    if (input->decoder)
        return decode(input, bytes, capacity, length, error);
    if (input->decompressor)
        return decompressor_read(input->decompressor, bytes, capacity, length, error);
    return read_source(input, bytes, capacity, length, error);
}

bool input_fill(struct input *input, char *bytes, size_t capacity, size_t *length, struct error *error)
{
    ENSURE(capacity >= INPUT_FILL_MINIMUM);
    if (fill(input, bytes, capacity, length, error) && check_limit(input, *length, error))
        return true;
    *length = 0;
    return place(input, error);
}

/* Plain memory needs no copy. */
static bool read_memory(struct input *input, struct slice *bytes, struct error *error)
{
    *bytes = input->raw;
    input->position += (int64_t)input->raw.length;
    input->raw = slice_of("", 0);
    if (check_limit(input, bytes->length, error))
        return true;
    *bytes = slice_of("", 0);
    return place(input, error);
}

bool input_read(struct input *input, struct slice *bytes, struct error *error)
{
    if (input->descriptor < 0 && !input->is_sniffed) {
        bool is_compressed;
        if (!choose_decoder(input, input->raw, &is_compressed, error))
            return place(input, error);
        input->is_sniffed = true;
    }
    if (input->descriptor < 0 && !input->decoder && !input->decompressor)
        return read_memory(input, bytes, error);
    if (!input->block)
        input->block = memory_allocate(STREAM_BLOCK_BYTES);
    size_t length;
    bool is_good = input_fill(input, input->block, STREAM_BLOCK_BYTES, &length, error);
    *bytes = slice_of(input->block, length);
    return is_good;
}

bool input_is_ready(const struct input *input, int milliseconds)
{
    if (input->descriptor < 0 || input->is_regular || input->is_raw_end || input->raw.length > 0)
        return true;
    int descriptor = input->decompressor ? decompressor_descriptor(input->decompressor) : input->descriptor;
    struct pollfd wait = { .fd = descriptor, .events = POLLIN };
    return poll(&wait, 1, milliseconds) > 0;
}

bool input_wait(const struct input *input, int milliseconds)
{
    /* Before the first bytes were seen it is not known whether they are compressed, but nothing can be held back
     * either. */
    return input->decoder || input->decompressor || input_is_ready(input, milliseconds);
}

const char *input_name(const struct input *input)
{
    return input->name;
}

int64_t input_size(const struct input *input)
{
    return input->size;
}

int64_t input_position(const struct input *input)
{
    if (input->decompressor && input->is_regular) {
        off_t offset = lseek(input->descriptor, 0, SEEK_CUR);
        return offset < 0 ? 0 : offset;
    }
    return input->position;
}

void input_close(struct input *input)
{
    if (!input)
        return;
    decompressor_free(input->decompressor);
    if (input->decoder)
        input->decoder->free(input->decoder);
    if (input->owns_descriptor)
        close(input->descriptor);
    memory_free(input->raw_block);
    memory_free(input->block);
    memory_free(input->name);
    memory_free(input);
}

bool input_read_all(const char *path, const struct input_settings *settings, struct buffer *content,
                    struct error *error)
{
    struct input *input = input_open(path, settings, error);
    struct slice bytes = { 0 };
    bool is_good = input != NULL;
    while (is_good && (is_good = input_read(input, &bytes, error)) && bytes.length > 0)
        buffer_append_slice(content, bytes);
    input_close(input);
    return is_good;
}
