/* frame.h - messages of known length over a pipe, between us and a decoder child.
 *
 * A frame is 4 bytes of length (little-endian), one byte of type, and the payload. The other side may be broken or
 * hostile: lengths are checked before anything is read, and its end, its silence and nonsense are told apart. Private
 * to document. */
#ifndef DOCUMENT_FRAME_H
#define DOCUMENT_FRAME_H

#include "base/buffer.h"
#include "base/error.h"

enum { FRAME_BYTES_MAXIMUM = 1024 * 1024, FRAME_HEADER_BYTES = 5 };

struct frame_reader {
    int descriptor;
    int silence_seconds; /* that long nothing comes: FRAME_SILENT; 0: wait for ever */
    char *bytes;
    size_t start, end; /* what was read and not yet taken */
};

void frame_reader_init(struct frame_reader *reader, int descriptor, int silence_seconds);
void frame_reader_release(struct frame_reader *reader);

enum frame_status {
    FRAME_READ,
    FRAME_END,    /* the other side closed the pipe, perhaps inside a frame */
    FRAME_BROKEN, /* a length beyond the maximum, or a failed read */
    FRAME_SILENT, /* or a signal asked us to stop while we waited */
};

/* payload is borrowed until the next call. */
enum frame_status frame_read(struct frame_reader *reader, char *type, struct slice *payload);

/* false: the other side is gone (or errno says what else). head and body are written one behind the other. */
bool frame_write(int descriptor, char type, struct slice head, struct slice body);

/* Fields of a payload, little-endian. */
void frame_append_integer(struct buffer *payload, int64_t number);
void frame_append_text(struct buffer *payload, struct slice text);
/* Take one off the front; false when there is not as much. */
bool frame_take_integer(struct slice *payload, int64_t *number);
bool frame_take_text(struct slice *payload, struct slice *text);

#endif
