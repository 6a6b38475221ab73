/* mapping.h - how records of any kind become conversations, and answers to choose from: a YAML file. */
/* clang-format off */
/* The keys, as they may stand in a file:
 *
 *     parse: json                # the record's text is JSON or YAML, and that is meant by all paths below
 *     text: text                 # which field that is
 *     rows: examples             # each element is a row of its own; $ is the whole. Paths and templates then begin at
 *                                # the element ({{0}} is the first of a list), and {{record.id}} is outside of it
 *     system: "{{context|}}"     # templates (text/template.h); white space around the result is cut
 *     turns:                     # an array of turns
 *       path: conversations      # without: the row itself
 *       shape: objects           # objects; alternating, texts of user and assistant in turn; alternatives, a question
 *                                # and its answers; pairs, lists of question and answer
 *       role: from
 *       content: value
 *       order: index             # sort by it
 *       weight: weight
 *     lines:                     # a text that holds turns
 *       path: text
 *       pattern: '(?m)^<(?<speaker>[^>]+)> (?<text>.*)$'   # without the group text a turn ends where the next begins
 *       addressed: '^(?<to>\w+)[:,] '   # says whom a turn answers: the last turn of that speaker within so many. Then
 *       within: 30                      # each chain of answers is a conversation; else the whole text is one
 *     tree: {path: prompt, role: role, content: text, children: replies, rank: rank, choose: all}   # all paths, or best
 *     thread:                    # a record is a turn
 *       key: conversation_id     # of equal key: one conversation
 *       id: message_id           # or: by what it answers
 *       reply-to: in_reply_to
 *       order: time
 *       role: sender
 *       content: body
 *     user: "{{instruction}}\n{{input|}}"     # behind the turns
 *     assistant: "{{output}}"
 *     image: "{{metadata.source}}"           # belongs to the user
 *     passage: "{{text}}"                    # what the answer must be found in
 *     roles: {user: [customer], assistant: [agent], skip: [note], others: opener}
 *
 * roles: the usual names are known (human, gpt, prompter, bot, agent, ...), letters compare alike. others: what
 * speakers are whose name is not: opener, the first of them is the user and all who answer the assistant; user;
 * assistant; skip; refuse.
 *
 * For answers to choose from (dpo, distill):
 *
 *     answers: [{text: "{{output_1}}", score: "{{score_1}}"}, ...]
 *     answers: {path: completions, text: solution, score: is_correct, scores: scores}   # scores: an array beside it
 *     preferred: {path: verdict, first: [A], second: [B], tie: [C], middle: 1.5}       # which of two; or a number
 *     group: "{{prompt}}"                     # answers of all records with the same one belong together
 *
 * With `lines` the answers are texts of turns, and what they have in common is the prompt. A tree's answers are the
 * replies to one message, by rank.
 *
 * A path that leads nowhere in the record is tried in its metadata: so rows of ingest --metadata-fields '*' need no
 * other mapping. A mapping is constant once loaded; thread safe. */
/* clang-format on */
#ifndef DATASET_MAPPING_H
#define DATASET_MAPPING_H

#include "dataset/row.h"
#include "text/pattern.h"
#include "text/template.h"

enum { MAPPING_BYTES_MAXIMUM = 1024 * 1024, MAPPING_ANSWERS_MAXIMUM = 64 };

enum mapping_parse { PARSE_NONE, PARSE_JSON, PARSE_YAML };
enum mapping_shape { SHAPE_OBJECTS, SHAPE_ALTERNATING, SHAPE_ALTERNATIVES, SHAPE_PAIRS };
enum mapping_choice { CHOOSE_ALL, CHOOSE_BEST };
enum mapping_others { OTHERS_REFUSE, OTHERS_OPENER, OTHERS_USER, OTHERS_ASSISTANT, OTHERS_SKIP };

/* Of paths, one that is not given has no steps. */
struct mapping_template {
    bool is_given;
    struct template template;
};

struct mapping_names {
    struct slice *names; /* arena */
    size_t count;
};

struct mapping_turns {
    bool is_given;
    unsigned shape;
    struct json_path path, role, content, order, weight;
};

struct mapping_lines {
    bool is_given;
    struct json_path path;
    struct pattern *pattern;   /* owned */
    struct pattern *addressed; /* owned; NULL: none */
    size_t speaker, text, to;  /* groups of the patterns; 0: none */
    int64_t within;
};

struct mapping_tree {
    bool is_given;
    unsigned choose;
    struct json_path path, role, content, children, rank;
};

struct mapping_thread {
    bool is_given;
    struct json_path key, id, reply_to, order, role, content;
};

struct mapping_answer {
    struct mapping_template text, score;
};

struct mapping_answers {
    struct mapping_answer *list; /* arena */
    size_t count;
    bool has_array;
    struct json_path path, text, score, scores;
};

struct mapping_preferred {
    bool is_given;
    struct json_path path;
    struct mapping_names first, second, tie;
    bool has_middle;
    double middle;
};

struct mapping {
    unsigned parse;
    bool has_rows, rows_are_root;
    struct json_path text, rows;
    struct mapping_template system, user, assistant, image, passage, group;
    struct mapping_turns turns;
    struct mapping_lines lines;
    struct mapping_tree tree;
    struct mapping_thread thread;
    struct mapping_names roles[DATASET_ROLE_UNKNOWN]; /* names of each role beside the usual ones */
    struct mapping_names skip;
    unsigned others;
    struct mapping_answers answers;
    struct mapping_preferred preferred;
};

/* A ready mapping: the text that a user could have written. */
struct mapping_preset {
    const char *name;
    const char *summary;
    const char *text;
};
extern const struct mapping_preset mapping_presets[]; /* name NULL ends them */

/* Errors: E_NO_INPUT; E_CONFIG with file, line and column. Then, too, mapping_release() is due. Arena: the mapping
 * lives as long. */
bool mapping_load_file(const char *file, struct arena *arena, struct mapping *mapping, struct error *error) MUST_CHECK;
bool mapping_load(struct slice text, const char *file, struct arena *arena, struct mapping *mapping,
                  struct error *error) MUST_CHECK;
/* Errors: E_USAGE with the nearest name. */
bool mapping_load_preset(const char *name, struct arena *arena, struct mapping *mapping,
                         struct error *error) MUST_CHECK;

/* A template of an option in place of the mapping's. text NULL: nothing changes. Errors: E_USAGE ("--user: ..."). */
bool mapping_set_template(struct mapping_template *place, const char *text, const char *option, struct arena *arena,
                          struct error *error) MUST_CHECK;

/* The pattern's memory. */
void mapping_release(struct mapping *mapping);

/* Whether a name is one of some, letters in any case. */
bool mapping_has_name(const struct mapping_names *names, struct slice name);

/* The role of a name, DATASET_ROLE_UNKNOWN when it has none; *skips: such turns are left out. */
enum dataset_role mapping_role(const struct mapping *mapping, struct slice name, bool *skips);

/* Whether records must be gathered before conversations can be made. */
bool mapping_gathers(const struct mapping *mapping);

/* Whether there are answers to choose from. */
bool mapping_has_answers(const struct mapping *mapping);

#endif
