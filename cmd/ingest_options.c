/* ingest_options.c - the options of ingest, and as the library takes them. */
#include "ingest_options.h"

#include "base/digest.h"
#include "base/number.h"

static const char *const as_choices[] = { "auto",  "text", "markdown", "html", "xml",  "csv",  "tsv",  "json", "jsonl",
                                          "lines", "pdf",  "eml",      "mbox", "warc", "docx", "pptx", "xlsx", "odt",
                                          "ods",   "odp",  "epub",     "rtf",  "rst",  "srt",  "vtt",  NULL };

#define FIELD(name) OPTION_FIELD(struct ingest_options, name)
const struct option ingest_option_table[] = {
    { .name = "paths",
      .is_operand = true,
      FIELD(paths),
      .argument = "PATH",
      .meaning = MEANING_FILE,
      .keeps_commas = true,
      .help = "files, folders and archives; - is standard input",
      .details = "Without one standard input is read as one document." },
    { .name = "as",
      FIELD(as),
      .argument = "FORMAT",
      .initial = "auto",
      .choices = as_choices,
      .help = "read every file as this, instead of by content and name",
      .details = "Archives and compressed files are unpacked all the same." },
    { .name = "name",
      FIELD(name),
      .argument = "NAME",
      .initial = "stdin",
      .help = "what standard input is called in ids",
      .details = "Its extension helps to tell the format." },
    { .name = "root-name",
      FIELD(root_name),
      .argument = "NAME",
      .help = "stands in ids for the folder's own name",
      .details = "A file below /srv/wiki has an id such as wiki/a.md; with --root-name handbook it is handbook/a.md, "
                 "with an empty name a.md. A file operand comes below it." },
    { .name = "include",
      .letter = 'i',
      FIELD(include),
      .argument = "GLOB",
      .heading = "What is read",
      .keeps_commas = true,
      .meaning = MEANING_PATTERN,
      .help = "only files that match",
      .details = "As in a .gitignore: *.md at any depth, /notes/*.md below the operand, drafts/ a folder with all "
                 "below, ** any number of folders. Archives are looked into as folders are. Repeat it for more." },
    { .name = "exclude",
      .letter = 'x',
      FIELD(exclude),
      .argument = "GLOB",
      .keeps_commas = true,
      .meaning = MEANING_PATTERN,
      .help = "leave out files and folders that match",
      .details = "The same patterns; goes before --include. Of several that match the last one decides, and one with "
                 "'!' in front takes the file back." },
    { .name = "gitignore",
      FIELD(gitignore),
      .help = "leave out what .gitignore files say",
      .details = "Those below the operand and those above it in the same repository, and its .git/info/exclude." },
    { .name = "hidden",
      FIELD(hidden),
      .help = "also read names that begin with a dot",
      .details = "Never .git, .hg, .svn, .bzr, .jj, CVS and the like, unless one is an operand itself." },
    { .name = "follow-links",
      FIELD(follow_links),
      .help = "follow symbolic links below folders",
      .details = "A link back to a folder above it is passed over. Operands are always followed." },
    { .name = "text-field",
      FIELD(text_fields),
      .argument = "FIELD",
      .heading = "Rows (CSV, JSON, JSONL)",
      .meaning = MEANING_PATH,
      .help = "columns or JSON paths that make the text",
      .details = "Without it: of CSV all columns; of JSON the field text, content or body, else all values." },
    { .name = "id-field",
      FIELD(id_field),
      .argument = "FIELD",
      .meaning = MEANING_PATH,
      .help = "column or JSON path of the id",
      .details = "Without it a JSON row that has \"id\" and \"text\" keeps its id; any other gets the file's id, '#' "
                 "and a hash of the row. A row with the id of an earlier one of the run is a reject that names both "
                 "places (2 million ids are remembered); with --follow only if this option is given." },
    { .name = "metadata-fields",
      FIELD(metadata_fields),
      .argument = "FIELD",
      .meaning = MEANING_PATH,
      .help = "columns or JSON paths that go to metadata; * for all",
      .details = "Without it all but the text's, when --text-field is given; else none." },
    { .name = "delimiter",
      FIELD(delimiter),
      .argument = "CHARACTER",
      .help = "between the columns of CSV; 'tab' for a tab",
      .details = "Without it told from the first rows among , ; tab and |." },
    { .name = "header",
      FIELD(header),
      .initial = "true",
      .help = "the first row of CSV names the columns",
      .details = "With --no-header it is data and the columns are column1, column2 and so on." },
    { .name = "charset",
      FIELD(charset),
      .argument = "NAME",
      .heading = "Documents",
      .help = "of files that are not UTF-8 and do not say what they are",
      .details = "A label such as windows-1251 or shift_jis. Without it Western text is taken for windows-1252, and in "
                 "anything else wrong bytes become U+FFFD, counted in metadata.replaced; a text of which that would be "
                 "every fifth character is rejected." },
    { .name = "keep-navigation",
      FIELD(keep_navigation),
      .help = "keep the menus and footers of HTML pages",
      .details =
          "What is left out without it: nav elements, the roles navigation, search, menu, menubar, toolbar, dialog "
          "and alertdialog, and footers outside of article, section and main. Scripts, styles and what is hidden "
          "are always left out." },
    { .name = "images",
      FIELD(images),
      .help = "take images by reference: path, type and size, for rows of image and caption",
      .details =
          "An image (png, jpeg, gif, webp, bmp, tiff, avif, heic, psd, ico) becomes a record with metadata.mime, "
          "bytes, hash, width and height of its header, and, unless it is inside an archive or mail, image: the path "
          "to open it from this folder. Its text is the attribute caption, or else alt, of its sidecar; 'garner chunk' "
          "drops records without text. Without it images are left out, and SVG always is." },
    { .name = "modified",
      FIELD(modified),
      .help = "put the file's time into metadata.modified",
      .details = "Off by default, so that a fresh checkout gives the same bytes." },
    { .name = "digest",
      FIELD(digest),
      .help = "put the file's SHA-256 into metadata.sha256",
      .details = "Beside metadata.hash, which is XXH3 with 128 bits. For files that are one document, not for rows." },
    { .name = "sidecars",
      FIELD(sidecars),
      .initial = "true",
      .help = "take the attributes in FILE.metadata.json as metadata of FILE",
      .details =
          "As knowledge bases of Amazon Bedrock have them, in both forms. The file is then no document of its own, "
          "and one that is faulty makes FILE a reject. Attributes with includeForEmbedding are named in "
          "metadata.embed_fields. Not inside archives." },
    { .name = "watch",
      FIELD(watch),
      .heading = "Real time",
      .help = "go on: put out what changes as it changes, with --ledger",
      .details =
          "After the first run folders are watched (inotify), and what changed is compared with the ledger: a "
          "saved file comes out when its writer closes it or pauses. Each such round ends with a mark for 'garner "
          "index --acknowledge'. With --prune a deleted file becomes a tombstone." },
    { .name = "follow",
      FIELD(follow),
      .help = "go on reading files that grow, or standard input, row by row",
      .details = "Files are read from their beginning; lines are held until they are complete. Renamed, emptied and "
                 "deleted files are followed to what comes after them. CSV, TSV and JSONL by name or --as, JSON lines "
                 "by their first one; of any other text each line is a document. CSV has commas unless --delimiter "
                 "says otherwise." },
    { .name = "watch-poll",
      FIELD(watch_poll),
      .argument = "TIME",
      .meaning = MEANING_SECONDS,
      .minimum = 0,
      .maximum = 1e9,
      .help = "look for changes so often, instead of being told by the system",
      .details = "Network file systems are looked at without it, too, files every second and folders every two, since "
                 "other machines' changes are not told." },
    { .name = "rescan",
      FIELD(rescan),
      .argument = "TIME",
      .meaning = MEANING_SECONDS,
      .initial = "10m",
      .minimum = 0,
      .maximum = 1e9,
      .help = "with --watch, look at everything so often whatever was told" },
    { .name = "idle-exit",
      FIELD(idle_exit),
      .argument = "TIME",
      .meaning = MEANING_SECONDS,
      .minimum = 0,
      .maximum = 1e9,
      .help = "end when nothing new came for so long",
      .details = "Without it --watch and --follow go on until a signal ends them: SIGTERM and SIGINT let everything "
                 "through that was read." },
    { .name = "max-document-bytes",
      FIELD(max_document_bytes),
      .argument = "SIZE",
      .heading = "Limits",
      .meaning = MEANING_BYTES,
      .initial = "48M",
      .minimum = 1,
      .maximum = 1024.0 * 1024 * 1024,
      .help = "longest text of one document",
      .details = "Also the largest archive inside another one that has to be held whole." },
    { .name = "max-entries",
      FIELD(max_entries),
      .argument = "N",
      .initial = "1000000",
      .minimum = 1,
      .maximum = 1e12,
      .help = "most members of one archive, nested ones included" },
    { .name = "max-expansion",
      FIELD(max_expansion),
      .argument = "N",
      .initial = "100",
      .minimum = 1,
      .maximum = 1e9,
      .help = "how many times its size a file may unpack to",
      .details = "Counts beyond 64 MiB." },
    { .name = "max-nesting",
      FIELD(max_nesting),
      .argument = "N",
      .initial = "2",
      .minimum = 0,
      .maximum = FILE_NESTING_MAXIMUM,
      .help = "archives inside archives are opened so deep" },
    { .name = "max-decoder-seconds",
      FIELD(max_decoder_seconds),
      .argument = "SECONDS",
      .initial = "60",
      .minimum = 1,
      .maximum = 86400,
      .help = "CPU time that a decoder process may take",
      .details = "For a PDF or office file, or for one step through an archive: 64 MiB of content or a member. The "
                 "decoder of a PDF is "
                 "also ended after five times as long without CPU." },
    { .name = "max-decoder-memory",
      FIELD(max_decoder_memory),
      .argument = "SIZE",
      .meaning = MEANING_BYTES,
      .initial = "512M",
      .minimum = 16.0 * 1024 * 1024,
      .maximum = 1e15,
      .help = "address space that a decoder process may take",
      .details = "Of archives, PDF and office files. 7-Zip dictionaries and large PDF files may need more." },
    { .name = "ledger",
      FIELD(ledger),
      .argument = "FILE",
      .meaning = MEANING_FILE,
      .heading = "Only what changed",
      .help = "remember what was read here, and put out only what changed since",
      .details =
          "A changed document is preceded by a tombstone, {\"id\": ..., \"deleted\": true}; of rows only those that "
          "changed come out. The stream ends with a mark; 'garner index --acknowledge FILE' notes after its commit "
          "that "
          "what stands before it arrived. What was not acknowledged comes out again in the next run. Files are "
          "known by the id of their documents, so the tree may be moved." },
    { .name = "prune",
      FIELD(prune),
      .help = "also put out tombstones for files that are not there any more",
      .details = "Only below the operands of this run; what lies in a folder that cannot be read stays." },
    { .name = "max-deletes",
      FIELD(max_deletes),
      .argument = "N|P%",
      .initial = "10%",
      .help = "stop instead when more files than that vanished",
      .details = "A share is of the files that the ledger has of an operand; one file may always go, all of them only "
                 "with 100%. A folder that is not mounted does not empty an index this way." },
    { .name = "journal",
      FIELD(journal),
      .argument = "N|TIME",
      .initial = "90d",
      .help = "keep so many events in the ledger's journal, or those of that time",
      .details = "The journal is what 'garner catalog' shows as a table; nothing depends on it." },
    { .name = "wait",
      FIELD(wait),
      .meaning = MEANING_SECONDS,
      .argument = "TIME",
      .initial = "0",
      .minimum = 0,
      .maximum = 1e9,
      .help = "how long to wait for another run that has the ledger" },
    { .name = NULL },
};

void ingest_settings_release(struct ingest_settings *settings)
{
    glob_list_release(&settings->include);
    glob_list_release(&settings->exclude);
}

static bool add_globs(struct glob_list *globs, const struct option_list *patterns, const char *option,
                      struct error *error)
{
    for (size_t i = 0; i < patterns->count; i++) {
        struct error fault;
        if (!glob_list_add(globs, slice_of_string(patterns->values[i]), &fault))
            return error_set(error, E_USAGE, "--%s: %s", option, fault.message);
    }
    return true;
}

static bool set_delimiter(const char *text, char *delimiter, struct error *error)
{
    *delimiter = '\0';
    if (!text)
        return true;
    *delimiter = text[0];
    if (strcmp(text, "tab") == 0 || strcmp(text, "\\t") == 0)
        *delimiter = '\t';
    bool is_one = *delimiter == '\t' || strlen(text) == 1;
    bool is_usable = (unsigned char)*delimiter < 0x80 && *delimiter != '"' && *delimiter != '\n' && *delimiter != '\r';
    return (is_one && is_usable) ||
           error_set(error, E_USAGE, "--delimiter: '%s' is not one ASCII character that can stand between columns",
                     text);
}

bool ingest_settings_make(const struct ingest_options *options, struct ingest_settings *settings, struct error *error)
{
    static const char *const standard_input[] = { "-" };
    bool has_paths = options->paths.count > 0;
    *settings = (struct ingest_settings){ 0 };
    settings->walk = (struct walk_settings){ .operands = has_paths ? options->paths.values : standard_input,
                                             .operand_count = has_paths ? options->paths.count : 1,
                                             .root_name = options->root_name,
                                             .standard_input = options->name,
                                             .with_hidden = options->hidden,
                                             .with_gitignore = options->gitignore,
                                             .follows_links = options->follow_links,
                                             .include = &settings->include,
                                             .exclude = &settings->exclude };
    settings->file = (struct file_settings){
        .decode = { .charset = options->charset,
                    .text_fields = options->text_fields.values,
                    .text_field_count = options->text_fields.count,
                    .metadata_fields = options->metadata_fields.values,
                    .metadata_field_count = options->metadata_fields.count,
                    .id_field = options->id_field,
                    .has_no_header = !options->header,
                    .keeps_navigation = options->keep_navigation,
                    .with_images = options->images,
                    .max_document_bytes = (size_t)options->max_document_bytes,
                    .max_entries = options->max_entries,
                    .max_expansion = options->max_expansion,
                    .decoder_memory = options->max_decoder_memory,
                    .decoder_seconds = (unsigned)options->max_decoder_seconds },
        .as = options->as ? document_format_find(slice_of_string(as_choices[options->as])) : NULL,
        .include = &settings->include,
        .exclude = &settings->exclude,
        .with_hidden = options->hidden,
        .follows_links = options->follow_links,
        .with_modified = options->modified,
        .with_sidecars = options->sidecars,
        .with_sha256 = options->digest,
        .max_entries = options->max_entries,
        .max_expansion = options->max_expansion,
        .max_nesting = options->max_nesting,
    };
    if (options->digest && !digest_load(error))
        return false;
    return add_globs(&settings->include, &options->include, "include", error) &&
           add_globs(&settings->exclude, &options->exclude, "exclude", error) &&
           set_delimiter(options->delimiter, &settings->file.decode.delimiter, error);
}

static bool only_chooses_files(const char *name)
{
    static const char *const names[] = { "paths",  "name",   "root-name",   "gitignore", "follow-links",
                                         "ledger", "prune",  "max-deletes", "journal",   "wait",
                                         "watch",  "follow", "watch-poll",  "rescan",    "idle-exit" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static void append_value(struct buffer *text, const struct option *row, const char *field)
{
    const struct option_list *list = (const void *)field;
    switch (row->type) {
    case OPTION_FLAG:
        buffer_append_byte(text, *(const bool *)(const void *)field ? '1' : '0');
        break;
    case OPTION_INTEGER:
        buffer_append_decimal(text, *(const int64_t *)(const void *)field);
        break;
    case OPTION_NUMBER:
        buffer_append_format(text, "%.17g", *(const double *)(const void *)field);
        break;
    case OPTION_TEXT:
        buffer_append_string(text, *(const char *const *)(const void *)field ? *(const char *const *)(const void *)field
                                                                             : "");
        break;
    case OPTION_CHOICE:
        buffer_append_string(text, row->choices[*(const unsigned *)(const void *)field]);
        break;
    case OPTION_LIST:
        for (size_t i = 0; i < list->count; i++)
            buffer_append(text, list->values[i], strlen(list->values[i]) + 1);
        break;
    }
}

struct hash128 ingest_recipe(const struct ingest_options *options)
{
    struct buffer text = { 0 };
    buffer_append_format(&text, "%s %d", GARNER_VERSION, DOCUMENT_RECIPE);
    for (const struct option *row = ingest_option_table; row->name; row++) {
        if (only_chooses_files(row->name))
            continue;
        buffer_append_format(&text, "\n%s=", row->name);
        append_value(&text, row, (const char *)options + row->offset);
    }
    struct hash128 recipe = hash_128(buffer_slice(&text));
    buffer_release(&text);
    return recipe;
}

bool ingest_journal_parse(const char *text, int64_t *events, double *seconds, struct error *error)
{
    static const struct unit {
        char letter;
        double seconds;
    } units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
    struct slice number = slice_of_string(text);
    *events = -1;
    *seconds = -1;
    if (number_parse_integer(number, events) && *events >= 0)
        return true;
    *events = -1;
    for (size_t i = 0; i < sizeof units / sizeof *units && number.length > 0; i++)
        if (number.bytes[number.length - 1] == units[i].letter &&
            number_parse_double(slice_of(number.bytes, number.length - 1), seconds) && *seconds >= 0 &&
            *seconds < 1e9) {
            *seconds *= units[i].seconds;
            return true;
        }
    return error_set(error, E_USAGE, "--journal: '%s' is neither a number of events nor a time such as 90d", text);
}
