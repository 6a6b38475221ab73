/* format.h - the bytes of an index on disk, format version 1.
 *
 * A folder:
 *
 *     manifest                   the commit point: text, renamed into place (manifest.h)
 *     segment-00000001.seg       rows; immutable once the manifest names it
 *     tombstones-00000004.seg    which rows of which segments are dead; immutable, one at a time
 *     lock                       flock of the writer that commits
 *     *.tmp.PID.N                of a writer at work, flocked by it; swept by the next commit when the writer is dead
 *
 * A .seg file is a header, a table of sections right behind it (together at most one page), and the sections:
 *
 *     0      struct file_header
 *     64     struct section_entry x section_count
 *     4096   sections, each at a multiple of its alignment (64, or 4096 for vectors); zero bytes between them
 *
 * Little-endian, offsets from the start of the file; a machine of the other byte order refuses the file. The checksum
 * of the header covers header and table, the table holds the checksum of each section, and the manifest holds the
 * checksum of the header: so the manifest vouches for every byte. Opening checks header, table and each section's
 * inner offsets against lengths; `verify` checks all bytes.
 *
 * Rows are numbered from 0 in each segment; the numbers are private and change when segments are merged. Ids are the
 * identity. Nothing here holds a time, a process id or a path: the same input gives the same bytes. */
#ifndef INDEX_FORMAT_H
#define INDEX_FORMAT_H

#include <stdint.h>
#include <string.h>

enum {
    INDEX_FORMAT_VERSION = 1,
    SECTION_COUNT_MAXIMUM = 84,
    SECTION_START = 4096,         /* 64 + 84 x 48 */
    SECTION_ALIGNMENT = 64,       /* what every section can count on */
    INDEX_SEGMENTS_MAXIMUM = 4096 /* far above what merging leaves */
};

/* Rows of one segment; a row number plus one fits 32 bits. */
#define SEGMENT_ROWS_MAXIMUM UINT32_C(0x7fffffff)

#define FILE_MAGIC      "GARNERIX"
#define FILE_BYTE_ORDER UINT32_C(0x01020304)

enum file_kind { FILE_ANY, /* to open whatever it is */ FILE_SEGMENT, FILE_TOMBSTONES };

struct file_header {
    char magic[8];
    uint32_t version;    /* INDEX_FORMAT_VERSION */
    uint32_t byte_order; /* FILE_BYTE_ORDER as the machine writes it */
    uint32_t kind;       /* enum file_kind */
    uint32_t section_count;
    uint64_t file_bytes;
    uint64_t row_count;
    uint64_t reserved[2]; /* 0 */
    uint64_t checksum;    /* XXH3-64 of header and table, this field taken as 0 */
};

/* A reader skips an unknown type unless it is flagged required. Numbers are never used again. */
enum section_type {
    SECTION_IDS = 1,           /* strings.h: the id of each row, hashed */
    SECTION_DOCUMENTS = 2,     /* strings.h: the document of each run of rows, hashed; left out, like the next one,
                                  when each row is a document of its own by its id */
    SECTION_DOCUMENT_RUNS = 3, /* struct document_run x (documents + 1) */
    SECTION_STORED = 4,        /* stored.h: the records */
    SECTION_COLUMNS = 5,       /* columns.h: metadata for filters */
    SECTION_LEXICAL = 6,       /* lexical.h: BM25 */
    SECTION_VECTORS = 7,       /* struct vectors_header, then rows of float32 */
    SECTION_VECTOR_SCALES = 8, /* float32 x rows: 1 / Euclidean norm of the row */
    SECTION_TOMBSTONES = 9,    /* uint64 words, bit set = row is dead; argument = number of the segment's file */
    SECTION_SCREEN = 10,       /* screen.h: int8 codes of the vectors, with their bounds; may be left out */
    SECTION_ROTATION = 32,     /* reserved from here on: seed of the rotation of quantised codes */
    SECTION_CENTROIDS = 33,    /* reserved: coarse centroids and their lists of rows */
    SECTION_CODES = 34,        /* reserved: 1-bit planes in blocks of 32 rows, with factors */
    SECTION_REFINE_CODES = 35, /* reserved: second-level codes, row-major */
    SECTION_HALF_VECTORS = 36, /* reserved: rows of float16 */
    SECTION_GRAPH = 37         /* reserved: neighbours of each row */
};

enum { SECTION_REQUIRED = 1 }; /* flags: who does not know the type must refuse the file */

struct section_entry {
    uint32_t type;
    uint16_t version;
    uint16_t flags;
    uint64_t offset;
    uint64_t bytes;
    uint64_t checksum; /* XXH3-64 of the bytes as they stand in the file */
    uint32_t codec;    /* of the whole section: 0 plain; sections with codecs inside say so themselves */
    uint32_t argument; /* by type, else 0 */
    uint64_t reserved; /* 0 */
};

/* In front of the vectors, 64 bytes, so that row 0 is aligned to a cache line (the section to a page). */
struct vectors_header {
    uint32_t dimension;
    uint32_t stride;      /* floats from one row to the next: dimension rounded up to 4, the rest zero */
    uint32_t row_count;   /* equals the file's */
    uint32_t element;     /* 0: float32 */
    uint64_t reserved[6]; /* 0 */
};

/* A document is one or more runs of neighbouring rows. The last entry only ends the one before: first_row is the row
 * count. */
struct document_run {
    uint32_t first_row;
    uint32_t
        previous; /* number + 1 of the run before of the same document, 0 for none; rows of older runs may be dead */
};

_Static_assert(sizeof(struct document_run) == 8, "run is 8 bytes");
_Static_assert(sizeof(struct file_header) == 64, "header is 64 bytes");
_Static_assert(sizeof(struct section_entry) == 48, "entry is 48 bytes");
_Static_assert(sizeof(struct vectors_header) == 64, "vectors header is 64 bytes");
_Static_assert(sizeof(struct file_header) + SECTION_COUNT_MAXIMUM * sizeof(struct section_entry) == SECTION_START,
               "header and table fill a page");

/* Numbers at any address of a mapped file. */
static inline uint32_t load_u32(const void *bytes)
{
    uint32_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

static inline uint64_t load_u64(const void *bytes)
{
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

#endif
