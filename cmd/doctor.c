/* doctor.c - what this machine offers: libraries, programs, limits, file systems. */
#include <dlfcn.h>
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/cpu.h"
#include "base/number.h"
#include "cli/versions.h"
#include "named_options.h"
#include "net/http.h"
#include "stream/files.h"
#include "tools.h"
#include "json/write.h"

struct doctor_options {
    struct option_list folders;
    unsigned format;
};

enum { FORMAT_TABLE, FORMAT_JSONL };
static const char *const formats[] = { "table", "jsonl", NULL };

#define FIELD(name) OPTION_FIELD(struct doctor_options, name)
static const struct option doctor_options[] = {
    { .name = "folder",
      .is_operand = true,
      FIELD(folders),
      .argument = "FOLDER",
      .meaning = MEANING_FOLDER,
      .initial = ".",
      .help = "where outputs or an index will be" },
    { .name = "format",
      FIELD(format),
      .argument = "FORMAT",
      .choices = formats,
      .initial = "table",
      .help = "how the result is shown" },
    { .name = NULL },
};

enum state { STATE_OK, STATE_WARN, STATE_MISSING };
static const char *const state_names[] = { "ok", "warn", "missing" };

enum model_kind { MODEL_EMBED, MODEL_CHAT, MODEL_RERANK };
static const char *const model_kinds[] = { "embed", "chat", "rerank", NULL };
enum { KIND_COLUMNS = 12, STATE_COLUMNS = 9, NAME_COLUMNS = 24, OPEN_FILES_WANTED = 256, MODEL_SECONDS = 10 };

static const struct {
    const char *file, *name, *package, *purpose;
} libraries[] = {
    { "libcurl.so.4", "curl", "libcurl4", "model servers over HTTP" },
    { "libarchive.so.13", "archive", "libarchive13", "zip, 7z, cpio, xz, bzip2 and lz4 inputs" },
    { "libcrypto.so.3", "crypto", "libssl3", "SHA-256 digests, signed requests" },
};

static const struct {
    const char *name, *package, *purpose;
} programs[] = {
    { "pdftotext", "poppler-utils", "PDF documents" },
};

/* Kinds of file systems by the magic numbers of statfs(2). */
static const struct {
    unsigned long magic;
    const char *name;
    bool is_remote;
} file_systems[] = {
    { 0xef53, "ext4", false },      { 0x58465342, "xfs", false },   { 0x9123683e, "btrfs", false },
    { 0x2fc12fc1, "zfs", false },   { 0x01021994, "tmpfs", false }, { 0x794c7630, "overlay", false },
    { 0xf2f52010, "f2fs", false },  { 0x6969, "NFS", true },        { 0xff534d42, "CIFS", true },
    { 0xfe534d42, "SMB", true },    { 0x65735546, "FUSE", true },   { 0x01021997, "9p", true },
    { 0x0bd00bd0, "Lustre", true }, { 0x47504653, "GPFS", true },   { 0x00c36400, "Ceph", true },
};

struct doctor {
    struct buffer report;
    unsigned format;
    bool has_missing;
};

static void report(struct doctor *doctor, const char *kind, const char *name, enum state state, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
static void report(struct doctor *doctor, const char *kind, const char *name, enum state state, const char *format, ...)
{
    struct buffer note = { 0 }, *output = &doctor->report;
    va_list arguments;
    va_start(arguments, format);
    buffer_append_format_list(&note, format, arguments);
    va_end(arguments);
    const char *const members[][2] = {
        { "kind", kind }, { "name", name }, { "state", state_names[state] }, { "note", buffer_string(&note) }
    };
    if (doctor->format == FORMAT_JSONL) {
        buffer_append_byte(output, '{');
        for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
            json_append_key(output, slice_of_string(members[i][0]));
            json_append_string(output, slice_of_string(members[i][1]));
        }
        buffer_append_byte(output, '}');
    } else {
        struct buffer shown = { 0 };
        text_append_printable(&shown, slice_of_string(name));
        buffer_append_format(output, "%-*s %-*s %-*s ", STATE_COLUMNS - 1, state_names[state], KIND_COLUMNS - 1, kind,
                             NAME_COLUMNS - 1, buffer_string(&shown));
        text_append_printable(output, buffer_slice(&note));
        buffer_release(&shown);
    }
    buffer_append_byte(output, '\n');
    doctor->has_missing |= state == STATE_MISSING;
    buffer_release(&note);
}

static void check_libraries(struct doctor *doctor)
{
    for (size_t i = 0; i < sizeof libraries / sizeof libraries[0]; i++) {
        char version[64];
        void *handle = dlopen(libraries[i].file, RTLD_LAZY | RTLD_LOCAL);
        if (!handle) {
            report(doctor, "library", libraries[i].file, STATE_MISSING, "needed for %s; package %s",
                   libraries[i].purpose, libraries[i].package);
            continue;
        }
        bool is_told = library_version(handle, libraries[i].name, version, sizeof version);
        report(doctor, "library", libraries[i].file, STATE_OK, "%s, for %s", is_told ? version : "version unknown",
               libraries[i].purpose);
    } /* none is closed: the libraries behind them lose memory when they are unloaded */
}

/* Whether a program of that name can be started from PATH. */
static bool find_program(const char *name, struct buffer *path)
{
    const char *variable = getenv("PATH");
    struct slice rest = slice_of_string(variable);
    while (rest.length > 0) {
        size_t length = slice_find_byte(rest, ':');
        buffer_reset(path);
        buffer_append_slice(path, slice_between(rest, 0, length));
        buffer_append_format(path, "%s%s", length ? "/" : "./", name);
        if (access(buffer_string(path), X_OK) == 0)
            return true;
        rest = slice_from(rest, length + 1);
    }
    return false;
}

static void check_programs(struct doctor *doctor)
{
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        struct buffer path = { 0 };
        if (find_program(programs[i].name, &path))
            report(doctor, "program", programs[i].name, STATE_OK, "%s, for %s", buffer_string(&path),
                   programs[i].purpose);
        else
            report(doctor, "program", programs[i].name, STATE_WARN, "optional, for %s; package %s", programs[i].purpose,
                   programs[i].package);
        buffer_release(&path);
    }
}

/* A line of /proc/meminfo in bytes, 0 when there is none. */
static int64_t memory_figure(struct slice text, struct slice name)
{
    size_t start = slice_find(text, name);
    struct slice rest = slice_trim(slice_from(text, start + name.length));
    int64_t kilobytes = 0;
    bool is_number = number_parse_integer(slice_between(rest, 0, slice_find_byte(rest, ' ')), &kilobytes);
    return is_number ? kilobytes * 1024 : 0;
}

static double gibibytes(int64_t bytes)
{
    return (double)bytes / (1024.0 * 1024 * 1024);
}

static void check_machine(struct doctor *doctor)
{
    struct buffer memory = { 0 };
    struct error ignored;
    report(doctor, "machine", "cpu", STATE_OK, "%s", cpu_level_name(cpu_level()));
    report(doctor, "machine", "processors", STATE_OK, "%u", cpu_count());
    if (file_read("/proc/meminfo", 1 << 20, "meminfo", &memory, &ignored)) {
        int64_t total = memory_figure(buffer_slice(&memory), SLICE("MemTotal:"));
        int64_t available = memory_figure(buffer_slice(&memory), SLICE("MemAvailable:"));
        report(doctor, "machine", "memory", available < (int64_t)256 << 20 ? STATE_WARN : STATE_OK,
               "%.1f GiB, %.1f GiB of it available", gibibytes(total), gibibytes(available));
    }
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        bool is_low = files.rlim_cur < OPEN_FILES_WANTED;
        report(doctor, "limit", "open files", is_low ? STATE_WARN : STATE_OK, "%llu%s",
               (unsigned long long)files.rlim_cur, is_low ? "; raise it: ulimit -n 1024" : "");
    }
    locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    report(doctor, "locale", "C.UTF-8", locale ? STATE_OK : STATE_WARN, "%s",
           locale ? "for names in archives" : "not there: names in archives that are not ASCII may be lost");
    if (locale)
        freelocale(locale);
    buffer_release(&memory);
}

static void check_folder(struct doctor *doctor, const char *purpose, const char *path)
{
    struct statfs kind;
    struct statvfs space;
    if (access(path, F_OK) != 0) {
        report(doctor, "folder", path, STATE_WARN, "%s: does not exist", purpose);
        return;
    }
    if (access(path, W_OK | X_OK) != 0) {
        report(doctor, "folder", path, STATE_WARN, "%s: may not be written", purpose);
        return;
    }
    if (statfs(path, &kind) != 0 || statvfs(path, &space) != 0) {
        report(doctor, "folder", path, STATE_WARN, "%s: cannot be looked at", purpose);
        return;
    }
    const char *name = "other file system";
    bool is_remote = false;
    for (size_t i = 0; i < sizeof file_systems / sizeof file_systems[0]; i++)
        if (file_systems[i].magic == ((unsigned long)kind.f_type & 0xffffffffUL)) {
            name = file_systems[i].name;
            is_remote = file_systems[i].is_remote;
        }
    int64_t room = (int64_t)space.f_bavail * (int64_t)space.f_frsize;
    bool is_low = room < (int64_t)1 << 30;
    report(doctor, "folder", path, is_remote || is_low ? STATE_WARN : STATE_OK, "%s: %s, %.1f GiB free%s", purpose,
           name, gibibytes(room),
           is_remote ? "; locks and crash safety depend on its server: keep an index on a local disk" : "");
}

/* The folder itself is made on first use, so its nearest parent that exists is what counts. */
static void check_cache(struct doctor *doctor)
{
    struct buffer path = { 0 };
    const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (base && base[0] == '/')
        buffer_append_string(&path, base);
    else
        buffer_append_format(&path, "%s/.cache", home ? home : "");
    while (access(buffer_string(&path), F_OK) != 0 && path.length > 1) {
        while (path.length > 1 && path.bytes[path.length - 1] != '/')
            path.length--;
        path.length -= path.length > 1;
        path.bytes[path.length] = '\0';
    }
    check_folder(doctor, "cache", buffer_string(&path));
    buffer_release(&path);
}

static const char *model_value(const struct named_model *model, const char *key)
{
    for (size_t i = 0; i < model->count; i++)
        if (strcmp(model->settings[i].key, key) == 0)
            return model->settings[i].value;
    return NULL;
}

static bool is_among(const char *const *names, const char *text)
{
    while (*names && strcmp(*names, text) != 0)
        names++;
    return *names != NULL;
}

/* What a named model is for: it says so, or its provider and its options do; what may be anything is tried as an
 * embedder. */
static bool find_kind(const struct named_model *model, enum model_kind *kind, struct error *error)
{
    static const char *const of_chat[] = { "max-tokens", "temperature", "top-p", "output-price", "stop" };
    const char *said = model_value(model, "kind"), *provider = model_value(model, "provider");
    *kind = MODEL_EMBED;
    if (said) {
        while (model_kinds[*kind] && strcmp(model_kinds[*kind], said) != 0)
            (*kind)++;
        return model_kinds[*kind] || error_set(error, E_USAGE, "kind: '%s' is not one of embed, chat, rerank", said);
    }
    for (size_t i = 0; i < sizeof of_chat / sizeof *of_chat; i++)
        if (model_value(model, of_chat[i]))
            *kind = MODEL_CHAT;
    if (provider && !is_among(embed_provider_names, provider))
        *kind = is_among(rerank_provider_names, provider) ? MODEL_RERANK : MODEL_CHAT;
    return true;
}

/* ", at most 50 requests a minute": the limits that the configuration sets. */
static const char *limits_of(const struct named_model *model, struct arena *arena)
{
    const char *requests = model_value(model, "requests-per-minute"), *tokens = model_value(model, "tokens-per-minute");
    return arena_format(arena, "%s%s%s%s%s%s", requests ? ", at most " : "", requests ? requests : "",
                        requests ? " requests a minute" : "", tokens ? ", at most " : "", tokens ? tokens : "",
                        tokens ? " tokens a minute" : "");
}

/* What every try goes by: no waiting, nothing kept. */
#define TRY_AT_ONCE(options)                                                                                           \
    do {                                                                                                               \
        (options)->timeout = MODEL_SECONDS;                                                                            \
        (options)->max_wait = 1;                                                                                       \
        (options)->cache = "none";                                                                                     \
    } while (0)

/* ", 4 texts a request, 512 tokens a text": what the server says it takes, or is known of its dialect. */
static const char *server_limits(const struct embedder *embedder, struct arena *arena)
{
    const struct embedder_limits limits = embedder_limits(embedder);
    const struct {
        int64_t limit;
        const char *what;
    } rows[] = { { limits.batch, "texts a request" },
                 { limits.tokens, "tokens a request" },
                 { limits.context, "tokens a text" } };
    const char *text = "";
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].limit)
            text = arena_format(arena, "%s, %lld %s", text, (long long)rows[i].limit, rows[i].what);
    return text;
}

/* One text is embedded: the latency, the dimension. Appends what is found. */
static bool try_embedder(const struct named_model *model, const struct run_settings *how, struct arena *arena,
                         const char **found, struct error *error)
{
    struct named_embedder said = { 0 };
    struct embedder_settings settings;
    struct embed_result result = { 0 };
    struct slice text = SLICE("harbour");
    if (!named_options_fill(model, named_embedder_table, &said, arena, error))
        return false;
    TRY_AT_ONCE(&said.model);
    said.model.first_byte_timeout = MODEL_SECONDS;
    if (!embed_model_settings(&said.model, how->is_offline, &settings, error))
        return false;
    struct embedder *embedder = embedder_open(&settings, error);
    double start = clock_seconds();
    bool is_good = embedder && embedder_embed(embedder, EMBED_DOCUMENT, &text, 1, arena, &result, error) &&
                   (result.vector || error_set(error, result.code, "%s", result.reason));
    if (is_good)
        *found = arena_format(arena, "%s answers in %.0f ms, dimension %u%s", embedder_model(embedder),
                              (clock_seconds() - start) * 1000, embedder_dimension(embedder),
                              server_limits(embedder, arena));
    embedder_close(embedder);
    return is_good;
}

/* A word is asked for. An answer that its limit cut is one, too. */
static bool try_chat(const struct named_model *model, const struct run_settings *how, struct arena *arena,
                     const char **found, struct error *error)
{
    struct named_chat said = { 0 };
    struct chat_settings settings;
    struct chat_answer answer;
    struct chat_message message = { CHAT_USER, SLICE("Say yes.") };
    struct chat_question question = { .messages = &message, .count = 1 };
    if (!named_options_fill(model, named_chat_table, &said, arena, error))
        return false;
    TRY_AT_ONCE(&said.model);
    said.model.max_tokens = 16;
    if (!chat_model_settings(&said.model, how, arena, &settings, error))
        return false;
    struct chat *chat = chat_open(&settings, error);
    double start = clock_seconds();
    bool is_good = chat && chat_ask(chat, &question, arena, &answer, error) &&
                   (answer.status != CHAT_FAILED || error_set(error, answer.code, "%s", answer.reason));
    if (is_good) {
        struct slice name = answer.model.length ? answer.model : slice_of_string(settings.model);
        *found = arena_format(arena, "chat model %.*s answers in %.0f ms", (int)name.length, name.bytes,
                              (clock_seconds() - start) * 1000);
    }
    chat_close(chat);
    return is_good;
}

/* Two documents are judged. */
static bool try_reranker(const struct named_model *model, const struct run_settings *how, struct arena *arena,
                         const char **found, struct error *error)
{
    static const struct slice documents[] = { SLICE_INIT("A crane in the harbour."), SLICE_INIT("Tea with milk.") };
    struct rerank_model_options said = { 0 };
    struct reranker_settings settings;
    double scores[2];
    if (!named_options_fill(model, named_reranker_table, &said, arena, error))
        return false;
    TRY_AT_ONCE(&said);
    rerank_model_settings(&said, how, arena, &settings);
    struct reranker *reranker = reranker_open(&settings, error);
    double start = clock_seconds();
    bool is_good = reranker && reranker_score(reranker, SLICE("harbour"), documents, 2, arena, scores, error);
    if (is_good)
        *found = arena_format(arena, "reranker %s answers in %.0f ms", reranker_name(reranker),
                              (clock_seconds() - start) * 1000);
    reranker_close(reranker);
    return is_good;
}

static bool try_kind(enum model_kind kind, const struct named_model *model, const struct run_settings *how,
                     struct arena *arena, const char **found, struct error *error)
{
    switch (kind) {
    case MODEL_EMBED:
        return try_embedder(model, how, arena, found, error);
    case MODEL_CHAT:
        return try_chat(model, how, arena, found, error);
    case MODEL_RERANK:
        return try_reranker(model, how, arena, found, error);
    }
    return false;
}

/* A key is never shown: messages of the client are cleaned of it. */
static void try_model(struct doctor *doctor, const struct named_model *model, bool is_offline)
{
    struct run_settings how = { .is_offline = is_offline };
    struct arena arena = { 0 };
    struct error error;
    enum model_kind kind = MODEL_EMBED;
    const char *found = "";
    error_reset(&error);
    if (find_kind(model, &kind, &error) && try_kind(kind, model, &how, &arena, &found, &error))
        report(doctor, "model", model->name, STATE_OK, "%s%s", found, limits_of(model, &arena));
    else
        report(doctor, "model", model->name, STATE_WARN, "%s", error.message);
    arena_release(&arena);
}

static void check_models(struct doctor *doctor, const struct tool_call *call)
{
    struct model_list models;
    struct error error;
    if (!models_load(call->arena, &models, &error)) {
        report(doctor, "model", "configuration", STATE_WARN, "%s", error.message);
        return;
    }
    for (size_t i = 0; i < models.count; i++)
        try_model(doctor, &models.models[i], call->common.offline);
}

static int doctor_run(struct tool_call *call, struct error *error)
{
    const struct doctor_options *options = call->options;
    struct doctor doctor = { .format = options->format };
    const char *temporary = getenv("TMPDIR");
    check_libraries(&doctor);
    check_programs(&doctor);
    check_machine(&doctor);
    check_folder(&doctor, "temporary files", temporary && temporary[0] ? temporary : "/tmp");
    check_cache(&doctor);
    check_models(&doctor, call);
    for (size_t i = 0; i < options->folders.count; i++)
        check_folder(&doctor, "outputs", options->folders.values[i]);
    bool is_good = output_write(call->output, buffer_slice(&doctor.report), error) && output_flush(call->output, error);
    buffer_release(&doctor.report);
    if (!is_good)
        return error_exit_code(error);
    if (!doctor.has_missing)
        return EXIT_DONE;
    error_set(error, E_UNAVAILABLE, "something is missing; what does not need it works");
    return EXIT_UNAVAILABLE;
}

static const struct tool_example doctor_examples[] = {
    { "garner doctor", NULL, NULL, NULL },
    { "garner doctor --format jsonl /tmp", NULL, NULL, "for a monitor" },
    { NULL, NULL, NULL, NULL },
};

const struct tool tool_doctor = {
    .name = "doctor",
    .summary = "Check libraries, programs, limits and folders",
    .description = "Each line is ok, warn or missing, with the Debian package where there is one. Each named model "
                   "of the configuration is asked one small thing: a vector, a word, the order of two texts. Its "
                   "'kind' (embed, chat, rerank) says which, else its provider and options do. The exit code is 69 "
                   "when a library is missing, 0 otherwise.",
    .group = GROUP_RUN,
    .reads = TOOL_NOTHING,
    .writes = TOOL_BYTES,
    .options = doctor_options,
    .options_bytes = sizeof(struct doctor_options),
    .has_few_common = true,
    .examples = doctor_examples,
    .run = doctor_run,
};
