/*
 * The same pages over plain TCP and over TLS. The SDK has two groups of functions, and a connection takes those of its own
 * group only: espconn_sent and espconn_disconnect, or espconn_secure_sent and espconn_secure_disconnect. All else is shared.
 */
#include "osapi.h"
#include "user_interface.h"
#include "ip_addr.h"
#include "espconn.h"
#include "check.h"
#include "http.h"
#include "send_queue.h"
#include "user_config.h"
#include "webserver.h"

/* A connection. Its struct espconn belongs to the SDK; the address of the client tells one from another. */
struct client {
    struct espconn *connection; /* NULL: this client is free */
    bool secure;
    uint8 ip[4];
    int port;
    struct http_request request;
    struct send_queue responses;
    os_timer_t timer;
};

static struct espconn plain_server, secure_server;
static esp_tcp plain_tcp, secure_tcp;
static struct client clients[MAX_CLIENTS];
uint32 request_count;

/* The client of a connection, by its address: disconnect and reconnect callbacks get the listening struct, with the address in it. */
static struct client *ICACHE_FLASH_ATTR
find_client(const struct espconn *connection, bool secure)
{
    const esp_tcp *tcp = connection->proto.tcp;
    uint8 i;

    for (i = 0; i < MAX_CLIENTS; i++)
        if (clients[i].connection != NULL && clients[i].secure == secure && clients[i].port == tcp->remote_port &&
            os_memcmp(clients[i].ip, tcp->remote_ip, 4) == 0)
            return &clients[i];
    return NULL;
}

/* Runs from a timer: an espconn callback must not disconnect its own connection. */
static void ICACHE_FLASH_ATTR
disconnect_client(void *arg)
{
    struct client *client = arg;
    sint8 result;

    if (client->secure)
        result = espconn_secure_disconnect(client->connection);
    else
        result = espconn_disconnect(client->connection);
    /* The client may be closing the connection, too. */
    if (result != ESPCONN_INPROGRESS)
        check("disconnect", result);
}

/* Disconnects later, unless something happens before. */
static void ICACHE_FLASH_ATTR
disconnect_after(struct client *client, uint32 ms)
{
    os_timer_disarm(&client->timer);
    os_timer_setfn(&client->timer, disconnect_client, client);
    os_timer_arm(&client->timer, ms, 0);
}

/* The connection is over, and its struct espconn is gone: nothing may be left that would use it. */
static void ICACHE_FLASH_ATTR
release(struct client *client)
{
    if (client == NULL)
        return;
    os_timer_disarm(&client->timer);
    client->connection = NULL;
}

static void ICACHE_FLASH_ATTR
sent(struct client *client)
{
    if (client == NULL)
        return;
    if (send_queue_sent(&client->responses, client->connection) && client->request.state == HTTP_COMPLETE)
        disconnect_after(client, 10);
}

static void ICACHE_FLASH_ATTR
respond(struct client *client)
{
    static char response[HTTP_RESPONSE_SIZE];
    uint16 length = http_respond(&client->request, request_count, response);

    os_printf("%s %s, %u bytes of data\n", client->request.method, client->request.path,
        client->request.body_received);
    if (!send_queue_put(&client->responses, client->connection, response, length))
        os_printf("the response does not fit into the queue\n");
}

/* Set a breakpoint here: `data` is a request or a part of it, decrypted if it came over TLS. */
static void ICACHE_FLASH_ATTR
received(struct client *client, const char *data, uint16 length)
{
    if (client == NULL || client->request.state == HTTP_COMPLETE)
        return;
    if (!http_has_begun(&client->request)) {
        request_count++;
        os_printf("request %u over %s from " IPSTR ":%d\n", request_count, client->secure ? "TLS" : "plain TCP",
            IP2STR(client->ip), client->port);
    }
    disconnect_after(client, IDLE_MS);
    if (http_read(&client->request, data, length)) {
        respond(client);
    } else if (client->request.expects_continue && client->request.state == HTTP_BODY) {
        client->request.expects_continue = false;
        send_queue_put(&client->responses, client->connection, "HTTP/1.1 100 Continue\r\n\r\n", 25);
    }
}

static struct client *ICACHE_FLASH_ATTR
connected(struct espconn *connection, bool secure)
{
    struct client *client = NULL;
    uint8 i;

    for (i = 0; i < MAX_CLIENTS && client == NULL; i++)
        if (clients[i].connection == NULL)
            client = &clients[i];
    if (client == NULL)
        return NULL;
    client->connection = connection;
    client->secure = secure;
    os_memcpy(client->ip, connection->proto.tcp->remote_ip, 4);
    client->port = connection->proto.tcp->remote_port;
    http_begin(&client->request);
    return client;
}

static void ICACHE_FLASH_ATTR
plain_recv(void *arg, char *pdata, unsigned short len)
{
    received(find_client(arg, false), pdata, len);
}

static void ICACHE_FLASH_ATTR
plain_sent(void *arg)
{
    sent(find_client(arg, false));
}

static void ICACHE_FLASH_ATTR
plain_disconnected(void *arg)
{
    release(find_client(arg, false));
}

static void ICACHE_FLASH_ATTR
plain_failed(void *arg, sint8 err)
{
    os_printf("plain connection failed: %d\n", err);
    release(find_client(arg, false));
}

static void ICACHE_FLASH_ATTR
plain_connected(void *arg)
{
    struct espconn *connection = arg;
    struct client *client = connected(connection, false);

    /* espconn_tcp_set_max_con_allow lets no more clients in than there is room for. */
    if (client == NULL)
        return;
    send_queue_reset(&client->responses, espconn_sent);
    check("espconn_regist_recvcb", espconn_regist_recvcb(connection, plain_recv));
    check("espconn_regist_sentcb", espconn_regist_sentcb(connection, plain_sent));
    check("espconn_regist_disconcb", espconn_regist_disconcb(connection, plain_disconnected));
    check("espconn_regist_reconcb", espconn_regist_reconcb(connection, plain_failed));
    disconnect_after(client, IDLE_MS);
}

static void ICACHE_FLASH_ATTR
secure_recv(void *arg, char *pdata, unsigned short len)
{
    received(find_client(arg, true), pdata, len);
}

static void ICACHE_FLASH_ATTR
secure_sent(void *arg)
{
    sent(find_client(arg, true));
}

static void ICACHE_FLASH_ATTR
secure_disconnected(void *arg)
{
    release(find_client(arg, true));
}

/* The connection failed, or its handshake did: only here an application learns of it. */
static void ICACHE_FLASH_ATTR
secure_failed(void *arg, sint8 err)
{
    os_printf("TLS connection failed: %d\n", err);
    release(find_client(arg, true));
}

/* A client is connected and its handshake done. */
static void ICACHE_FLASH_ATTR
secure_connected(void *arg)
{
    struct espconn *connection = arg;
    struct client *client = connected(connection, true);

    if (client == NULL)
        return;
    send_queue_reset(&client->responses, espconn_secure_sent);
    check("espconn_regist_recvcb", espconn_regist_recvcb(connection, secure_recv));
    check("espconn_regist_sentcb", espconn_regist_sentcb(connection, secure_sent));
    check("espconn_regist_disconcb", espconn_regist_disconcb(connection, secure_disconnected));
    check("espconn_regist_reconcb", espconn_regist_reconcb(connection, secure_failed));
    disconnect_after(client, IDLE_MS);
}

void ICACHE_FLASH_ATTR
webserver_start_plain(void)
{
    plain_tcp.local_port = PLAIN_PORT;
    plain_server.type = ESPCONN_TCP;
    plain_server.state = ESPCONN_NONE;
    plain_server.proto.tcp = &plain_tcp;
    check("espconn_regist_connectcb", espconn_regist_connectcb(&plain_server, plain_connected));
    check("espconn_regist_reconcb", espconn_regist_reconcb(&plain_server, plain_failed));
    check("espconn_accept", espconn_accept(&plain_server));
    check("espconn_tcp_set_max_con_allow", espconn_tcp_set_max_con_allow(&plain_server, MAX_CLIENTS - 1));
    os_printf("HTTP server at port %d\n", PLAIN_PORT);
}

void ICACHE_FLASH_ATTR
webserver_start_secure(void)
{
    secure_tcp.local_port = SECURE_PORT;
    secure_server.type = ESPCONN_TCP;
    secure_server.state = ESPCONN_NONE;
    secure_server.proto.tcp = &secure_tcp;
    check("espconn_regist_connectcb", espconn_regist_connectcb(&secure_server, secure_connected));
    check("espconn_regist_reconcb", espconn_regist_reconcb(&secure_server, secure_failed));
    check("espconn_secure_accept", espconn_secure_accept(&secure_server));
    os_printf("HTTPS server at port %d\n", SECURE_PORT);
}
