/* temporary.c - the table of temporary files, which a signal handler may empty. */
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "stream/files.h"

enum { SLOT_FREE, SLOT_TAKEN, SLOT_SET };

/* A slot is never freed and its path never moves, so a handler may walk the list at any moment. */
struct slot {
    struct slot *next;
    int number;
    atomic_int state;
    char path[PATH_MAX];
};

/* The handlers of fatal signals have no argument: this must be global. */
static _Atomic(struct slot *) slots;

static struct slot *take_slot(void)
{
    for (;;) {
        struct slot *first = atomic_load(&slots);
        for (struct slot *slot = first; slot; slot = slot->next) {
            int expected = SLOT_FREE;
            if (atomic_compare_exchange_strong(&slot->state, &expected, SLOT_TAKEN))
                return slot;
        }
        struct slot *slot = memory_allocate_zeroed(1, sizeof *slot);
        atomic_init(&slot->state, SLOT_TAKEN);
        slot->next = first;
        slot->number = first ? first->number + 1 : 0;
        if (atomic_compare_exchange_strong(&slots, &first, slot))
            return slot;
        memory_free(slot);
    }
}

int temporary_register(const char *path)
{
    size_t length = strlen(path);
    if (length >= PATH_MAX)
        return -1;
    struct slot *slot = take_slot();
    memcpy(slot->path, path, length + 1);
    atomic_store(&slot->state, SLOT_SET);
    return slot->number;
}

void temporary_forget(int handle)
{
    for (struct slot *slot = atomic_load(&slots); slot; slot = slot->next)
        if (slot->number == handle)
            atomic_store(&slot->state, SLOT_FREE);
}

void files_remove_temporaries(void)
{
    for (struct slot *slot = atomic_load(&slots); slot; slot = slot->next) {
        int expected = SLOT_SET;
        if (atomic_compare_exchange_strong(&slot->state, &expected, SLOT_TAKEN)) {
            unlink(slot->path);
            atomic_store(&slot->state, SLOT_FREE);
        }
    }
}
