/* interrupt.c - the signal that asked us to stop. */
#define _GNU_SOURCE /* sigabbrev_np */
#include "base/interrupt.h"

#include <signal.h>
#include <string.h>

static volatile sig_atomic_t requested;

int interrupt_signal(void)
{
    return __atomic_load_n(&requested, __ATOMIC_RELAXED);
}

void interrupt_request(int signal_number)
{
    __atomic_store_n(&requested, signal_number, __ATOMIC_RELAXED);
}

bool interrupt_error(struct error *error)
{
    int number = interrupt_signal();
    const char *name = sigabbrev_np(number);
    error_set(error, E_INTERRUPTED, "stopped by signal %d (SIG%s)", number, name ? name : "?");
    if (error)
        error->signal = number;
    return false;
}
