/* embed_stub.c - an embeddings server that costs next to nothing, to measure a client: 384 numbers a text, base64.
 *
 * embed_stub PORT_FILE. One process for each connection; ends when its standard input ends. */
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { DIMENSION = 384, TEXTS_MAXIMUM = 2048, REQUEST_BYTES = 16 << 20 };

static char vector[DIMENSION * 4 / 3 * 4 + 8];
static char *request, *answer;

static void make_vector(void)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    float values[DIMENSION];
    for (int i = 0; i < DIMENSION; i++)
        values[i] = (float)(i + 1) / DIMENSION;
    const unsigned char *bytes = (const unsigned char *)values;
    char *place = vector;
    for (size_t i = 0; i < sizeof values; i += 3) {
        uint32_t group = (uint32_t)(bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2]);
        for (int shift = 18; shift >= 0; shift -= 6)
            *place++ = digits[group >> shift & 63];
    }
}

/* The strings of "input":[...], which hold no quotes here. */
static int count_texts(const char *body)
{
    const char *place = strstr(body, "\"input\":[");
    int quotes = 0;
    for (place = place ? place + 9 : ""; *place && *place != ']'; place++)
        quotes += *place == '"';
    return quotes / 2;
}

static void reply(int connection, int count)
{
    char head[128];
    int length = sprintf(answer, "{\"object\":\"list\",\"model\":\"stub\",\"data\":[");
    for (int i = 0; i < count && i < TEXTS_MAXIMUM; i++)
        length += sprintf(answer + length, "%s{\"index\":%d,\"embedding\":\"%s\"}", i ? "," : "", i, vector);
    length += sprintf(answer + length, "]}");
    int head_length =
        sprintf(head, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", length);
    if (write(connection, head, (size_t)head_length) < 0)
        exit(0);
    for (int done = 0; done < length;) {
        ssize_t written = write(connection, answer + done, (size_t)(length - done));
        if (written <= 0)
            exit(0);
        done += (int)written;
    }
}

static void serve(int connection)
{
    size_t length = 0;
    for (;;) {
        ssize_t count = read(connection, request + length, REQUEST_BYTES - length - 1);
        if (count <= 0)
            exit(0);
        length += (size_t)count;
        request[length] = '\0';
        char *body = strstr(request, "\r\n\r\n"), *said = strstr(request, "Content-Length: ");
        if (!body || !said || strlen(body + 4) < (size_t)atol(said + 16))
            continue;
        reply(connection, count_texts(body + 4));
        length = 0;
    }
}

int main(int count, char **arguments)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t bytes = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    FILE *file = count > 1 ? fopen(arguments[1], "w") : NULL;
    if (!file || bind(listener, (struct sockaddr *)&address, bytes) != 0 || listen(listener, 64) != 0)
        return 1;
    signal(SIGCHLD, SIG_IGN);
    getsockname(listener, (struct sockaddr *)&address, &bytes);
    fprintf(file, "%d", ntohs(address.sin_port));
    fclose(file);
    make_vector();
    request = malloc(REQUEST_BYTES);
    answer = malloc(TEXTS_MAXIMUM * (sizeof vector + 64) + 256);
    for (;;) {
        struct pollfd files[2] = { { .fd = listener, .events = POLLIN }, { .fd = 0, .events = POLLIN } };
        poll(files, 2, -1);
        if (files[1].revents)
            return 0;
        int connection = accept(listener, NULL, NULL);
        if (connection >= 0 && fork() == 0)
            serve(connection);
        close(connection);
    }
}
