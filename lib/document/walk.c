/* walk.c - the files below the operands, in one order on every machine. */
#define _GNU_SOURCE /* d_type, O_PATH */
#include "document/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/map.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "document/ignore.h"
#include "document/sidecar.h"

enum entry_kind { ENTRY_FILE, ENTRY_FOLDER, ENTRY_BROKEN_LINK };

struct entry {
    const char *name; /* while its folder is sorted; then offset says where it is */
    size_t offset;    /* into names */
    size_t length;
    enum entry_kind kind;
};

/* One folder on the way down. Its entries and names lie at the end of those of the folders above. */
struct level {
    size_t next, end; /* entries not yet visited */
    size_t first;
    size_t names_length; /* of what lies before its names */
    size_t path_length;
    struct ignore_mark ignores;
    dev_t device;
    ino_t inode;
    bool is_taken; /* an include pattern took the folder */
};

struct walk {
    const struct walk_settings *settings;
    size_t operand; /* the next one */
    struct buffer path;
    size_t below;         /* where the path below the operand begins in path */
    struct buffer root;   /* the operand's part of the source, with its '/' */
    struct buffer source; /* scratch */
    struct buffer names;
    struct entry *entries;
    size_t entry_count, entry_capacity;
    struct level *levels;
    size_t level_count, level_capacity;
    struct ignore_stack ignores;
    struct walk_counts counts;
};

/* openat() of a path of any length: what is longer than PATH_MAX is opened piece by piece. */
static int open_path(const char *path, int flags)
{
    int at = AT_FDCWD;
    size_t length = strlen(path);
    while (length >= PATH_MAX) {
        size_t cut = PATH_MAX - 2;
        while (cut > 0 && path[cut] != '/')
            cut--;
        char piece[PATH_MAX];
        memcpy(piece, path, cut);
        piece[cut] = '\0';
        int next = cut ? openat(at, piece, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
        int failure = cut ? errno : ENAMETOOLONG;
        if (at != AT_FDCWD)
            close(at);
        if (next < 0) {
            errno = failure;
            return -1;
        }
        at = next;
        path += cut + 1;
        length -= cut + 1;
    }
    int descriptor = openat(at, path, flags | O_CLOEXEC);
    int failure = errno;
    if (at != AT_FDCWD)
        close(at);
    errno = failure;
    return descriptor;
}

int walk_file_open(const char *path, bool follows_links)
{
    return open_path(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | (follows_links ? 0 : O_NOFOLLOW));
}

bool walk_file_status(const struct walk_file *file, bool follows_links, struct stat *status)
{
    int flags = follows_links || file->is_operand ? 0 : AT_SYMLINK_NOFOLLOW;
    if (fstatat(AT_FDCWD, file->path, status, flags) == 0)
        return true;
    if (errno != ENAMETOOLONG)
        return false;
    int descriptor = open_path(file->path, O_PATH | (flags ? O_NOFOLLOW : 0));
    bool is_good = descriptor >= 0 && fstat(descriptor, status) == 0;
    int failure = errno;
    if (descriptor >= 0)
        close(descriptor);
    errno = failure;
    return is_good;
}

int64_t walk_file_size(const struct walk_file *file)
{
    struct stat status;
    int descriptor = open_path(file->path, O_PATH);
    int64_t bytes = descriptor >= 0 && fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) ? status.st_size : -1;
    if (descriptor >= 0)
        close(descriptor);
    return bytes;
}

static bool is_version_control(struct slice name)
{
    static const char *const names[] = { ".git", ".hg", ".svn", ".bzr", ".jj", ".pijul", "CVS", "_darcs" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_equal(name, slice_of_string(names[i])))
            return true;
    return false;
}

bool walk_is_hidden(struct slice path, bool with_hidden)
{
    while (path.length > 0) {
        size_t end = slice_find_byte(path, '/');
        struct slice name = slice_between(path, 0, end);
        if (is_version_control(name) || (!with_hidden && slice_starts_with(name, SLICE("."))))
            return true;
        path = slice_from(path, end + 1);
    }
    return false;
}

bool walk_append_source(struct buffer *source, struct slice name)
{
    bool is_raw = false;
    for (;;) {
        size_t valid = utf8_valid_length(name);
        buffer_append(source, name.bytes, valid);
        if (valid == name.length)
            return is_raw;
        is_raw = true;
        buffer_append_format(source, "%%%02X", (unsigned)(unsigned char)name.bytes[valid]);
        name = slice_from(name, valid + 1);
    }
}

/* An archive may hold what --include asks for although its own name does not match. */
static bool is_archive_name(struct slice name)
{
    static const char *const ends[] = { ".tar", ".tgz",  ".tbz",  ".tbz2",    ".txz",  ".tzst",   ".zip",
                                        ".7z",  ".cpio", ".mbox", ".mbox.gz", ".warc", ".warc.gz" };
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (slice_ends_with(name, slice_of_string(ends[i])))
            return true;
    size_t dot = slice_find(name, SLICE(".tar."));
    return dot < name.length && slice_find_byte(slice_from(name, dot + 5), '.') == name.length - dot - 5;
}

static struct slice path_below(const struct walk *walk)
{
    return slice_from(buffer_slice(&walk->path), walk->below);
}

/* By the bytes of the whole path: a folder's name counts with the '/' that follows it there. */
static int compare_entries(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    size_t common = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->name, b->name, common);
    if (order != 0 || a->length == b->length)
        return order;
    const struct entry *shorter = a->length < b->length ? a : b, *longer = shorter == a ? b : a;
    bool is_less = shorter->kind != ENTRY_FOLDER || '/' < (unsigned char)longer->name[common];
    return is_less == (shorter == a) ? -1 : 1;
}

/* Says what to do with a name; false: pass it over. */
static bool classify(struct walk *walk, int folder, const struct dirent *found, enum entry_kind *kind)
{
    mode_t mode = (mode_t)DTTOIF(found->d_type);
    struct stat status;
    if (found->d_type == DT_UNKNOWN && fstatat(folder, found->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0)
        mode = status.st_mode & S_IFMT;
    if (mode == S_IFLNK && !walk->settings->follows_links) {
        walk->counts.links++;
        return false;
    }
    if (mode == S_IFLNK) {
        *kind = ENTRY_BROKEN_LINK;
        if (fstatat(folder, found->d_name, &status, 0) != 0)
            return true;
        mode = status.st_mode & S_IFMT;
    }
    *kind = mode == S_IFDIR ? ENTRY_FOLDER : ENTRY_FILE;
    if (mode == S_IFDIR || mode == S_IFREG)
        return true;
    walk->counts.special++;
    return false;
}

static void add_entry(struct walk *walk, struct slice name, enum entry_kind kind)
{
    if (walk->entry_count == walk->entry_capacity)
        walk->entries = memory_grow(walk->entries, &walk->entry_capacity, walk->entry_count + 1, sizeof *walk->entries);
    walk->entries[walk->entry_count++] =
        (struct entry){ .offset = walk->names.length, .length = name.length, .kind = kind };
    buffer_append_slice(&walk->names, name);
}

/* Reads the names of a folder into the level and sorts them. false: reading broke off; what was read stays. */
static bool read_names(struct walk *walk, DIR *folder, struct level *level, struct ignore_seen *seen,
                       struct error *error)
{
    bool is_whole = true;
    for (;;) {
        errno = 0;
        const struct dirent *found = readdir(folder);
        if (!found) {
            if (errno != 0)
                is_whole = error_set_system(error, E_IO, errno, "cannot read the folder");
            break;
        }
        struct slice name = slice_of_string(found->d_name);
        if (slice_equal(name, SLICE(".")) || slice_equal(name, SLICE("..")))
            continue;
        seen->has_gitignore |= slice_equal(name, SLICE(".gitignore"));
        seen->has_git |= slice_equal(name, SLICE(".git"));
        enum entry_kind kind;
        if (!walk_is_hidden(name, walk->settings->with_hidden) && classify(walk, dirfd(folder), found, &kind))
            add_entry(walk, name, kind);
    }
    level->end = walk->entry_count;
    for (size_t i = level->first; i < level->end; i++)
        walk->entries[i].name = walk->names.bytes + walk->entries[i].offset;
    if (level->end > level->first)
        qsort(walk->entries + level->first, level->end - level->first, sizeof *walk->entries, compare_entries);
    return is_whole;
}

static bool is_loop(const struct walk *walk, const struct level *level)
{
    for (size_t i = 0; i < walk->level_count; i++)
        if (walk->levels[i].inode == level->inode && walk->levels[i].device == level->device)
            return true;
    return false;
}

/* Goes down into the folder that walk->path names. false: a fault to report; a level may have been added all the same.
 */
static bool enter_folder(struct walk *walk, bool is_taken, bool follows_links, struct error *error)
{
    const char *path = buffer_string(&walk->path);
    if (walk->settings->enters)
        walk->settings->enters(walk->settings->context, path);
    int descriptor = open_path(path, O_RDONLY | O_DIRECTORY | (follows_links ? 0 : O_NOFOLLOW));
    DIR *folder = descriptor < 0 ? NULL : fdopendir(descriptor);
    if (!folder) {
        error_set_system(error, E_NO_INPUT, errno, "cannot open the folder");
        if (descriptor >= 0)
            close(descriptor);
        return error_place(error, path, 0, 0);
    }
    struct level level = { .next = walk->entry_count,
                           .first = walk->entry_count,
                           .names_length = walk->names.length,
                           .path_length = walk->path.length,
                           .ignores = ignore_stack_mark(&walk->ignores),
                           .is_taken = is_taken };
    struct stat status;
    if (follows_links && fstat(descriptor, &status) == 0) {
        level.device = status.st_dev;
        level.inode = status.st_ino;
        if (is_loop(walk, &level)) {
            walk->counts.loops++;
            closedir(folder);
            return true;
        }
    }
    struct ignore_seen seen = { false, false };
    bool is_whole = read_names(walk, folder, &level, &seen, error);
    if (walk->settings->with_gitignore && (seen.has_git || seen.has_gitignore)) {
        struct error other;
        error_reset(&other);
        if (!ignore_stack_enter(&walk->ignores, dirfd(folder), &seen, path_below(walk), &other) && is_whole) {
            is_whole = false;
            *error = other;
        }
    }
    closedir(folder);
    if (walk->level_count == walk->level_capacity)
        walk->levels = memory_grow(walk->levels, &walk->level_capacity, walk->level_count + 1, sizeof *walk->levels);
    walk->levels[walk->level_count++] = level;
    return is_whole || error_place(error, path, 0, 0);
}

static void leave_folder(struct walk *walk)
{
    const struct level *level = &walk->levels[--walk->level_count];
    walk->entry_count = level->first;
    walk->names.length = level->names_length;
    ignore_stack_return(&walk->ignores, level->ignores);
}

static void set_path(struct walk *walk, size_t length, struct slice name)
{
    walk->path.length = length;
    if (length > 0 && walk->path.bytes[length - 1] != '/')
        buffer_append_byte(&walk->path, '/');
    buffer_append_slice(&walk->path, name);
}

static void fill_file(struct walk *walk, struct arena *arena, struct slice below, struct walk_file *file)
{
    walk->source.length = 0;
    file->has_raw_name = walk_append_source(&walk->source, buffer_slice(&walk->root));
    file->has_raw_name |= walk_append_source(&walk->source, below);
    file->source = arena_copy(arena, buffer_slice(&walk->source));
    file->path = arena_copy_string(arena, buffer_slice(&walk->path));
}

/* Is the path left out by --exclude or a .gitignore? */
static bool is_left_out(struct walk *walk, bool is_folder)
{
    struct slice below = path_below(walk);
    bool is_out = glob_list_ask(walk->settings->exclude, below, is_folder) == GLOB_YES ||
                  (walk->settings->with_gitignore && ignore_stack_ask(&walk->ignores, below, is_folder));
    walk->counts.excluded += is_out;
    return is_out;
}

static bool is_included(const struct walk *walk, bool is_folder)
{
    return walk->settings->include->count == 0 ||
           glob_list_ask(walk->settings->include, path_below(walk), is_folder) == GLOB_YES;
}

/* The entries' names are looked at, so that no file costs a second stat. */
static bool has_sidecar(struct walk *walk, const struct level *level, struct slice name)
{
    size_t low = level->first, high = level->end;
    walk->source.length = 0;
    buffer_append_slice(&walk->source, name);
    buffer_append_string(&walk->source, SIDECAR_ENDING);
    struct slice wanted = buffer_slice(&walk->source);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct entry *entry = &walk->entries[middle];
        int order = slice_compare(wanted, slice_of(walk->names.bytes + entry->offset, entry->length));
        if (order == 0)
            return entry->kind == ENTRY_FILE;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

/* Visits the next entry of the innermost folder. WALK_END: there was nothing to report, go on. */
static enum walk_step visit(struct walk *walk, struct arena *arena, struct walk_file *file, struct error *error)
{
    struct level *level = &walk->levels[walk->level_count - 1];
    if (level->next == level->end) {
        leave_folder(walk);
        return WALK_END;
    }
    const struct entry *entry = &walk->entries[level->next++];
    struct slice name = slice_of(walk->names.bytes + entry->offset, entry->length);
    bool is_folder = entry->kind == ENTRY_FOLDER;
    set_path(walk, level->path_length, name);
    if (is_left_out(walk, is_folder))
        return WALK_END;
    bool is_taken = level->is_taken || is_included(walk, is_folder);
    if (is_folder)
        return enter_folder(walk, is_taken, walk->settings->follows_links, error) ? WALK_END : WALK_FAULT;
    if (!is_taken && !is_archive_name(name))
        return WALK_END;
    if (entry->kind == ENTRY_BROKEN_LINK) {
        error_set(error, E_NO_INPUT, "the link leads nowhere");
        error_place(error, buffer_string(&walk->path), 0, 0);
        return WALK_FAULT;
    }
    *file = (struct walk_file){ .is_taken = is_taken, .is_archive = is_archive_name(name) };
    file->has_sidecar = has_sidecar(walk, level, name);
    fill_file(walk, arena, path_below(walk), file);
    return WALK_FILE;
}

/* The operand's last component; of the folder itself where the operand ends in "." or "..". Empty for "/". */
static void append_operand_name(struct buffer *name, const char *operand)
{
    struct slice path = slice_of_string(operand);
    char real[PATH_MAX];
    while (path.length > 0 && path.bytes[path.length - 1] == '/')
        path.length--;
    size_t start = path.length;
    while (start > 0 && path.bytes[start - 1] != '/')
        start--;
    struct slice last = slice_from(path, start);
    if (slice_equal(last, SLICE(".")) || slice_equal(last, SLICE(".."))) {
        if (realpath(operand, real))
            last = slice_of_string(strrchr(real, '/') + 1);
    }
    buffer_append_slice(name, last);
}

static bool is_standard_input(const char *operand)
{
    return strcmp(operand, "-") == 0;
}

/* What stands in sources for the operand: without a '/' at the end. */
static void append_root(const struct walk_settings *settings, const char *operand, bool is_folder, struct buffer *root)
{
    if (is_standard_input(operand)) {
        buffer_append_string(root, settings->standard_input ? settings->standard_input : "stdin");
        return;
    }
    if (settings->root_name)
        buffer_append_string(root, settings->root_name);
    if (settings->root_name && is_folder)
        return;
    if (root->length > 0)
        buffer_append_byte(root, '/');
    append_operand_name(root, operand);
}

static bool is_folder_at(const char *operand)
{
    struct stat status;
    return !is_standard_input(operand) && stat(operand, &status) == 0 && S_ISDIR(status.st_mode);
}

static enum walk_step start_operand(struct walk *walk, struct arena *arena, struct walk_file *file, struct error *error)
{
    const char *operand = walk->settings->operands[walk->operand++];
    bool is_folder = is_folder_at(operand);
    walk->path.length = walk->root.length = 0;
    buffer_append_string(&walk->path, operand);
    append_root(walk->settings, operand, is_folder, &walk->root);
    if (is_folder) {
        if (walk->root.length > 0)
            buffer_append_byte(&walk->root, '/');
        if (walk->path.bytes[walk->path.length - 1] != '/')
            buffer_append_byte(&walk->path, '/');
        walk->below = walk->path.length;
        ignore_stack_reset(&walk->ignores);
        if (walk->settings->with_gitignore)
            ignore_stack_start(&walk->ignores, operand);
        return enter_folder(walk, walk->settings->include->count == 0, true, error) ? WALK_END : WALK_FAULT;
    }
    walk->below = walk->path.length;
    struct buffer name = { 0 };
    append_operand_name(&name, operand);
    bool is_out = glob_list_ask(walk->settings->exclude, buffer_slice(&name), false) == GLOB_YES;
    walk->counts.excluded += is_out;
    *file = (struct walk_file){ .is_operand = true, .is_archive = is_archive_name(buffer_slice(&name)) };
    file->is_taken = walk->settings->include->count == 0 || is_standard_input(operand) ||
                     glob_list_ask(walk->settings->include, buffer_slice(&name), false) == GLOB_YES;
    bool is_wanted = !is_out && (file->is_taken || is_archive_name(buffer_slice(&name)));
    buffer_release(&name);
    fill_file(walk, arena, slice_of("", 0), file);
    return is_wanted ? WALK_FILE : WALK_END;
}

void walk_append_root(const struct walk_settings *settings, size_t operand, struct buffer *root)
{
    append_root(settings, settings->operands[operand], is_folder_at(settings->operands[operand]), root);
}

static bool same_name(const char *first, const char *second, struct slice name, struct error *error)
{
    return error_set(error, E_USAGE,
                     "'%s' and '%s' would both be '%.*s' in the ids: ingest them apart, with --root-name", first,
                     second, (int)name.length, name.bytes);
}

/* With --root-name a folder's files and the file operands lie under one name. */
static bool check_shared_root(const struct walk_settings *settings, struct error *error)
{
    for (size_t i = 0; settings->root_name && i < settings->operand_count; i++)
        for (size_t k = 0; k < settings->operand_count && is_folder_at(settings->operands[i]); k++)
            if (k != i && !is_standard_input(settings->operands[k]))
                return same_name(settings->operands[i < k ? i : k], settings->operands[i < k ? k : i],
                                 slice_of_string(settings->root_name), error);
    return true;
}

static bool check_operands(const struct walk_settings *settings, struct error *error)
{
    struct map roots = { 0 };
    struct buffer root = { 0 };
    bool is_good = true;
    for (size_t i = 0; i < settings->operand_count && is_good; i++) {
        const char *operand = settings->operands[i];
        struct stat status;
        if (!is_standard_input(operand) && stat(operand, &status) != 0) {
            error_set_system(error, E_NO_INPUT, errno, "cannot open");
            is_good = error_place(error, operand, 0, 0);
            break;
        }
        buffer_reset(&root);
        append_root(settings, operand, is_folder_at(operand), &root);
        bool is_new;
        struct map_entry *entry = map_insert(&roots, buffer_slice(&root), &is_new);
        if (!is_new)
            is_good = same_name(settings->operands[entry->value], operand, buffer_slice(&root), error);
        entry->value = i;
    }
    buffer_release(&root);
    map_release(&roots);
    return is_good && check_shared_root(settings, error);
}

struct walk *walk_open(const struct walk_settings *settings, struct error *error)
{
    if (!check_operands(settings, error))
        return NULL;
    struct walk *walk = memory_allocate_zeroed(1, sizeof *walk);
    walk->settings = settings;
    return walk;
}

enum walk_step walk_next(struct walk *walk, struct arena *arena, struct walk_file *file, struct error *error)
{
    while (walk->level_count > 0 || walk->operand < walk->settings->operand_count) {
        enum walk_step step =
            walk->level_count > 0 ? visit(walk, arena, file, error) : start_operand(walk, arena, file, error);
        if (step != WALK_END)
            return step;
    }
    return WALK_END;
}

struct walk_place walk_place(const struct walk *walk)
{
    struct slice root = buffer_slice(&walk->root);
    if (root.length > 0 && root.bytes[root.length - 1] == '/')
        root.length--;
    return (struct walk_place){ walk->operand - 1, root, path_below(walk) };
}

const struct walk_counts *walk_counts(const struct walk *walk)
{
    return &walk->counts;
}

void walk_close(struct walk *walk)
{
    if (!walk)
        return;
    ignore_stack_release(&walk->ignores);
    buffer_release(&walk->path);
    buffer_release(&walk->root);
    buffer_release(&walk->source);
    buffer_release(&walk->names);
    memory_free(walk->entries);
    memory_free(walk->levels);
    memory_free(walk);
}
