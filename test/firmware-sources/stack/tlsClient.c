#include "services.h"
#include "options.h"
#include "osapi.h"
#include "spi_flash.h"
#include "stdlib.h"
#include "lwip/dns.h"
#include "lwip/tcp.h"
#include "tls.h"

#define TARGET_SECTOR 0x7c

/* The text "host port" and a NUL; what spi_flash_read writes to has to be words. */
static uint32 target[32];
static char *const host = (char *)target;
static uint16 port;
static char request[160];
static os_timer_t waiting;
/* From the question for the name to the end of the connection. */
static bool busy;

/* Reads the target from flash; false when there is none. */
static bool readTarget(void)
{
    char *space;

    if (spi_flash_read(TARGET_SECTOR * SPI_FLASH_SEC_SIZE, target, sizeof target) != SPI_FLASH_RESULT_OK)
        return false;
    /* Erased flash is full of ones. */
    for (uint32 at = 0; at < sizeof target; at++) {
        if (host[at] == '\n' || host[at] == (char)0xff || at == sizeof target - 1)
            host[at] = 0;
    }
    space = strchr(host, ' ');
    if (space == NULL || space == host)
        return false;
    *space = 0;
    port = atoi(space + 1);
    return port != 0;
}

static void connected(struct tls *tls)
{
    int length = os_snprintf(request, sizeof request, "GET / HTTP/1.0\r\nHost: %s\r\n\r\n", host);

    os_printf("TLS client: connected, %s\n", tlsCipher(tls));
    tlsSend(tls, request, length);
}

static void received(struct tls *tls, const char *data, uint32 length)
{
    (void)tls;
    os_printf("TLS client: %u bytes: %.*s\n", length, (int)length, data);
}

static void closed(struct tls *tls, int error)
{
    (void)tls;
    busy = false;
    os_printf("TLS client: closed, error %d\n", error);
}

static const struct tlsEvents events = { connected, received, closed };

static void failed(void *arg, err_t error)
{
    (void)arg;
    busy = false;
    os_printf("TLS client: no connection, error %d\n", error);
}

static err_t tcpConnected(void *arg, struct tcp_pcb *pcb, err_t error)
{
    (void)arg;
    (void)error;
    if (tlsBegin(pcb, host, &events, NULL) == NULL) {
        os_printf("TLS client: out of memory\n");
        busy = false;
        tcp_err(pcb, NULL);
        tcp_abort(pcb);
        return ERR_ABRT;
    }
    return ERR_OK;
}

static void found(const char *name, const ip_addr_t *address, void *arg)
{
    struct tcp_pcb *pcb;
    err_t error;

    (void)arg;
    busy = false;
    if (address == NULL) {
        os_printf("TLS client: %s is unknown\n", name);
        return;
    }
    os_printf("TLS client: %s is %u.%u.%u.%u\n", name, ip4_addr1_16(address), ip4_addr2_16(address), ip4_addr3_16(address),
        ip4_addr4_16(address));
    pcb = tcp_new();
    if (pcb == NULL) {
        os_printf("TLS client: out of memory\n");
        return;
    }
    busy = true;
    tcp_err(pcb, failed);
    error = tcp_connect(pcb, address, port, tcpConnected);
    if (error != ERR_OK) {
        os_printf("TLS client: tcp_connect: %d\n", error);
        busy = false;
        tcp_err(pcb, NULL);
        tcp_abort(pcb);
    }
}

/* Asks for the address of `host`, then connects. */
static void resolve(void)
{
    ip_addr_t address;
    err_t error;

    busy = true;
    error = dns_gethostbyname(host, &address, found, NULL);
    if (error == ERR_OK)
        found(host, &address, NULL);
    else if (error != ERR_INPROGRESS) {
        busy = false;
        os_printf("TLS client: dns_gethostbyname: %d\n", error);
    }
}

/* Resolves once the time is known, where the firmware asks for it. */
static void lookUp(void *arg)
{
    (void)arg;
    if (hasOption("dates") && !hasOption("timeless") && !timeIsKnown()) {
        os_timer_arm(&waiting, 100, 0);
        return;
    }
    resolve();
}

bool tlsClientFetch(const char *place)
{
    const char *colon = strchr(place, ':');

    if (busy || colon == NULL || colon - place >= (int)sizeof target)
        return false;
    os_memcpy(host, place, colon - place);
    host[colon - place] = 0;
    port = atoi(colon + 1);
    resolve();
    return true;
}

void tlsClientStart(void)
{
    if (!readTarget()) {
        os_printf("TLS client: flash sector 0x%x names no host\n", TARGET_SECTOR);
        return;
    }
    os_timer_disarm(&waiting);
    os_timer_setfn(&waiting, lookUp, NULL);
    lookUp(NULL);
}
