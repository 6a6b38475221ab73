/* index_case.c - what the tests of the index share. */
#include "index_case.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "index/verify.h"
#include "test.h"

struct index_writer *case_writer(const char *folder, size_t memory)
{
    struct error error = { 0 };
    struct index_writer_settings settings = { .folder = folder, .memory = memory };
    struct index_writer *writer = index_writer_open(&settings, &error);
    if (!writer)
        test_fail(__FILE__, __LINE__, "index_writer_open: %s", error.message);
    return writer;
}

bool case_add_json(struct index_writer *writer, const char *id, const char *document, const char *json,
                   const float *vector, uint32_t dimension, struct error *error)
{
    struct lexical_row lexical = { 0 };
    struct index_new_row row = { .id = slice_of_string(id),
                                 .document = slice_of_string(document),
                                 .json = slice_of_string(json),
                                 .lexical = &lexical,
                                 .vector = dimension ? vector : NULL,
                                 .dimension = dimension,
                                 .model = dimension ? SLICE("test:model:3") : SLICE("") };
    return index_writer_add(writer, &row, error);
}

void case_add(struct index_writer *writer, const char *id, const char *document, int n)
{
    char json[512];
    float vector[3] = { (float)n, 1, 0 };
    struct error error = { 0 };
    snprintf(json, sizeof json, "{\"id\":\"%s\",\"text\":\"text %d\",\"metadata\":{\"document_id\":\"%s\",\"n\":%d}}",
             id, n, document, n);
    if (!case_add_json(writer, id, document, json, vector, n < 0 ? 0 : 3, &error))
        test_fail(__FILE__, __LINE__, "index_writer_add: %s", error.message);
}

void case_commit(struct index_writer *writer, bool ends)
{
    struct error error = { 0 };
    if (!index_writer_commit(writer, ends ? COMMIT_ALL : COMMIT_COMPLETE, &error))
        test_fail(__FILE__, __LINE__, "index_writer_commit: %s", error.message);
}

void case_finish(struct index_writer *writer)
{
    case_commit(writer, true);
    index_writer_close(writer);
}

static struct index *open_index(const char *folder)
{
    struct error error = { 0 };
    struct index *index = index_open(folder, &error);
    if (!index)
        test_fail(__FILE__, __LINE__, "index_open: %s: %s", error.file, error.message);
    return index;
}

const char *case_ids(const char *folder)
{
    static char text[4096];
    size_t length = 0;
    struct index *index = open_index(folder);
    text[0] = '\0';
    for (uint32_t s = 0; s < index->segment_count; s++)
        for (uint32_t row = 0; row < index->segments[s].row_count; row++) {
            if (!segment_row_is_live(&index->segments[s], row))
                continue;
            struct slice id = index_id(index, (struct index_row){ s, row });
            int written =
                snprintf(text + length, sizeof text - length, "%s%.*s", length ? " " : "", (int)id.length, id.bytes);
            if (written < 0 || (size_t)written >= sizeof text - length)
                break;
            length += (size_t)written;
        }
    index_close(index);
    return text;
}

const char *case_digest(const char *folder)
{
    static char text[HASH128_TEXT + 1];
    struct error error = { 0 };
    struct hash128 digest = { 0 };
    struct index *index = open_index(folder);
    if (!index_digest(index, &digest, &error))
        test_fail(__FILE__, __LINE__, "index_digest: %s", error.message);
    hash128_format(digest, text);
    index_close(index);
    return text;
}

static void count_fault(void *context, const struct error *error)
{
    (void)error;
    ++*(size_t *)context;
}

size_t case_faults(const char *folder)
{
    size_t reported = 0;
    size_t count = index_verify(folder, count_fault, &reported);
    if (count != reported)
        test_fail(__FILE__, __LINE__, "verify counts %zu faults and reports %zu", count, reported);
    return count;
}

size_t case_files(const char *folder, const char *part)
{
    size_t count = 0;
    DIR *stream = opendir(folder);
    struct dirent *entry;
    while (stream && (entry = readdir(stream)) != NULL)
        count += entry->d_name[0] != '.' && strstr(entry->d_name, part) != NULL;
    if (stream)
        closedir(stream);
    return count;
}
