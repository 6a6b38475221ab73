/* walk.h - the files below the operands, in one order on every machine.
 *
 * Order: operands as given; below a folder by the bytes of the path, whatever order the file system has. Hidden names
 * (a dot in front) are left out unless asked for, and so is what version control keeps (.git, .hg, .svn, CVS, ...)
 * always, unless it is an operand itself. Symbolic links are passed over unless asked for; a link back to a folder
 * above it always is. FIFOs, sockets and devices are passed over, but an operand may be one.
 *
 * Memory: the names of the folders on the way down, no recursion, no descriptor held between calls; a path may be
 * longer than PATH_MAX. Not thread safe. */
#ifndef DOCUMENT_WALK_H
#define DOCUMENT_WALK_H

#include <sys/stat.h>

#include "base/arena.h"
#include "base/error.h"
#include "document/glob.h"

struct walk_settings {
    const char *const *operands; /* paths; "-" is standard input */
    size_t operand_count;
    const char *root_name;      /* stands in sources instead of the operand's name; "" for nothing; NULL: the name */
    const char *standard_input; /* source of "-"; NULL: "stdin" */
    bool with_hidden;
    bool with_gitignore; /* .gitignore files below, and above up to the folder that holds .git; .git/info/exclude */
    bool follows_links;
    const struct glob_list *include; /* files to take, all when empty; a folder that matches takes all below */
    const struct glob_list *exclude; /* files and folders to leave out; goes before include */
    void (*enters)(void *context, const char *folder); /* right before a folder is read; may be NULL */
    void *context;                                     /* of enters */
};

struct walk_file {
    const char *path;    /* what opens it: the operand and the path below; "-" for standard input */
    struct slice source; /* the operand's last component and the path below, valid UTF-8 */
    bool has_raw_name;   /* the name is no UTF-8: bytes stand as %XX in source */
    bool is_operand;
    bool is_archive;  /* by its name */
    bool has_sidecar; /* a file NAME.metadata.json stands beside it */
    bool is_taken;    /* false: no --include takes its name, but it may be an archive with members that one takes */
};

/* Where the walk is: the operand, and the path below it as the file system has it. */
struct walk_place {
    size_t operand;     /* its index */
    struct slice root;  /* what stands for the operand in sources, without '/' at the end */
    struct slice below; /* empty for an operand that is a file, and for the operand's own folder */
};

/* What was passed over by design. */
struct walk_counts {
    int64_t links, loops, special, excluded;
};

enum walk_step { WALK_FILE, WALK_FAULT, WALK_END };

struct walk;

/* settings and what it points to must outlive the walk. Owned: walk_close(). Errors: E_NO_INPUT for an operand that
 * does not exist; E_USAGE for two operands that would give the same sources, naming both. */
struct walk *walk_open(const struct walk_settings *settings, struct error *error) MUST_CHECK;

/* The next file; its texts go to arena. WALK_FAULT: a folder or link that cannot be read, error names it (E_NO_INPUT,
 * E_IO, E_LIMIT); the next call goes on behind it. */
enum walk_step walk_next(struct walk *walk, struct arena *arena, struct walk_file *file, struct error *error);

/* Appends the root of an operand: for those that the walk finds nothing in. */
void walk_append_root(const struct walk_settings *settings, size_t operand, struct buffer *root);

/* Of the last file or fault. Borrowed until the next call. */
struct walk_place walk_place(const struct walk *walk);

const struct walk_counts *walk_counts(const struct walk *walk);
void walk_close(struct walk *walk);

/* Opens a file that the walk gave, for reading, never blocking on a FIFO, and never through a link unless told so.
 * Returns the descriptor, -1 with errno. */
int walk_file_open(const char *path, bool follows_links);

/* lstat(2) of it, or stat(2) where links are followed; a path of any length. false with errno. */
bool walk_file_status(const struct walk_file *file, bool follows_links, struct stat *status);

/* Bytes of the file now; -1 for what has no size or is gone. */
int64_t walk_file_size(const struct walk_file *file);

/* The name or any folder on the way begins with a dot, or is kept by version control: for members of archives. */
bool walk_is_hidden(struct slice path, bool with_hidden);

/* Appends a name as it stands in sources: bytes that are no UTF-8 as %XX. Returns whether there were any. */
bool walk_append_source(struct buffer *source, struct slice name);

#endif
