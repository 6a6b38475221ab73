/* replay.c - runs one fuzz entry over the files given: seeds and finds stay fixed without libFuzzer. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { FILE_BYTES_MAXIMUM = 16 * 1024 * 1024 };

static int replay(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return 1;
    }
    uint8_t *bytes = malloc(FILE_BYTES_MAXIMUM);
    size_t length = bytes ? fread(bytes, 1, FILE_BYTES_MAXIMUM, file) : 0;
    int result = !bytes || ferror(file);
    fclose(file);
    /* A block of the exact size: sanitizers see a read behind the end. */
    uint8_t *exact = malloc(length ? length : 1);
    if (!result && exact) {
        for (size_t i = 0; i < length; i++)
            exact[i] = bytes[i];
        result = LLVMFuzzerTestOneInput(exact, length);
    }
    free(exact);
    free(bytes);
    return result;
}

int main(int argc, char **argv)
{
    int result = 0;
    for (int i = 1; i < argc; i++)
        result |= replay(argv[i]);
    return result;
}
