/* cache_test.c - the cache of answers: kept, shared, recovered, pruned. */
#include "store/cache.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/digest.h"
#include "test.h"

static char notices[4096];

static void note(void *context, const char *message)
{
    (void)context;
    size_t length = strlen(notices);
    snprintf(notices + length, sizeof notices - length, "%s\n", message);
}

static struct cache *open_cache(const struct cache_settings *settings)
{
    struct error error;
    struct cache *cache = cache_open(settings, &error);
    if (!cache)
        test_fail(__FILE__, __LINE__, "%s", error.message);
    return cache;
}

/* A path in the test's folder. Static: until the fourth call after it. */
static const char *at(const char *name)
{
    static char paths[4][512];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", test_folder(), name);
    return path;
}

static struct cache *open_plain(void)
{
    struct cache_settings settings = { .folder = at("cache"), .notice = note };
    notices[0] = '\0';
    return open_cache(&settings);
}

static struct cache_key key_of(int number)
{
    struct cache_key key;
    struct slice part = slice_of((const char *)&number, sizeof number);
    struct error error;
    EXPECT_OK(digest_load(&error), &error);
    cache_key_make(CACHE_VECTOR, &part, 1, &key);
    return key;
}

static void put(struct cache *cache, int number)
{
    struct cache_key key = key_of(number);
    char text[64];
    int length = snprintf(text, sizeof text, "answer %d", number);
    struct cache_entry entry = { CACHE_VECTOR, &key, slice_of(text, (size_t)length) };
    struct error error;
    EXPECT_OK(cache_put(cache, &entry, 1, &error), &error);
}

static bool has(struct cache *cache, int number)
{
    struct cache_key key = key_of(number);
    struct arena arena = { 0 };
    struct slice value;
    struct error error;
    bool is_found;
    char text[64];
    int length = snprintf(text, sizeof text, "answer %d", number);
    EXPECT_OK(cache_get(cache, CACHE_VECTOR, &key, &arena, &value, &is_found, &error), &error);
    if (is_found)
        EXPECT_SLICE(value, slice_of(text, (size_t)length));
    arena_release(&arena);
    return is_found;
}

TEST(cache_kept,
     "cache: an answer is there at once and after opening anew; kinds are apart; files are the user's alone")
{
    struct cache *cache = open_plain();
    struct cache_key key = key_of(1);
    struct arena arena = { 0 };
    struct slice value;
    struct error error;
    struct stat status;
    bool is_found;
    EXPECT(!has(cache, 1));
    put(cache, 1);
    EXPECT(has(cache, 1));
    EXPECT_OK(cache_get(cache, CACHE_CHAT, &key, &arena, &value, &is_found, &error), &error);
    EXPECT(!is_found);
    cache_close(cache);
    cache = open_plain();
    EXPECT(has(cache, 1) && !has(cache, 2));
    cache_close(cache);
    EXPECT(stat(at("cache"), &status) == 0 && (status.st_mode & 0777) == 0700);
    EXPECT(stat(at("cache/00000001.log"), &status) == 0 && (status.st_mode & 0777) == 0600);
    EXPECT(stat(at("cache/table"), &status) == 0 && (status.st_mode & 0777) == 0600);
    EXPECT_TEXT(slice_of_string(notices), "");
    arena_release(&arena);
}

TEST(cache_keys, "cache: a key tells parts apart, and the long way gives the same as the short one")
{
    struct slice first[2] = { SLICE("ab"), SLICE("c") }, second[2] = { SLICE("a"), SLICE("bc") };
    struct cache_key a, b, c;
    struct cache_key_prefix prefix = { { 0 } };
    struct error error;
    EXPECT_OK(digest_load(&error), &error);
    cache_key_make(CACHE_VECTOR, first, 2, &a);
    cache_key_make(CACHE_VECTOR, second, 2, &b);
    EXPECT(memcmp(&a, &b, sizeof a) != 0);
    cache_key_make(CACHE_CHAT, first, 2, &b);
    EXPECT(memcmp(&a, &b, sizeof a) != 0);
    cache_key_prefix_make(CACHE_VECTOR, first, 1, &prefix);
    cache_key_finish(&prefix, first[1], &c);
    EXPECT(memcmp(&a, &c, sizeof a) == 0);
    cache_key_finish(&prefix, first[1], &c);
    EXPECT(memcmp(&a, &c, sizeof a) == 0);
    cache_key_prefix_release(&prefix);
}

TEST(cache_many, "cache: the table grows with thousands of answers, seen by a handle that was open before")
{
    struct cache *writer = open_plain(), *reader = open_plain();
    enum { MANY = 30000 };
    put(writer, 0);
    EXPECT(has(reader, 0));
    for (int i = 1; i < MANY; i++)
        put(writer, i);
    for (int i = 0; i < MANY; i += 7)
        EXPECT(has(reader, i));
    put(reader, MANY);
    EXPECT(has(writer, MANY));
    cache_close(reader);
    cache_close(writer);
}

TEST(cache_shared, "cache: processes that write at once lose nothing")
{
    enum { WRITERS = 4, EACH = 3000 };
    struct cache *cache = open_plain();
    cache_close(cache);
    for (int writer = 0; writer < WRITERS; writer++)
        if (fork() == 0) {
            cache = open_plain();
            for (int i = 0; i < EACH; i++)
                put(cache, writer * EACH / 2 + i); /* half of them also by the next one */
            cache_close(cache);
            _exit(0);
        }
    int status;
    while (wait(&status) > 0)
        EXPECT_INTEGER(status, 0);
    struct cache_info info;
    struct error error;
    cache = open_plain();
    for (int i = 0; i < EACH * (WRITERS + 1) / 2; i++)
        EXPECT(has(cache, i));
    cache_close(cache);
    EXPECT_OK(cache_verify(at("cache"), NULL, NULL, &info, &error), &error);
    EXPECT_INTEGER(info.entries[CACHE_VECTOR], EACH * (WRITERS + 1) / 2);
    EXPECT_INTEGER(info.damaged + info.torn_bytes, 0);
}

static void append_junk(const char *path, size_t bytes)
{
    int file = open(path, O_WRONLY | O_APPEND);
    for (size_t i = 0; i < bytes; i++)
        EXPECT(write(file, "CRNE", 1) == 1);
    close(file);
}

TEST(cache_torn, "cache: a torn tail is cut off by the next writer, and said; what came before stays")
{
    struct cache *cache = open_plain();
    put(cache, 1);
    cache_close(cache);
    append_junk(at("cache/00000001.log"), 37);
    cache = open_plain();
    EXPECT(has(cache, 1));
    put(cache, 2);
    EXPECT_TEXT(slice_of_string(notices),
                "the cache's log 00000001 ended in the middle of an entry: 37 bytes of a dead "
                "writer are cut off\n");
    cache_close(cache);
    cache = open_plain();
    EXPECT(has(cache, 1) && has(cache, 2));
    cache_close(cache);
}

TEST(cache_killed, "cache: a writer that is killed leaves what it had put")
{
    struct cache *cache = open_plain();
    cache_close(cache);
    if (fork() == 0) {
        cache = open_plain();
        for (int i = 0; i < 500; i++)
            put(cache, i);
        raise(9);
    }
    int status;
    EXPECT(wait(&status) > 0);
    cache = open_plain();
    for (int i = 0; i < 500; i++)
        EXPECT(has(cache, i));
    cache_close(cache);
}

TEST(cache_no_table, "cache: the table is made anew when it is lost or damaged")
{
    struct cache *cache = open_plain();
    for (int i = 0; i < 100; i++)
        put(cache, i);
    cache_close(cache);
    EXPECT(unlink(at("cache/table")) == 0);
    cache = open_plain();
    for (int i = 0; i < 100; i++)
        EXPECT(has(cache, i));
    cache_close(cache);
    EXPECT(truncate(at("cache/table"), 5000) == 0);
    cache = open_plain();
    for (int i = 0; i < 100; i++)
        EXPECT(has(cache, i));
    cache_close(cache);
}

static char faults[4096];

static void keep_fault(void *context, const struct error *fault)
{
    (void)context;
    size_t length = strlen(faults);
    snprintf(faults + length, sizeof faults - length, "%s: %s\n", fault->file, fault->message);
}

TEST(cache_damaged, "cache: a damaged entry is a miss, is named by verify, and hides no other")
{
    struct cache *cache = open_plain();
    for (int i = 0; i < 3; i++)
        put(cache, i);
    cache_close(cache);
    int file = open(at("cache/00000001.log"), O_RDWR); /* entries of 80 bytes behind a header of 64 */
    EXPECT(pwrite(file, "X", 1, 64 + 80 + 70) == 1);
    close(file);
    cache = open_plain();
    EXPECT(has(cache, 0) && !has(cache, 1) && has(cache, 2));
    put(cache, 1);
    EXPECT(has(cache, 1));
    cache_close(cache);
    struct cache_info info;
    struct error error;
    faults[0] = '\0';
    EXPECT_OK(cache_verify(at("cache"), keep_fault, NULL, &info, &error), &error);
    EXPECT_INTEGER(info.damaged, 1);
    EXPECT_INTEGER(info.entries[CACHE_VECTOR], 3);
    EXPECT(strstr(faults, "cache/00000001.log: offset 144: a damaged entry is passed over, 80 bytes\n") != NULL);
}

TEST(cache_pruned, "cache: logs nobody wrote to for so long are removed, and their answers are misses")
{
    struct cache *cache = open_plain();
    put(cache, 1);
    cache_close(cache);
    struct timeval old[2] = { { 1000000000, 0 }, { 1000000000, 0 } };
    EXPECT(utimes(at("cache/00000001.log"), old) == 0);
    struct cache_settings settings = { .folder = at("cache"), .notice = note, .maximum_age = 30 };
    cache = open_cache(&settings);
    EXPECT(!has(cache, 1));
    put(cache, 2);
    cache_close(cache);
    cache = open_cache(&settings);
    EXPECT(has(cache, 2));
    EXPECT(access(at("cache/00000001.log"), F_OK) != 0);
    cache_close(cache);
}

TEST(cache_strangers, "cache: a folder of something else is refused, and reading makes nothing")
{
    EXPECT(mkdir(at("other"), 0755) == 0 && mkdir(at("other/x"), 0755) == 0);
    struct cache_settings settings = { .folder = at("other") };
    struct error error;
    EXPECT(cache_open(&settings, &error) == NULL);
    EXPECT_ERROR(&error, E_DATA, NULL);
    settings = (struct cache_settings){ .folder = at("nothing"), .is_read_only = true };
    struct cache *cache = open_cache(&settings);
    EXPECT(!has(cache, 1));
    cache_close(cache);
    EXPECT(access(at("nothing"), F_OK) != 0);
}
