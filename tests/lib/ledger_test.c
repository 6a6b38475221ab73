/* ledger_test.c - what was ingested: rows, runs, marks, acknowledgements. */
#include "store/ledger.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

/* A ledger in the test's folder, and the ids of its last tombstones. */
struct fixture {
    struct buffer path;
    struct ledger *ledger;
    struct buffer tombstones;
};

static void add_tombstone(void *context, struct slice id)
{
    struct fixture *fixture = context;
    buffer_append_slice(&fixture->tombstones, id);
    buffer_append_byte(&fixture->tombstones, ' ');
}

static void open_fixture(struct fixture *fixture)
{
    struct error error;
    *fixture = (struct fixture){ 0 };
    buffer_append_format(&fixture->path, "%s/ledger", test_folder());
    fixture->ledger = ledger_open(buffer_string(&fixture->path), LEDGER_WRITE, 1, &error);
    EXPECT(fixture->ledger != NULL);
}

static void close_fixture(struct fixture *fixture)
{
    ledger_close(fixture->ledger);
    buffer_release(&fixture->path);
    buffer_release(&fixture->tombstones);
}

/* Reads a file that holds the documents of `ids`, words; an id's hash is its first letter and `version`. Returns what
 * changed, a letter each: n new, c changed, s same. */
static const char *read_file(struct fixture *fixture, const char *path, const char *ids, uint64_t version)
{
    static char changes[64];
    struct error error;
    struct ledger_reading reading = { .stamp = { 10, 1, 1, 1 },
                                      .checked = 1000000000000,
                                      .hash = { version, version },
                                      .is_stable = true,
                                      .is_whole = true };
    struct ledger_tombstones tombstones = { fixture, add_tombstone };
    size_t count = 0;
    struct slice rest = slice_of_string(ids);
    buffer_reset(&fixture->tombstones);
    EXPECT(ledger_file_begin(fixture->ledger, SLICE("docs"), slice_of_string(path), &error));
    while (rest.length > 0) {
        size_t length = slice_find_byte(rest, ' ');
        struct slice id = slice_between(rest, 0, length);
        enum ledger_document_change change;
        EXPECT(ledger_document(fixture->ledger, id, (uint64_t)id.bytes[0] + version, &change, &error));
        changes[count++] = "ncs"[change];
        rest = slice_from(rest, length + 1);
    }
    changes[count] = '\0';
    EXPECT(ledger_file_end(fixture->ledger, &reading, &tombstones, &error));
    return changes;
}

static struct ledger_mark end_run(struct fixture *fixture)
{
    struct error error;
    struct ledger_mark mark;
    bool has_mark;
    EXPECT(ledger_run_end(fixture->ledger, &mark, &has_mark, &error));
    EXPECT(has_mark);
    return mark;
}

static void acknowledge(struct fixture *fixture, const struct ledger_mark *mark)
{
    struct error error;
    EXPECT(ledger_acknowledge(fixture->ledger, mark, &error));
}

/* The first row of the scan from the start. */
static struct ledger_file first_file(struct fixture *fixture)
{
    struct error error;
    const struct ledger_file *file;
    struct ledger_scan *scan = ledger_scan_open(fixture->ledger, SLICE("docs"));
    EXPECT(ledger_scan_next(scan, &file, &error));
    EXPECT(file != NULL);
    struct ledger_file copy = *file;
    ledger_scan_close(scan);
    return copy;
}

TEST(ledger_states, "ledger: a file is pending until its run is acknowledged, and pending documents are not the same")
{
    struct fixture fixture;
    open_fixture(&fixture);
    EXPECT_TEXT(slice_of_string(read_file(&fixture, "a", "x y", 1)), "nn");
    struct ledger_mark first = end_run(&fixture);
    EXPECT(first_file(&fixture).state == LEDGER_PENDING);
    EXPECT_TEXT(slice_of_string(read_file(&fixture, "a", "x y", 1)), "cc");
    struct ledger_mark second = end_run(&fixture);
    acknowledge(&fixture, &first);
    EXPECT(first_file(&fixture).state == LEDGER_PENDING);
    acknowledge(&fixture, &second);
    acknowledge(&fixture, &second);
    EXPECT(first_file(&fixture).state == LEDGER_DONE);
    EXPECT_TEXT(slice_of_string(read_file(&fixture, "a", "x y", 1)), "ss");
    EXPECT(first_file(&fixture).state == LEDGER_DONE);
    close_fixture(&fixture);
}

TEST(ledger_old, "ledger: documents that do not come again are buried, until that is acknowledged")
{
    struct fixture fixture;
    open_fixture(&fixture);
    read_file(&fixture, "a", "x y z", 1);
    struct ledger_mark mark = end_run(&fixture);
    acknowledge(&fixture, &mark);
    EXPECT_TEXT(slice_of_string(read_file(&fixture, "a", "x", 1)), "s");
    EXPECT_TEXT(buffer_slice(&fixture.tombstones), "y z ");
    end_run(&fixture);
    EXPECT_TEXT(slice_of_string(read_file(&fixture, "a", "x y", 1)), "cc");
    EXPECT_TEXT(buffer_slice(&fixture.tombstones), "z ");
    mark = end_run(&fixture);
    acknowledge(&fixture, &mark);
    EXPECT_TEXT(slice_of_string(read_file(&fixture, "a", "x y", 1)), "ss");
    EXPECT_TEXT(buffer_slice(&fixture.tombstones), "");
    close_fixture(&fixture);
}

TEST(ledger_elsewhere, "ledger: a document that another file has now is not buried")
{
    struct fixture fixture;
    open_fixture(&fixture);
    read_file(&fixture, "a", "x y", 1);
    struct ledger_mark mark = end_run(&fixture);
    acknowledge(&fixture, &mark);
    read_file(&fixture, "b", "y", 1);
    read_file(&fixture, "a", "x", 1);
    EXPECT_TEXT(buffer_slice(&fixture.tombstones), "");
    close_fixture(&fixture);
}

TEST(ledger_gone, "ledger: a file that vanished is forgotten once its tombstones arrived")
{
    struct fixture fixture;
    struct error error;
    struct ledger_counts counts;
    open_fixture(&fixture);
    struct ledger_tombstones tombstones = { &fixture, add_tombstone };
    read_file(&fixture, "a", "x y", 1);
    struct ledger_mark mark = end_run(&fixture);
    buffer_reset(&fixture.tombstones);
    EXPECT(ledger_file_gone(fixture.ledger, first_file(&fixture).number, &tombstones, &error));
    EXPECT_TEXT(buffer_slice(&fixture.tombstones), "x y ");
    struct ledger_mark second = end_run(&fixture);
    acknowledge(&fixture, &mark);
    EXPECT(first_file(&fixture).state == LEDGER_GONE);
    acknowledge(&fixture, &second);
    EXPECT(ledger_count(fixture.ledger, &counts, &error));
    EXPECT_INTEGER(counts.files, 0);
    EXPECT_INTEGER(counts.documents, 0);
    EXPECT_INTEGER(counts.events, 2);
    EXPECT(ledger_prune_journal(fixture.ledger, 1, -1, &error));
    EXPECT(ledger_count(fixture.ledger, &counts, &error));
    EXPECT_INTEGER(counts.events, 1);
    EXPECT(ledger_prune_journal(fixture.ledger, -1, 0, &error));
    EXPECT(ledger_count(fixture.ledger, &counts, &error));
    EXPECT_INTEGER(counts.events, 0);
    close_fixture(&fixture);
}

TEST(ledger_kill, "ledger: what was not committed is gone with the process, what was is pending and read again")
{
    struct fixture fixture;
    struct error error;
    open_fixture(&fixture);
    read_file(&fixture, "a", "x", 1);
    struct ledger_mark mark = end_run(&fixture);
    acknowledge(&fixture, &mark);
    EXPECT(ledger_file_begin(fixture.ledger, SLICE("docs"), SLICE("a"), &error));
    EXPECT(ledger_commit(fixture.ledger, &error));
    read_file(&fixture, "b", "y", 1);
    ledger_close(fixture.ledger);
    fixture.ledger = ledger_open(buffer_string(&fixture.path), LEDGER_WRITE, 1, &error);
    EXPECT(fixture.ledger != NULL);
    struct ledger_counts counts;
    EXPECT(ledger_count(fixture.ledger, &counts, &error));
    EXPECT_INTEGER(counts.files, 1);
    struct ledger_file file = first_file(&fixture);
    EXPECT(file.state == LEDGER_PENDING);
    EXPECT_INTEGER(file.stamp.size, -1);
    close_fixture(&fixture);
}

TEST(ledger_scan, "ledger: a scan gives all files in the order of their bytes, over many pages")
{
    struct fixture fixture;
    struct error error;
    char path[32];
    open_fixture(&fixture);
    for (int i = 2500; i > 0; i--) {
        snprintf(path, sizeof path, "%05d%c\xff", i, i % 2 ? '.' : '/');
        read_file(&fixture, path, "", 1);
    }
    EXPECT(ledger_commit(fixture.ledger, &error));
    struct ledger_scan *scan = ledger_scan_open(fixture.ledger, SLICE("docs"));
    const struct ledger_file *file;
    int count = 0;
    for (;;) {
        EXPECT(ledger_scan_next(scan, &file, &error));
        if (!file)
            break;
        count++;
        snprintf(path, sizeof path, "%05d%c\xff", count, count % 2 ? '.' : '/');
        EXPECT_SLICE(file->path, slice_of_string(path));
        EXPECT(file->state == LEDGER_DONE); /* nothing came of it, so nothing need arrive */
    }
    EXPECT_INTEGER(count, 2500);
    ledger_scan_close(scan);
    scan = ledger_scan_open(fixture.ledger, SLICE("doc"));
    EXPECT(ledger_scan_next(scan, &file, &error));
    EXPECT(file == NULL);
    ledger_scan_close(scan);
    close_fixture(&fixture);
}

TEST(ledger_racy, "ledger: a stamp that a later change could bear, too, is not trusted")
{
    struct ledger_file file = { .state = LEDGER_DONE, .stamp = { 5, 1000000001, 1000000001, 7 } };
    struct ledger_stamp stamp = file.stamp;
    file.checked = 1000000001 + 50000000;
    EXPECT(!ledger_is_current(&file, &stamp));
    file.checked = 1000000001 + 150000000;
    EXPECT(ledger_is_current(&file, &stamp));
    stamp.inode++;
    EXPECT(!ledger_is_current(&file, &stamp));
    file.stamp = stamp = (struct ledger_stamp){ 5, 1000000000, 1000000000, 7 }; /* a clock of whole seconds */
    EXPECT(!ledger_is_current(&file, &stamp));
    file.checked = 4000000000;
    EXPECT(ledger_is_current(&file, &stamp));
    file.state = LEDGER_PENDING;
    EXPECT(!ledger_is_current(&file, &stamp));
}

TEST(ledger_marks, "ledger: a mark is a line and back, and another ledger's is refused")
{
    struct fixture fixture;
    struct error error;
    struct buffer line = { 0 };
    struct ledger_mark mark = { 12, { 0x0123456789abcdef, 0xfedcba9876543210 } }, found = { 0, { 0, 0 } };
    ledger_mark_append(&mark, &line);
    EXPECT_TEXT(buffer_slice(&line),
                "{\"garner\":{\"ledger\":{\"run\":12,\"digest\":\"fedcba98765432100123456789abcdef\"}}}");
    EXPECT(ledger_mark_parse(buffer_slice(&line), &found));
    EXPECT(found.run == 12 && found.digest.low == mark.digest.low && found.digest.high == mark.digest.high);
    EXPECT(!ledger_mark_parse(SLICE("{\"garner\":{\"ledger\":{\"run\":12,\"digest\":\"\"}}}"), &found));
    EXPECT(!ledger_mark_parse(SLICE("{\"garner\":{\"ledger\":{\"run\":\"12\"}}}"), &found));
    EXPECT(!ledger_mark_parse(SLICE("{\"garner\":{}}"), &found));
    EXPECT(!ledger_mark_parse(SLICE("{"), &found));
    open_fixture(&fixture);
    EXPECT(!ledger_acknowledge(fixture.ledger, &mark, &error));
    EXPECT(error.code == E_LEDGER);
    close_fixture(&fixture);
    buffer_release(&line);
}

static void count_fault(void *context, const struct error *fault)
{
    struct buffer *text = context;
    buffer_append_format(text, "%s:%lld %s %s;", fault->file, (long long)fault->line, code_entry(fault->code)->name,
                         fault->message);
}

TEST(ledger_faults_kept, "ledger: faults are told again as they were, up to a bound")
{
    struct fixture fixture;
    struct error error, fault;
    struct buffer text = { 0 };
    open_fixture(&fixture);
    EXPECT(ledger_file_begin(fixture.ledger, SLICE("docs"), SLICE("a"), &error));
    error_set(&fault, E_CSV_QUOTE, "a quote");
    error_place(&fault, "docs/a", 7, 0);
    EXPECT(ledger_fault(fixture.ledger, &fault, &error));
    for (int i = 0; i < LEDGER_FAULTS_MAXIMUM + 5; i++)
        EXPECT(ledger_fault(fixture.ledger, &fault, &error));
    struct ledger_reading reading = { .is_stable = true, .is_whole = true };
    struct ledger_tombstones tombstones = { &fixture, add_tombstone };
    EXPECT(ledger_file_end(fixture.ledger, &reading, &tombstones, &error));
    EXPECT_INTEGER(first_file(&fixture).faults, LEDGER_FAULTS_MAXIMUM + 6);
    EXPECT(ledger_faults(fixture.ledger, first_file(&fixture).number, count_fault, &text, &error));
    EXPECT(slice_starts_with(buffer_slice(&text), SLICE("docs/a:7 E_CSV_QUOTE a quote;")));
    EXPECT(slice_ends_with(buffer_slice(&text), SLICE("docs/a:0 E_CSV_QUOTE 6 more faults;")));
    buffer_release(&text);
    close_fixture(&fixture);
}

TEST(ledger_files, "ledger: it is for its owner, known by its first bytes, and not made for readers")
{
    struct fixture fixture;
    struct error error;
    struct stat status;
    open_fixture(&fixture);
    EXPECT(stat(buffer_string(&fixture.path), &status) == 0);
    EXPECT_INTEGER(status.st_mode & 0777, 0600);
    EXPECT(ledger_is_at(buffer_string(&fixture.path)));
    EXPECT(!ledger_is_at(test_folder()));
    buffer_append_string(&fixture.path, "-missing");
    EXPECT(ledger_open(buffer_string(&fixture.path), LEDGER_READ, 0, &error) == NULL);
    EXPECT(error.code == E_NO_INPUT);
    EXPECT(access(buffer_string(&fixture.path), F_OK) != 0);
    close_fixture(&fixture);
}
