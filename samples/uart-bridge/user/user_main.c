/*
 * A serial line over TLS for the ESP8266, NON-OS SDK: what a client sends goes to UART0, and what comes in at UART0 goes to the
 * client. Log messages go to UART1 (GPIO2).
 */
#include "osapi.h"
#include "user_interface.h"
#include "ip_addr.h"
#include "espconn.h"
#include "check.h"
#include "credentials.h"
#include "uart.h"
#include "wifi.h"
#include "user_config.h"

static struct espconn server;
static esp_tcp server_tcp;

/* The client; NULL if there is none. The TLS server of the SDK takes one at a time. */
static struct espconn *client;

/* The SDK reads a long block again while it sends, so the block stays here until the sent callback. */
static uint8 outgoing[1024];
static bool sending;

/* From the serial line to the client: one block at a time, the next one after the sent callback. */
static void ICACHE_FLASH_ATTR
forward_to_client(void)
{
    uint16 length;
    sint8 result;

    if (client == NULL || sending)
        return;
    length = uart_read(outgoing, sizeof outgoing);
    if (length == 0)
        return;
    result = espconn_secure_sent(client, outgoing, length);
    check("espconn_secure_sent", result);
    sending = result == ESPCONN_OK;
}

static void ICACHE_FLASH_ATTR
bridge_sent(void *arg)
{
    (void)arg;
    sending = false;
    forward_to_client();
}

/* Set a breakpoint here: `pdata` is what the client has sent, decrypted. */
static void ICACHE_FLASH_ATTR
bridge_recv(void *arg, char *pdata, unsigned short len)
{
    struct espconn *sender = arg;

    os_printf("%u bytes from " IPSTR "\n", len, IP2STR(sender->proto.tcp->remote_ip));
    /*
     * Waits for the serial line: 1460 bytes, the most that come at once, take 130 ms at 115200 baud, and meanwhile the client
     * waits, too. TLS connections have no espconn_recv_hold.
     */
    uart_write(pdata, len);
}

/* `arg` is the struct of the listening server; the client's own struct is gone. */
static void ICACHE_FLASH_ATTR
bridge_disconnected(void *arg)
{
    struct espconn *listener = arg;

    client = NULL;
    os_printf("client " IPSTR " disconnected\n", IP2STR(listener->proto.tcp->remote_ip));
}

/* The connection failed, or its handshake did: only here an application learns of it. */
static void ICACHE_FLASH_ATTR
bridge_failed(void *arg, sint8 err)
{
    (void)arg;
    client = NULL;
    os_printf("connection failed: %d\n", err);
}

/* A client is connected and its handshake done; it gets what the serial line says from now on. */
static void ICACHE_FLASH_ATTR
bridge_connected(void *arg)
{
    uint32 lost = uart_discard();

    client = arg;
    sending = false;
    os_printf("client " IPSTR " connected, %u bytes of the serial line were lost before\n",
        IP2STR(client->proto.tcp->remote_ip), lost);
    check("espconn_regist_recvcb", espconn_regist_recvcb(client, bridge_recv));
    check("espconn_regist_sentcb", espconn_regist_sentcb(client, bridge_sent));
    check("espconn_regist_disconcb", espconn_regist_disconcb(client, bridge_disconnected));
    check("espconn_regist_reconcb", espconn_regist_reconcb(client, bridge_failed));
}

/* The order matters: certificate, private key and buffer size count only for a server that is started afterwards. */
static void ICACHE_FLASH_ATTR
start_bridge(void)
{
    sint8 result;

    if (!load_credentials(CREDENTIALS_SECTOR))
        return;
    if (!espconn_secure_set_size(ESPCONN_SERVER, TLS_BUFFER_SIZE))
        os_printf("espconn_secure_set_size failed: the buffer keeps its 2048 bytes\n");

    server_tcp.local_port = BRIDGE_PORT;
    server.type = ESPCONN_TCP;
    server.state = ESPCONN_NONE;
    server.proto.tcp = &server_tcp;
    check("espconn_regist_connectcb", espconn_regist_connectcb(&server, bridge_connected));
    check("espconn_regist_reconcb", espconn_regist_reconcb(&server, bridge_failed));

    result = espconn_secure_accept(&server);
    if (result == ESPCONN_OK)
        os_printf("serial line over TLS at port %d\n", BRIDGE_PORT);
    else
        os_printf("espconn_secure_accept: %d\n", result);
}

void ICACHE_FLASH_ATTR
user_init(void)
{
    uart_start(UART_BAUD, forward_to_client);
    os_printf("\nESP8266 UART bridge over TLS, SDK %s\n", system_get_sdk_version());
    wifi_start(start_bridge);
}
