/* chat_asking.h - a stage that asks a chat model about each record: shared by generate and judge.
 *
 * Batches wait in their order until all their answers are there; others are asked meanwhile, as many as keep the server
 * busy, and at most ASKING_BATCHES batches are held. Before a batch leaves, its answers are safe in the cache. */
#ifndef CMD_CHAT_ASKING_H
#define CMD_CHAT_ASKING_H

#include "model/chat.h"
#include "record/stage.h"

enum { ASKING_BATCHES = 8 };

enum asking_outcome { ASKING_PASS, ASKING_REJECT, ASKING_DROP };

/* What the tool does itself. stage->state is its own. */
struct asking_tool {
    /* The questions about a record; batch arena. false: the record is a reject, error is filled. */
    bool (*prepare)(struct stage *stage, struct batch *batch, struct record *record, struct chat_question **questions,
                    size_t *count, struct error *error);
    /* Its answers, in the order of the questions: changes the record's line, or says why it does not pass: error for a
     * reject, a rule's name in *reason_code and its reason in *reason for a drop. */
    enum asking_outcome (*place)(struct stage *stage, struct batch *batch, struct record *record,
                                 const struct chat_answer *answers, size_t count, struct error *error,
                                 const char **reason_code, const char **reason);
};

struct asking_estimate {
    int64_t questions, cached, input_tokens;
};

struct asking_batch;

/* The zeroed struct, with chat, tool and stage set, is ready. */
struct asking {
    struct chat *chat; /* not owned */
    const struct asking_tool *tool;
    struct stage *stage;
    struct asking_batch *first, *last; /* held back, in order */
    size_t held;
    struct asking_estimate estimate; /* of a dry run */
};

enum flow asking_push(struct asking *asking, struct batch *batch, struct sink *sink, struct error *error);
/* Waits for all answers and emits everything: flush; finish publishes a batch file, too. */
enum flow asking_drain(struct asking *asking, struct sink *sink, struct error *error);
enum flow asking_finish(struct asking *asking, struct sink *sink, struct error *error);
/* The remark of a dry run: questions, tokens, cost. settings: those the chat was opened with. */
void asking_say_estimate(const struct asking *asking, const struct chat_settings *settings);
void asking_release(struct asking *asking);

/* Puts a field into the record's line: JSON text at the top level, replaced or appended. Errors: as json_path_set(). */
bool asking_set_field(struct batch *batch, struct record *record, struct slice name, struct slice json,
                      struct error *error) MUST_CHECK;

#endif
