/* terminal.h - what is known about the terminal a descriptor leads to. */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include <stdbool.h>

/* Columns of the terminal, else $COLUMNS, else 80. Between 20 and 1000. */
unsigned terminal_width(int descriptor);

/* A terminal that can go back in a line: TERM is set and is not "dumb". */
bool terminal_is_capable(int descriptor);

#endif
