/* signals.c - what happens on SIGINT, SIGTERM, SIGHUP, SIGPIPE and SIGBUS. */
#include "cli/signals.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/interrupt.h"

/* Mutable, since a handler can reach nothing else; set once before the handlers are installed. */
static void (*cleanup_hook)(void);

void signals_die(int number)
{
    struct sigaction action = { .sa_handler = SIG_DFL };
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
    raise(number);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    sigprocmask(SIG_UNBLOCK, &set, NULL); /* inside its handler the signal waits until here */
    _exit(128 + number);                  /* not reached for a signal whose default action is to end us */
}

static void note_signal(int number)
{
    if (interrupt_signal() == 0) {
        interrupt_request(number);
        return;
    }
    if (cleanup_hook)
        cleanup_hook();
    signals_die(number);
}

/* Inputs and indexes are mapped. Whoever cuts such a file short under us makes its missing pages unreadable: that is a
 * fault of the data, not ours. */
static void note_cut_file(int number, siginfo_t *info, void *context)
{
    static const char message[] = "garner: a file was cut short while it was read\n";
    (void)context;
    if (cleanup_hook)
        cleanup_hook();
    if (info->si_code != BUS_ADRERR)
        signals_die(number);
    (void)!write(STDERR_FILENO, message, sizeof message - 1);
    _exit(EXIT_DATA);
}

void signals_install(void (*cleanup)(void))
{
    static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
    cleanup_hook = cleanup;
    struct sigaction note = { .sa_handler = note_signal };
    sigemptyset(&note.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct sigaction before;
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(numbers[i], &note, NULL);
    }
    struct sigaction ignore = { .sa_handler = SIG_IGN };
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGPIPE, &ignore, NULL);
    struct sigaction cut = { .sa_sigaction = note_cut_file, .sa_flags = SA_SIGINFO };
    sigemptyset(&cut.sa_mask);
    sigaction(SIGBUS, &cut, NULL);
    sigaction(SIGXFSZ, &ignore, NULL); /* ulimit -f: the write fails and is reported, as for a full disk */
}
