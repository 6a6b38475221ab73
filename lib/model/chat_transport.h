/* chat_transport.h - what carries a question to a model and its answer back. Private to the model module.
 *
 * Three of them: HTTP (chat_server.c), a program (chat_program.c), a file (chat_batch.c). A transport keeps nothing:
 * chat.c owns the entries and decides what an answer means to the run. */
#ifndef MODEL_CHAT_TRANSPORT_H
#define MODEL_CHAT_TRANSPORT_H

#include "model/chat.h"

/* One question under way. */
struct chat_carried {
    void *entry;           /* chat.c's */
    struct buffer request; /* made by the transport; released by chat.c */
    int64_t tokens;        /* about how many it costs */
    const char *id;        /* of the question, the same in every run: for batch files */
};

struct chat_transport {
    bool (*open)(const struct chat_settings *settings, void **state, struct error *error);
    /* Makes carried->request and sends it; carried stays where it is until its answer was taken. */
    bool (*send)(void *state, const struct chat_question *question, struct chat_carried *carried, struct error *error);
    /* The next answer, or what came in its place (CHAT_FAILED with code and reason): texts in the arena. *carried NULL:
     * none came. false: the run must stop. */
    bool (*receive)(void *state, double seconds, struct arena *arena, struct chat_carried **carried,
                    struct chat_answer *answer, struct error *error);
    size_t (*room)(const void *state);
    void (*append_summary)(const void *state, struct buffer *json);
    void (*close)(void *state);
    bool (*finish)(void *state, struct error *error); /* the run went well; may be NULL */
};

extern const struct chat_transport chat_transport_server, chat_transport_program, chat_transport_batch;

#endif
