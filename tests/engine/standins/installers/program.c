/* What the stand-in compilers make: a copy of this program with the sources behind it. It serves them over HTTP, on every
   address, at the port of PORT or else at the one that the compiler found in the sources. It needs no libraries, so that it
   runs in an image made from scratch too.

   The end of the file: sources, then PORT (5 digits), then the length of the sources (12 digits), then "standin\n". */
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TAIL (5 + 12 + 8)

int main(void) {
    char tail[TAIL + 1] = {0}, port[6] = {0}, request[4096], head[256];
    int self = open("/proc/self/exe", O_RDONLY);
    off_t end = lseek(self, 0, SEEK_END);
    pread(self, tail, TAIL, end - TAIL);
    memcpy(port, tail, 5);
    tail[17] = 0;
    size_t length = strtoul(tail + 5, NULL, 10);
    char *sources = malloc(length + 1);
    pread(self, sources, length, end - TAIL - length);

    const char *wish = getenv("PORT");
    int number = atoi(wish && *wish ? wish : port), one = 1;
    if (!number) {
        fwrite(sources, 1, length, stdout);
        return 0;
    }
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(number), .sin_addr = {htonl(INADDR_ANY)}};
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 64)) {
        perror("bind");
        return 1;
    }
    signal(SIGPIPE, SIG_IGN);
    signal(SIGTERM, exit);
    printf("listening on %d\n", number);
    fflush(stdout);
    for (;;) {
        int client = accept(listener, NULL, NULL);
        if (client < 0) continue;
        read(client, request, sizeof request);
        int size = snprintf(head, sizeof head,
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n", length);
        write(client, head, size);
        if (strncmp(request, "HEAD", 4)) write(client, sources, length);
        shutdown(client, SHUT_WR);
        close(client);
    }
}
