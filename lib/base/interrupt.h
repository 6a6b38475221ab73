/* interrupt.h - the signal that asked us to stop.
 *
 * The first SIGINT, SIGTERM or SIGHUP only sets this; loops that wait or work long look at it and end at the next
 * record. Handlers are installed without SA_RESTART, so a blocked read or poll returns EINTR: whoever sees EINTR looks
 * here before it tries again. */
#ifndef BASE_INTERRUPT_H
#define BASE_INTERRUPT_H

#include "base/error.h"

/* 0 while nobody asked. Async-signal-safe, thread safe. */
int interrupt_signal(void);
void interrupt_request(int signal_number);

/* Sets error->signal with the message "stopped by signal N (NAME)"; returns false. */
bool interrupt_error(struct error *error);

#endif
