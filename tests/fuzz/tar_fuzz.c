/* tar_fuzz.c - fuzz entry: any bytes as a tar archive. The first byte chooses the size of the pieces that the source
 * gives, and whether the checksums of all blocks are put right first; what is found must not depend on the pieces. */
#include <stdint.h>
#include <stdio.h>

#include "base/hash.h"
#include "document/tar.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

struct tape {
    struct slice left;
    size_t piece;
};

static bool tape_read(void *context, struct slice *bytes, struct error *error)
{
    (void)error;
    struct tape *tape = context;
    *bytes = slice_between(tape->left, 0, tape->piece);
    tape->left = slice_from(tape->left, bytes->length);
    return true;
}

static void mend_checksums(struct buffer *archive)
{
    for (size_t at = 0; at + 512 <= archive->length; at += 512) {
        unsigned sum = 0;
        memset(archive->bytes + at + 148, ' ', 8);
        for (size_t i = 0; i < 512; i++)
            sum += (unsigned char)archive->bytes[at + i];
        if (sum != 8 * ' ')
            snprintf(archive->bytes + at + 148, 8, "%06o", sum);
        else
            memset(archive->bytes + at + 148, 0, 8);
    }
}

/* A hash of all that the reader tells. */
static uint64_t read_all(struct slice archive, size_t piece)
{
    struct tape tape = { archive, piece };
    struct tar_source source = { &tape, tape_read };
    struct tar *tar = tar_open(&source);
    struct hash_stream *told = hash_stream_create();
    bool has_member = true;
    while (has_member) {
        struct tar_member member;
        struct error error;
        error_reset(&error);
        if (!tar_next(tar, &member, &has_member, &error))
            hash_stream_add(told, slice_of_string(error.message));
        if (!has_member)
            break;
        hash_stream_add(told, member.name);
        hash_stream_add(told, slice_of((const char *)&member.kind, sizeof member.kind));
        hash_stream_add(told, slice_of((const char *)&member.size, sizeof member.size));
        struct slice content = { "", 0 };
        if (tar_read_whole(tar, &content))
            hash_stream_add(told, content);
        while (tar_read(tar, &content, &error) && content.length > 0)
            hash_stream_add(told, content);
        hash_stream_add(told, slice_of_string(error.message));
    }
    tar_close(tar);
    uint64_t hash = hash_stream_digest_64(told);
    hash_stream_free(told);
    return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (length == 0)
        return 0;
    struct buffer archive = { 0 };
    buffer_append(&archive, bytes + 1, length - 1);
    if (bytes[0] & 128)
        mend_checksums(&archive);
    uint64_t whole = read_all(buffer_slice(&archive), SIZE_MAX);
    ENSURE(read_all(buffer_slice(&archive), 1 + (size_t)(bytes[0] & 127) * 9) == whole);
    buffer_release(&archive);
    return 0;
}
