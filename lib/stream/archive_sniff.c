/* archive_sniff.c - what archive the first bytes say. */
#include "stream/archive.h"

enum { TAR_BLOCK = 512, TAR_SUM = 148, TAR_SUM_BYTES = 8, TAR_MAGIC = 257, CPIO_HEADER = 26, CPIO_NAME_MAXIMUM = 1024 };

/* The checksum of a header is the sum of its bytes with the checksum field taken as spaces, in octal; older programs
 * summed signed bytes. A block of zeros has no valid one. */
static bool is_old_tar(struct slice bytes)
{
    if (bytes.length < TAR_BLOCK || bytes.bytes[0] == '\0')
        return false;
    long wanted = 0;
    int digits = 0;
    for (int i = TAR_SUM; i < TAR_SUM + TAR_SUM_BYTES; i++) {
        char byte = bytes.bytes[i];
        if (byte >= '0' && byte <= '7') {
            wanted = wanted * 8 + (byte - '0');
            digits++;
        } else if (byte != ' ' && byte != '\0') {
            return false;
        }
    }
    long sum = 0, signed_sum = 0;
    for (int i = 0; i < TAR_BLOCK; i++) {
        bool is_sum = i >= TAR_SUM && i < TAR_SUM + TAR_SUM_BYTES;
        sum += is_sum ? ' ' : (unsigned char)bytes.bytes[i];
        signed_sum += is_sum ? ' ' : (signed char)bytes.bytes[i];
    }
    return digits > 0 && (wanted == sum || wanted == signed_sum);
}

static unsigned read_16(const char *bytes, bool is_big)
{
    unsigned first = (unsigned char)bytes[0], second = (unsigned char)bytes[1];
    return is_big ? first << 8 | second : second << 8 | first;
}

/* The old binary form has two bytes of magic only, so its name must end where its length says. */
static bool is_binary_cpio(struct slice bytes)
{
    if (bytes.length < CPIO_HEADER)
        return false;
    bool is_big = read_16(bytes.bytes, true) == 070707;
    if (!is_big && read_16(bytes.bytes, false) != 070707)
        return false;
    unsigned name = read_16(bytes.bytes + 20, is_big);
    size_t end = CPIO_HEADER + (size_t)name - 1;
    return name >= 2 && name <= CPIO_NAME_MAXIMUM && end < bytes.length && bytes.bytes[end] == '\0' &&
           bytes.bytes[end - 1] != '\0';
}

const char *archive_format_of(struct slice first_bytes)
{
    struct slice bytes = first_bytes;
    if (slice_starts_with(bytes, SLICE("PK\x03\x04")) || slice_starts_with(bytes, SLICE("PK\x05\x06")) ||
        slice_starts_with(bytes, SLICE("PK\x07\x08PK\x03\x04")) || slice_starts_with(bytes, SLICE("PK00PK\x03\x04")))
        return "zip";
    if (slice_starts_with(bytes, SLICE("7z\xbc\xaf\x27\x1c")))
        return "7zip";
    if (slice_starts_with(slice_from(bytes, TAR_MAGIC), SLICE("ustar")) || is_old_tar(bytes))
        return "tar";
    if (slice_starts_with(bytes, SLICE("070701")) || slice_starts_with(bytes, SLICE("070702")) ||
        slice_starts_with(bytes, SLICE("070707")) || is_binary_cpio(bytes))
        return "cpio";
    if (slice_starts_with(bytes, SLICE("!<arch>\n")))
        return "ar";
    return NULL;
}
