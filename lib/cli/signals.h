/* signals.h - installs what happens on SIGINT, SIGTERM, SIGHUP, SIGPIPE and SIGBUS, and ends the process by a signal.
 *
 * The first of SIGINT, SIGTERM, SIGHUP is only noted (base/interrupt.h); a second one removes the temporaries and kills
 * at once. Those that were ignored when the process started (nohup, background jobs) stay ignored. SIGPIPE is ignored:
 * a write that fails with EPIPE tells. SIGBUS of a mapped file that somebody cut short ends with one line and exit 65.
 */
#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

/* Once, at the start of main. cleanup is called in a signal handler, so it must be async-signal-safe. */
void signals_install(void (*cleanup)(void));

/* Dies of the signal by its default action, so that a shell sees 128 + number. */
void signals_die(int number) __attribute__((noreturn));

#endif
