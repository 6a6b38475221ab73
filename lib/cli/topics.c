/* topics.c - pages of `garner help` that belong to no single tool. */
#include "cli/topics.h"

#include "cli/help.h"
#include "record/expression_help.h"

static const char exit_codes_text[] =
    "   0  done\n"
    "   1  the answer is no: no hit, invalid, a gate of --require failed\n"
    "   2  done, but records were rejected\n"
    "  64  usage: an option, value, operand or tool is wrong\n"
    "  65  an input record or file is malformed\n"
    "  66  an input cannot be opened\n"
    "  69  a model, server, library or program is not available\n"
    "  70  a fault of garner itself\n"
    "  71  memory, a process or a thread could not be had\n"
    "  73  an output cannot be created\n"
    "  74  a read or write failed, the disk is full\n"
    "  75  try later: a lock is held\n"
    "  76  a server or model command answered nonsense\n"
    "  78  a pipeline file or configuration is wrong\n"
    " 128+n  ended by signal n: 130 for ^C, 143 for SIGTERM, 141 when the reader\n"
    "        of standard output left\n"
    "\n"
    "An empty result of filter or ingest is 0. With --max-errors rejects within\n"
    "the limit leave the exit code at 0. In a pipeline the first failing step\n"
    "gives the code; a step's 2 does not stop it.\n"
    "\n"
    "A scheduler should run a job again after 69 and 75, and after nothing else.\n"
    "\n"
    "Each error also has a stable name, such as E_JSON_SYNTAX: see garner help codes.\n";

static const char formats_text[] =
    "A record is one JSON object on one line, in UTF-8. Every tool reads records from\n"
    "standard input or from FILEs and writes them to standard output or --output.\n"
    "What a tool does not own it passes on byte for byte: order of members, spelling\n"
    "of numbers, escapes.\n"
    "\n"
    "document    {\"id\": ..., \"text\": ..., \"metadata\": {\"source\": ..., ...}}\n"
    "chunk       a document with id DOCUMENT#N; metadata holds document_id, chunk,\n"
    "            start and end (code points of the document's text) and headings\n"
    "embedded    plus embedding (numbers, or base64 of little-endian float32) and\n"
    "            embedding_model (provider:model:dimension)\n"
    "chat        {\"messages\": [{\"role\": ..., \"content\": ...}, ...]}\n"
    "preference  {\"prompt\": ..., \"chosen\": ..., \"rejected\": ...}\n"
    "query       {\"id\": ..., \"text\": ...}; {\"_id\", \"text\"} is read, too\n"
    "tombstone   {\"id\": DOCUMENT, \"deleted\": true}: the document is gone; every tool\n"
    "            passes it on, index removes the document's chunks\n"
    "control     {\"garner\": {\"error\": {...}}}: the writer failed, what came before\n"
    "            may be incomplete; {\"garner\": {\"end\": {\"records\": N}}}: the seal of\n"
    "            --seal\n"
    "rejects     {\"tool\", \"file\", \"line\", \"field\", \"code\", \"reason\", \"record\"}, or\n"
    "            \"raw\" in base64 where the line is no JSON; the same for --dropped\n"
    "\n"
    "Inputs may be compressed with zstd, gzip, xz, bzip2 or lz4; that is seen from\n"
    "their first bytes. An output whose name ends in .zst or .gz is compressed.\n"
    "\n"
    "Limits: a record has at most 64 MiB, JSON nests at most 512 deep.\n";

static const char environment_text[] =
    "GARNER_CPU       scalar, sse4, avx2 or avx512: use no better instructions than\n"
    "                 these; the output is the same\n"
    "XDG_DATA_HOME    where tokenizers lie, in garner/tokenizers/ there\n"
    "                 [~/.local/share]\n"
    "GARNER_CONFIG    file with the section models: for --model NAME and\n"
    "                 query's --rerank, --answer and --rewrite-by NAME\n"
    "XDG_CONFIG_HOME  where garner/config.yaml is looked for else [~/.config]\n"
    "XDG_CACHE_HOME   where caches lie, in garner/ there [~/.cache]\n"
    "TMPDIR           where large sorts put temporary files [/tmp]; outputs are\n"
    "                 written beside their place instead\n"
    "COLUMNS          width of output for people where the terminal does not tell\n"
    "TERM             dumb or unset: no progress line\n"
    "\n"
    "Keys of model servers come from an environment variable or a file that an\n"
    "option names, never from an option's value. No message shows them.\n"
    "\n"
    "The locale (LC_ALL, LANG) and the time zone change nothing.\n";

static void append_options_topic(struct buffer *output)
{
    help_append_common(output);
    buffer_append_string(output, "\nA tool takes those that make sense for it. Options may stand before and after\n"
                                 "operands; -- ends them. A value follows as --name=value, --name value, -n5 or\n"
                                 "-n 5. The last of several values counts; lists take commas or are given several\n"
                                 "times. --no-NAME takes a flag back.\n");
}

static const struct topic topics[] = {
    { "options", "Options that every tool has", NULL, append_options_topic },
    { "formats", "What goes through the pipes", formats_text, NULL },
    { "expressions", "The language of filter, query --where and --require", expression_help, NULL },
    { "exit-codes", "What the exit codes mean", exit_codes_text, NULL },
    { "mappings", "How records become rows to train on: sft, dpo, distill", NULL, topics_append_mappings },
    { "codes", "Stable names of errors; garner help CODE explains one", NULL, help_append_codes },
    { "environment", "Environment variables", environment_text, NULL },
};
enum { TOPIC_COUNT = sizeof topics / sizeof *topics };

const struct topic *topic_at(const struct tool *const *tools, size_t number)
{
    if (number < TOPIC_COUNT)
        return &topics[number];
    number -= TOPIC_COUNT;
    for (; tools && *tools; tools++)
        if ((*tools)->topic && number-- == 0)
            return (*tools)->topic;
    return NULL;
}

const struct topic *topic_find(const struct tool *const *tools, struct slice name)
{
    const struct topic *topic;
    for (size_t i = 0; (topic = topic_at(tools, i)); i++)
        if (slice_equal(slice_of_string(topic->name), name))
            return topic;
    return NULL;
}

void topic_append(const struct topic *topic, struct buffer *output)
{
    buffer_append_format(output, "%s\n\n", topic->summary);
    if (topic->append)
        topic->append(output);
    else
        buffer_append_string(output, topic->text);
}

void topics_append_names(const struct tool *const *tools, struct buffer *output)
{
    const struct topic *topic;
    for (size_t i = 0; (topic = topic_at(tools, i)); i++)
        buffer_append_format(output, "%s%s", i ? ", " : "", topic->name);
}
