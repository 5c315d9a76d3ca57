/*
 * An HTTPS server for the ESP8266, NON-OS SDK.
 *
 * It reads its certificate and private key from the flash sector of esp_cert_private_key.bin: one firmware serves whatever
 * certificates you generate.
 */
#include "osapi.h"
#include "user_interface.h"
#include "ip_addr.h"
#include "espconn.h"
#include "check.h"
#include "credentials.h"
#include "http.h"
#include "send_queue.h"
#include "wifi.h"
#include "user_config.h"

static struct espconn server;
static esp_tcp server_tcp;
static os_timer_t heartbeat_timer;
static os_timer_t disconnect_timer;

/* The TLS server of the SDK takes one client at a time: one request, one queue. */
static struct http_request request;
static struct send_queue responses;
static uint32 request_count;

/* Runs from a timer: an espconn callback must not disconnect its own connection. */
static void ICACHE_FLASH_ATTR
disconnect_client(void *arg)
{
    struct espconn *client = arg;
    sint8 result = espconn_secure_disconnect(client);

    /* The client may be closing the connection, too. */
    if (result != ESPCONN_INPROGRESS)
        check("espconn_secure_disconnect", result);
}

/* Disconnects later, unless something happens before. */
static void ICACHE_FLASH_ATTR
disconnect_after(struct espconn *client, uint32 ms)
{
    os_timer_disarm(&disconnect_timer);
    os_timer_setfn(&disconnect_timer, disconnect_client, client);
    os_timer_arm(&disconnect_timer, ms, 0);
}

static void ICACHE_FLASH_ATTR
webserver_sent(void *arg)
{
    struct espconn *client = arg;

    if (send_queue_sent(&responses, client) && request.state == HTTP_COMPLETE)
        disconnect_after(client, 10);
}

static void ICACHE_FLASH_ATTR
respond(struct espconn *client)
{
    static char response[HTTP_RESPONSE_SIZE];
    uint16 length = http_respond(&request, request_count, response);

    os_printf("%s %s, %u bytes of data\n", request.method, request.path, request.body_received);
    if (!send_queue_put(&responses, client, response, length))
        os_printf("the response does not fit into the queue\n");
}

/* Set a breakpoint here: `pdata` is a request or a part of it, decrypted, and `client` the connection. */
static void ICACHE_FLASH_ATTR
webserver_recv(void *arg, char *pdata, unsigned short len)
{
    struct espconn *client = arg;

    if (!http_has_begun(&request)) {
        request_count++;
        os_printf("request %u from " IPSTR ":%d\n", request_count, IP2STR(client->proto.tcp->remote_ip),
            client->proto.tcp->remote_port);
    }
    if (request.state == HTTP_COMPLETE)
        return;
    disconnect_after(client, IDLE_MS);
    if (http_read(&request, pdata, len)) {
        respond(client);
    } else if (request.expects_continue && request.state == HTTP_BODY) {
        request.expects_continue = false;
        send_queue_put(&responses, client, "HTTP/1.1 100 Continue\r\n\r\n", 25);
    }
}

/*
 * The connection was closed. `arg` is the struct of the listening server, with the address of the client copied into it;
 * the client's own struct is gone, so nothing may be left that would use it.
 */
static void ICACHE_FLASH_ATTR
webserver_disconnected(void *arg)
{
    struct espconn *listener = arg;

    os_timer_disarm(&disconnect_timer);
    os_printf("client " IPSTR " disconnected\n", IP2STR(listener->proto.tcp->remote_ip));
}

/* The connection failed, or its handshake did: only here an application learns of it. The client's struct is gone too. */
static void ICACHE_FLASH_ATTR
webserver_failed(void *arg, sint8 err)
{
    (void)arg;
    os_timer_disarm(&disconnect_timer);
    os_printf("connection failed: %d\n", err);
}

/* A client is connected and its handshake done; `arg` is the struct that the SDK has made for it. */
static void ICACHE_FLASH_ATTR
webserver_connected(void *arg)
{
    struct espconn *client = arg;

    http_begin(&request);
    send_queue_reset(&responses, espconn_secure_sent);
    check("espconn_regist_recvcb", espconn_regist_recvcb(client, webserver_recv));
    check("espconn_regist_sentcb", espconn_regist_sentcb(client, webserver_sent));
    check("espconn_regist_disconcb", espconn_regist_disconcb(client, webserver_disconnected));
    check("espconn_regist_reconcb", espconn_regist_reconcb(client, webserver_failed));
    disconnect_after(client, IDLE_MS);
}

/* The order matters: certificate, private key and buffer size count only for a server that is started afterwards. */
static void ICACHE_FLASH_ATTR
start_server(void)
{
    sint8 result;

    if (!load_credentials(CREDENTIALS_SECTOR))
        return;
    if (!espconn_secure_set_size(ESPCONN_SERVER, TLS_BUFFER_SIZE))
        os_printf("espconn_secure_set_size failed: the buffer keeps its 2048 bytes\n");

    server_tcp.local_port = SERVER_PORT;
    server.type = ESPCONN_TCP;
    server.state = ESPCONN_NONE;
    server.proto.tcp = &server_tcp;
    check("espconn_regist_connectcb", espconn_regist_connectcb(&server, webserver_connected));
    check("espconn_regist_reconcb", espconn_regist_reconcb(&server, webserver_failed));

    result = espconn_secure_accept(&server);
    if (result == ESPCONN_OK)
        os_printf("HTTPS server at port %d\n", SERVER_PORT);
    else
        os_printf("espconn_secure_accept: %d\n", result);
}

static void ICACHE_FLASH_ATTR
heartbeat(void *arg)
{
    (void)arg;
    os_printf("%u requests served, %u bytes free\n", request_count, system_get_free_heap_size());
}

void ICACHE_FLASH_ATTR
user_init(void)
{
    os_printf("\nESP8266 HTTPS server, SDK %s\n", system_get_sdk_version());
    wifi_start(start_server);

    os_timer_disarm(&heartbeat_timer);
    os_timer_setfn(&heartbeat_timer, heartbeat, NULL);
    os_timer_arm(&heartbeat_timer, HEARTBEAT_MS, 1);
}
