/* main.c - finds the tool by argv[0] or argv[1] and runs it. */
#include <stdio.h>

int main(void)
{
    return puts("garner " GARNER_VERSION) < 0;
}
