#include "services.h"
#include "osapi.h"
#include "mem.h"
#include "stdlib.h"
#include "lwip/tcp.h"
#include "tls.h"

/* A client on its way from request to answer. What is written to the flash has to be words. */
struct client {
    char request[512] __attribute__((aligned(4)));
    uint32 requestLength;
    char answer[256];
    bool restart;
};

static uint32 starts, requests;

static void answerRequest(struct tls *tls, struct client *client)
{
    const char *status = "200 OK";
    char page[64];
    int pageLength, length;

    requests++;
    if (os_strncmp(client->request, "GET / ", 6) == 0)
        pageLength = os_snprintf(page, sizeof page, "start %u, request %u, %u bytes of heap are free\n", starts, requests,
            xPortGetFreeHeapSize());
    else if (os_strncmp(client->request, "GET /restart ", 13) == 0) {
        pageLength = os_snprintf(page, sizeof page, "restarting\n");
        client->restart = true;
    } else if (os_strncmp(client->request, "GET /store/", 11) == 0) {
        bool stored = storeInSector(atoi(client->request + 11), client->request, sizeof client->request);

        pageLength = os_snprintf(page, sizeof page, "%s\n", stored ? "stored" : "the flash refuses");
    } else if (os_strncmp(client->request, "GET /fetch/", 11) == 0) {
        bool begun = tlsClientFetch(client->request + 11);

        pageLength = os_snprintf(page, sizeof page, "%s\n", begun ? "fetching" : "busy");
    } else {
        status = "404 Not Found";
        pageLength = os_snprintf(page, sizeof page, "not found\n");
    }
    length = os_snprintf(client->answer, sizeof client->answer,
        "HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", status, pageLength, page);
    os_printf("HTTPS server: request %u, %s\n", requests, status);
    tlsSend(tls, client->answer, length);
    tlsClose(tls);
}

static void connected(struct tls *tls)
{
    os_printf("HTTPS server: connected, %s\n", tlsCipher(tls));
}

static void received(struct tls *tls, const char *data, uint32 length)
{
    struct client *client = tlsOwner(tls);
    uint32 room = sizeof client->request - 1 - client->requestLength;

    if (length > room) {
        os_printf("HTTPS server: request too long\n");
        tlsClose(tls);
        return;
    }
    os_memcpy(client->request + client->requestLength, data, length);
    client->requestLength += length;
    client->request[client->requestLength] = 0;
    if (os_strstr(client->request, "\r\n\r\n") != NULL)
        answerRequest(tls, client);
}

static void closed(struct tls *tls, int error)
{
    struct client *client = tlsOwner(tls);

    os_printf("HTTPS server: closed, error %d\n", error);
    if (client->restart)
        restartSoon();
    os_free(client);
}

static const struct tlsEvents events = { connected, received, closed };

static err_t accepted(void *arg, struct tcp_pcb *pcb, err_t error)
{
    struct client *client;

    (void)arg;
    if (error != ERR_OK || pcb == NULL)
        return ERR_VAL;
    client = os_zalloc(sizeof *client);
    if (client == NULL || tlsBegin(pcb, NULL, &events, client) == NULL) {
        os_printf("HTTPS server: out of memory\n");
        os_free(client);
        tcp_abort(pcb);
        return ERR_ABRT;
    }
    return ERR_OK;
}

void httpsServerStart(uint16 port, uint32 startNumber)
{
    struct tcp_pcb *pcb = tcp_new();

    starts = startNumber;
    if (pcb == NULL || tcp_bind(pcb, IP_ANY_TYPE, port) != ERR_OK || (pcb = tcp_listen(pcb)) == NULL) {
        os_printf("HTTPS server: cannot listen\n");
        return;
    }
    tcp_accept(pcb, accepted);
    os_printf("HTTPS server: port %u\n", port);
}
