/* package.h - the parts of a zip container: office files and books. Private to document; in the decoder child only.
 *
 * The container is passed over from its start, as often as needed; nothing is extracted. All that comes out of it is
 * counted: members by max_entries, bytes by max_expansion, and what is kept by text_maximum. */
#ifndef DOCUMENT_PACKAGE_H
#define DOCUMENT_PACKAGE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"
#include "document/xml.h"
#include "stream/archive.h"

/* As of struct file_settings. */
struct package_limits {
    size_t text_maximum; /* bytes of the document's text; parts that are held may have twice that together */
    int64_t max_entries;
    int64_t max_expansion;
};

struct package_part {
    struct slice name, bytes; /* in the package's arena; name is followed by a NUL */
};

struct package {
    /* Opens the container from its start; NULL and error. */
    struct archive_reader *(*open)(void *context, struct error *error);
    void *context;
    void (*grant)(void *context); /* called whenever work got on, so that only a loop runs out of time; NULL: not */
    int64_t size;                 /* of the container */
    struct package_limits limits;
    struct arena arena;
    struct package_part *parts; /* by name */
    size_t part_count, part_capacity;
    size_t held;
    int64_t unpacked;
    struct archive_reader *archive; /* of the pass under way */
    struct slice name;              /* of the member under way: valid UTF-8 without '/' in front, NUL behind */
};

/* Goes over all files of the container once and calls visit for each, which may read it by package_read(). Errors:
 * those of stream/archive.h and of visit; E_ENCRYPTED; E_LIMIT. */
bool package_pass(struct package *package, bool (*visit)(void *context, struct slice name, struct error *error),
                  void *context, struct error *error) MUST_CHECK;

/* The next bytes of the member under way, none at its end; borrowed until the next call. */
bool package_read(struct package *package, struct slice *bytes, struct error *error) MUST_CHECK;

/* The member under way through an XML reader. */
bool package_read_xml(struct package *package, const struct xml_handlers *handlers, struct error *error) MUST_CHECK;

/* Holds all files that are wanted, sorted by name. */
bool package_gather(struct package *package, bool (*is_wanted)(struct slice name), struct error *error) MUST_CHECK;

/* The first part of that name, NULL if there is none. */
const struct package_part *package_find(const struct package *package, struct slice name);

/* Parses the part of that name; without one nothing happens. */
bool package_parse(struct package *package, struct slice name, const struct xml_handlers *handlers,
                   struct error *error) MUST_CHECK;

void package_release(struct package *package);

/* Where a reference leads: relative to the folder of base, "..", "." and %XX resolved, a fragment cut off; one with '/'
 * in front is relative to the container. In the arena. */
struct slice package_resolve(struct package *package, struct slice base, struct slice reference);

/* The relations of a part in Office Open XML: "xl/workbook.xml" has them in "xl/_rels/workbook.xml.rels". */
struct package_relation {
    struct slice id, kind, target; /* kind: the last component of its type; target: a part's name */
};
struct package_relations {
    struct package_relation *items; /* in the package's arena */
    size_t count, capacity;
};

/* External ones are left out. Without such a part there are none. */
bool package_relations_of(struct package *package, struct slice part, struct package_relations *relations,
                          struct error *error) MUST_CHECK;
/* The target by id, or the first of a kind; empty if there is none. */
struct slice package_target(const struct package_relations *relations, const char *id);
struct slice package_target_of_kind(const struct package_relations *relations, const char *kind);

#endif
