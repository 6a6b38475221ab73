/* codes.h - exit codes, and the registry of stable error codes.
 *
 * A code is what a script matches on: it never changes its meaning and is never used again for another one. Each row:
 * name, exit code when it ends a run, one line of summary, and what to do about it. `garner help CODE` prints a row,
 * `garner help --codes` all of them; the rejects file carries the names. */
#ifndef BASE_CODES_H
#define BASE_CODES_H

#include <stddef.h>

#include "base/codes_dataset.h"
#include "base/slice.h"

enum exit_code {
    EXIT_DONE = 0,
    EXIT_NO = 1,           /* the answer is no: no hit, invalid, a gate failed */
    EXIT_REJECTED = 2,     /* done, but records were rejected */
    EXIT_USAGE = 64,       /* option, value, operand, tool */
    EXIT_DATA = 65,        /* an input record or file is malformed */
    EXIT_NOINPUT = 66,     /* an input cannot be opened */
    EXIT_UNAVAILABLE = 69, /* model, server or optional part not available */
    EXIT_SOFTWARE = 70,    /* our bug */
    EXIT_OSERR = 71,       /* memory, fork, thread */
    EXIT_CANTCREATE = 73,
    EXIT_IO = 74,        /* read or write failed, disk full */
    EXIT_TEMPORARY = 75, /* lock held, busy: try later */
    EXIT_PROTOCOL = 76,  /* a server answered nonsense */
    EXIT_CONFIG = 78     /* pipeline file or configuration is wrong */
};

/* clang-format off */
#define CODE_LIST(CODE) \
    CODE(E_USAGE, EXIT_USAGE, "the command line is wrong", \
         "An option, a value or an operand is not one the tool takes. The message names it; 'garner TOOL --help' lists what is.") \
    CODE(E_DATA, EXIT_DATA, "an input is malformed", \
         "The message names the file and what was expected there.") \
    CODE(E_NO_INPUT, EXIT_NOINPUT, "an input cannot be opened", \
         "The file does not exist or may not be read. Check the path and its permissions.") \
    CODE(E_UNAVAILABLE, EXIT_UNAVAILABLE, "a model, server or optional part is not available", \
         "A library, program or server that this run needs cannot be used. The message names it and the package that holds it.") \
    CODE(E_INTERNAL, EXIT_SOFTWARE, "a rule of garner itself was broken", \
         "This is a fault of garner. Please report the message with the command that led to it.") \
    CODE(E_SYSTEM, EXIT_OSERR, "memory, a process or a thread could not be had", \
         "The machine refused what the run needs. Lower --jobs or raise the limits of the shell (ulimit).") \
    CODE(E_CREATE, EXIT_CANTCREATE, "an output cannot be created", \
         "The folder of the output does not exist or may not be written.") \
    CODE(E_IO, EXIT_IO, "a read or write failed", \
         "The disk is full or broken, or the pipe's other end failed. Nothing that was published before is changed.") \
    CODE(E_BUSY, EXIT_TEMPORARY, "somebody else holds the lock", \
         "Another garner writes here. Wait for it, or give --wait SECONDS.") \
    CODE(E_PROTOCOL, EXIT_PROTOCOL, "a server or model command answered nonsense", \
         "The answer does not have the form that its dialect promises: wrong count, index, dimension or JSON.") \
    CODE(E_CONFIG, EXIT_CONFIG, "a pipeline file or configuration is wrong", \
         "The message names file, line and column. 'garner run --check FILE' shows every fault at once.") \
    CODE(E_JSON_SYNTAX, EXIT_DATA, "a line is not one JSON value", \
         "Records are one JSON object on one line (RFC 8259). The column of the first wrong byte is named.") \
    CODE(E_JSON_UTF8, EXIT_DATA, "a record is not valid UTF-8", \
         "JSON is UTF-8. Convert the file, or let 'garner ingest' read it as a document of another charset.") \
    CODE(E_JSON_DEPTH, EXIT_DATA, "a record is nested too deeply", \
         "Arrays and objects may nest 512 deep.") \
    CODE(E_JSON_DUPKEY, EXIT_DATA, "a key that the tool reads stands twice in one object", \
         "Which of the two is meant cannot be known. Remove one of them.") \
    CODE(E_JSON_SURROGATE, EXIT_DATA, "a string holds half a surrogate pair", \
         "An escape such as \\ud800 without its partner is no character.") \
    CODE(E_LINE_LENGTH, EXIT_DATA, "a line is too long", \
         "A record may have 64 MiB. Often the file is one JSON array: 'garner ingest --as json' reads that.") \
    CODE(E_RECORD_TYPE, EXIT_DATA, "a record is not a JSON object", \
         "Every line must be an object such as {\"id\": \"a\", \"text\": \"...\"}.") \
    CODE(E_FIELD_MISSING, EXIT_DATA, "a field that the tool needs is missing", \
         "The message names the field; --field PATH chooses another one.") \
    CODE(E_FIELD_TYPE, EXIT_DATA, "a field has another type than the tool needs", \
         "The message names the field, the type found and the type expected.") \
    CODE(E_FIELD_VALUE, EXIT_DATA, "a field has a value that the tool cannot use", \
         "The message names the field and the value's fault.") \
    CODE(E_UPSTREAM, EXIT_DATA, "the step before this one failed", \
         "The stream ends with an error record, so what came before it may be incomplete. See the message of the failing step.") \
    CODE(E_UNSEALED, EXIT_DATA, "the stream ends without its seal", \
         "--sealed asks for a stream whose writer said that it finished; this one was cut: its writer was killed.") \
    CODE(E_TOO_MANY, EXIT_DATA, "more records were rejected than --max-errors allows", \
         "The rejects are in the file of --rejects; nothing unfinished was committed.") \
    CODE(E_GATE, EXIT_NO, "a --require gate is not met", \
         "The expression over the run's summary is false. The summary's figures are in --summary FILE.") \
    CODE(E_INTERRUPTED, EXIT_TEMPORARY, "a signal asked the run to stop", \
         "What was committed stays; run it again to go on.") \
    CODE(E_CSV_FIELDS, EXIT_DATA, "a CSV row has more or fewer fields than the header", \
         "Rows must have as many fields as the first row, or more that are all empty. A stray quote or delimiter is the usual cause.") \
    CODE(E_CSV_QUOTE, EXIT_DATA, "a quote in a CSV row is not closed", \
         "A field that begins with a quote must end with one; quotes inside of it are doubled. Only the line named is left out.") \
    CODE(E_CHARSET, EXIT_DATA, "a file's charset is not known", \
         "The file is not UTF-8, has no byte order mark and does not say what it is. --charset LABEL does: windows-1251, shift_jis, ...") \
    CODE(E_FORMAT, EXIT_DATA, "a file's format is not read", \
         "The file was recognised by its first bytes or its name. --as FORMAT reads it as something else.") \
    CODE(E_COMPRESSED, EXIT_DATA, "compressed data are damaged or cut short", \
         "The file is named with the offset up to which it could be read.") \
    CODE(E_ARCHIVE, EXIT_DATA, "an archive is damaged or of an unknown kind", \
         "tar, zip, 7zip, cpio and ar are read, plain or inside gzip, bzip2, xz, zstd or lz4. The member at fault is named.") \
    CODE(E_IMAGE, EXIT_DATA, "the header of an image is damaged", \
         "It is cut short, or says what cannot be. Only the header is read, for width and height; the picture itself is not looked at.") \
    CODE(E_DUPLICATE_ID, EXIT_DATA, "two records of one run have the same id", \
         "In an index the later one would replace the earlier one. The message names both places; choose another --id-field, or leave it away.") \
    CODE(E_XML, EXIT_DATA, "a part of an office file or book is no XML that is read", \
         "It is not well-formed, or it has a document type declaration: no such file needs one, and it is how entities are made to explode.") \
    CODE(E_DECODER, EXIT_DATA, "the decoder of a file died", \
         "Archives, PDF and office files are read in a child process with limits of memory and time. This file made it crash or went beyond them; the run goes on without it. --max-decoder-seconds and --max-decoder-memory raise the limits.") \
    CODE(E_PDF, EXIT_DATA, "a PDF file is damaged", \
         "pdftotext could not read it; the message is its own. Some other program may be able to repair the file.") \
    CODE(E_NO_TEXT, EXIT_DATA, "a document has pages but no text", \
         "Mostly scanned pages: pictures of text. Run character recognition (OCR) over the file first.") \
    CODE(E_NO_PROGRAM, EXIT_UNAVAILABLE, "a program that reads a format is not installed", \
         "PDF files are read by pdftotext, of the package poppler-utils. Install it; the other files of the run are not affected. 'garner doctor' lists what is missing.") \
    CODE(E_MAIL, EXIT_DATA, "a mail message is damaged", \
         "A part of it cannot be decoded, or it has no header at all. The message says what and where.") \
    CODE(E_WARC, EXIT_DATA, "a web archive is damaged", \
         "A record of the WARC file has a wrong header or is cut short. The message names the offset; records before it stand.") \
    CODE(E_ENCRYPTED, EXIT_DATA, "a file or archive member is encrypted", \
         "Decrypt it first; no password is ever asked for.") \
    CODE(E_INDEX_DAMAGED, EXIT_DATA, "a file of an index is damaged", \
         "The message names the file, the section and the offset. 'garner verify DIR' lists every fault; build the index anew from its documents or restore it.") \
    CODE(E_INDEX_FORMAT, EXIT_DATA, "an index has a format that this version does not know", \
         "It was written by a newer garner. Use that one, or build the index anew.") \
    CODE(E_INDEX_MODEL, EXIT_CONFIG, "the vectors are not of the index's model", \
         "Vectors of two models, or of two dimensions, cannot be compared. Embed with the model that 'garner info DIR' names, or build a new index.") \
    CODE(E_INDEX_SETTINGS, EXIT_CONFIG, "an index was made with other settings", \
         "Language, metric, fields and prefixes are settled when the first record comes. Leave the option away, or build a new index.") \
    CODE(E_ANSWER_TRUNCATED, EXIT_DATA, "a model's answer was cut at its limit of tokens", \
         "Raise --max-tokens, or ask for less. --keep-truncated passes such answers on with their finish_reason.") \
    CODE(E_ANSWER_FILTERED, EXIT_DATA, "a service's filter kept an answer back", \
         "The service looked at the prompt or the answer and withheld it. Such answers are never passed on.") \
    CODE(E_ANSWER_REFUSED, EXIT_DATA, "a model refused to answer", \
         "The answer says that it will not answer. Such answers are never passed on.") \
    CODE(E_ANSWER_UNUSABLE, EXIT_DATA, "a model's answer did not end as an answer does", \
         "The server named a reason for the end that is neither a plain end nor a limit: a tool call, an abort.") \
    CODE(E_ANSWER_SCHEMA, EXIT_DATA, "a model's answer does not have the form that was asked for", \
         "It is no JSON, or JSON that does not fit the schema. The message names the place; another seed gives another answer.") \
    CODE(E_CITATION, EXIT_NO, "an answer cites what is not there", \
         "A number stands for no passage, a quotation is not in the passages that it is taken from, or nothing is cited. See 'garner help query', --check-citations.") \
    CODE(E_ANSWER_MISSING, EXIT_DATA, "a batch's results hold no answer to a question", \
         "The service failed on it, or the result file is of another batch. Without the file the question is asked anew.") \
    CODE(E_BUDGET, EXIT_NO, "a limit of requests or cost was reached", \
         "--max-requests or --max-cost leaves no room for another request. What was answered is in the cache: run it again with a higher limit to go on.") \
    CODE(E_LEDGER, EXIT_DATA, "a ledger cannot be used", \
         "The file is damaged, belongs to another program or was written by a newer garner; it is left as it is. 'garner verify FILE' says more. Without its ledger everything is ingested again.") \
    CODE(E_SHARDS, EXIT_DATA, "a set of shards is damaged", \
         "The message names the shard's file, and the row where one is at fault (counted from 0 in its shard). Write the set anew, or fetch the file again.") \
    CODE(E_MAX_DELETES, EXIT_NO, "more files vanished than --max-deletes allows", \
         "Nothing was deleted. Often a folder is not mounted or an option leaves files out. When the files are gone on purpose, raise --max-deletes.") \
    CODE(E_MODEL_REFUSED, EXIT_DATA, "a model server refuses a text", \
         "The text was sent alone and refused, most often because it is longer than the model takes. --truncate end lets it be cut; --on-error skip goes on without it.") \
    CODE(E_MODEL_CHANGED, EXIT_CONFIG, "a model gives other vectors than it did under the same name", \
         "A text of known vector is asked along; its vector is another one now, so new and old vectors cannot be mixed. --cache-scope NAME keeps them apart.") \
    CODE(E_LEAK_NEAR, EXIT_NO, "rows of two splits are much alike", \
         "They share --threshold of their stretches of five words. 'garner split --group-near' keeps such rows together.") \
    CODE(W_ITEM_SHORT, EXIT_DONE, "evaluation items are too short to look for", \
         "decontaminate looks for stretches of words; an item below --shortest words would be found by chance everywhere. The summary names its line. --shortest lowers the bound.") \
    CODE(E_LIMIT, EXIT_DATA, "a limit was reached", \
         "The message names the limit and the option that raises it.") \
    DATASET_CODE_LIST(CODE)
/* clang-format on */

enum code {
    E_NONE = 0,
#define CODE_ENUMERATOR(name, exit_code, summary, explanation) name,
    CODE_LIST(CODE_ENUMERATOR)
#undef CODE_ENUMERATOR
        CODE_COUNT
};

struct code_entry {
    const char *name;
    enum exit_code exit_code;
    const char *summary;
    const char *explanation;
};

/* The row of a code; E_NONE has the name "". Static. */
const struct code_entry *code_entry(enum code code);

/* The code of that name, E_NONE if there is none. Letters compare alike. */
enum code code_find(struct slice name);

#endif
