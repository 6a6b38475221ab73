/* terminal.c - what is known about the terminal a descriptor leads to. */
#include "cli/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/number.h"

enum { WIDTH_DEFAULT = 80, WIDTH_MINIMUM = 20, WIDTH_MAXIMUM = 1000 };

unsigned terminal_width(int descriptor)
{
    struct winsize size;
    int64_t width = 0;
    if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        width = size.ws_col;
    else if (!number_parse_integer(slice_of_string(getenv("COLUMNS")), &width) || width <= 0)
        width = WIDTH_DEFAULT;
    if (width < WIDTH_MINIMUM)
        return WIDTH_MINIMUM;
    return width > WIDTH_MAXIMUM ? WIDTH_MAXIMUM : (unsigned)width;
}

bool terminal_is_capable(int descriptor)
{
    const char *kind = getenv("TERM");
    return isatty(descriptor) == 1 && kind && kind[0] && strcmp(kind, "dumb") != 0;
}
