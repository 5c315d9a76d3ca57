/*
 * A small web server. Pages are at port 80, what asks for a password is at port 443 alone; the
 * functions below do not care which of the two a client came by.
 */
#include <esp8266.h>
#include "httpd.h"
#include "cert.h"
#include "private_key.h"

static http_client clients[MAX_CLIENTS];
static const http_route *routes;

static struct espconn httpd_conn;
static esp_tcp httpd_tcp;
static struct espconn httpds_conn;
static esp_tcp httpds_tcp;

/* The structs of disconnected clients are not the ones they came with: address and port tell them apart. */
static http_client *ICACHE_FLASH_ATTR httpd_find(void *arg)
{
	struct espconn *conn = arg;
	int i;

	for (i = 0; i < MAX_CLIENTS; i++) {
		if (clients[i].conn != NULL && clients[i].remote_port == conn->proto.tcp->remote_port &&
			os_memcmp(clients[i].remote_ip, conn->proto.tcp->remote_ip, 4) == 0)
			return &clients[i];
	}
	return NULL;
}

static void ICACHE_FLASH_ATTR httpd_retire(http_client *client)
{
	os_timer_disarm(&client->linger);
	if (client->out)
		os_free(client->out);
	client->out = NULL;
	client->conn = NULL;
	client->cgi = NULL;
}

static void ICACHE_FLASH_ATTR httpd_linger(void *arg)
{
	http_client *client = arg;

	if (client->conn == NULL)
		return;
	if (client->tls)
		espconn_secure_disconnect(client->conn);
	else
		espconn_disconnect(client->conn);
}

static void ICACHE_FLASH_ATTR httpd_close(http_client *client)
{
	client->closing = 1;
	os_timer_disarm(&client->linger);
	os_timer_setfn(&client->linger, httpd_linger, client);
	os_timer_arm(&client->linger, 20, 0);
}

static void ICACHE_FLASH_ATTR httpd_flush(http_client *client)
{
	sint8 r;

	if (client->out_length == 0)
		return;
	r = client->tls ? espconn_secure_sent(client->conn, (uint8 *)client->out, client->out_length)
	                : espconn_sent(client->conn, (uint8 *)client->out, client->out_length);
	if (r != ESPCONN_OK)
		httpd_close(client);
	client->out_length = 0;
}

void ICACHE_FLASH_ATTR httpd_printf(http_client *client, const char *text)
{
	int length = os_strlen(text);

	if (client->out == NULL || client->out_length + length >= OUT_SIZE)
		return;
	os_memcpy(client->out + client->out_length, text, length);
	client->out_length += length;
}

void ICACHE_FLASH_ATTR httpd_redirect(http_client *client, const char *url)
{
	httpd_printf(client, "HTTP/1.0 302 Found\r\nLocation: ");
	httpd_printf(client, url);
	httpd_printf(client, "\r\nContent-Length: 0\r\n\r\n");
}

static void ICACHE_FLASH_ATTR httpd_run(http_client *client)
{
	if (client->cgi == NULL || client->cgi(client) == CGI_DONE)
		client->cgi = NULL;
	httpd_flush(client);
}

static void ICACHE_FLASH_ATTR httpd_route(http_client *client)
{
	char *url = (char *)os_strchr(client->head, ' ');
	char *end;
	int i;

	if (url == NULL || (end = (char *)os_strchr(url + 1, ' ')) == NULL) {
		httpd_printf(client, "HTTP/1.0 400 Bad Request\r\n\r\n");
		return;
	}
	*end = 0;
	for (i = 0; routes[i].url != NULL; i++) {
		if (os_strcmp(routes[i].url, url + 1) != 0)
			continue;
		if (routes[i].secure_only && !client->tls)
			httpd_redirect(client, "https://panel.local/login");
		else
			client->cgi = routes[i].cgi;
		return;
	}
	httpd_printf(client, "HTTP/1.0 404 Not Found\r\n\r\nnothing here");
}

static void ICACHE_FLASH_ATTR httpd_recv_cb(void *arg, char *data, unsigned short len)
{
	http_client *client = httpd_find(arg);
	int room;

	if (client == NULL || client->closing)
		return;
	room = HEAD_SIZE - 1 - client->head_length;
	if (len > room)
		len = room;
	os_memcpy(client->head + client->head_length, data, len);
	client->head_length += len;
	client->head[client->head_length] = 0;
	if (!client->headers_done && os_strstr(client->head, "\r\n\r\n") != NULL) {
		client->headers_done = 1;
		client->out = (char *)os_malloc(OUT_SIZE);
		if (client->out == NULL) {
			httpd_close(client);
			return;
		}
		httpd_route(client);
		httpd_run(client);
	}
}

static void ICACHE_FLASH_ATTR httpd_sent_cb(void *arg)
{
	http_client *client = httpd_find(arg);

	if (client == NULL)
		return;
	if (client->cgi != NULL)
		httpd_run(client);
	else
		httpd_close(client);
}

static void ICACHE_FLASH_ATTR httpd_disconn_cb(void *arg)
{
	http_client *client = httpd_find(arg);

	if (client != NULL)
		httpd_retire(client);
}

static void ICACHE_FLASH_ATTR httpd_recon_cb(void *arg, sint8 err)
{
	os_printf("httpd: error %d\n", err);
	httpd_disconn_cb(arg);
}

static void ICACHE_FLASH_ATTR httpd_connect_cb(void *arg)
{
	struct espconn *conn = arg;
	int i;

	for (i = 0; i < MAX_CLIENTS; i++)
		if (clients[i].conn == NULL)
			break;
	if (i == MAX_CLIENTS) {
		os_printf("httpd: too many clients\n");
		if (conn->proto.tcp->local_port != HTTPD_TLS_PORT)
			espconn_regist_time(conn, 1, 1);
		return;
	}
	os_memset(&clients[i], 0, sizeof(clients[i]));
	clients[i].conn = conn;
	clients[i].tls = conn->proto.tcp->local_port == HTTPD_TLS_PORT;
	clients[i].remote_port = conn->proto.tcp->remote_port;
	os_memcpy(clients[i].remote_ip, conn->proto.tcp->remote_ip, 4);

	espconn_regist_recvcb(conn, httpd_recv_cb);
	espconn_regist_reconcb(conn, httpd_recon_cb);
	espconn_regist_disconcb(conn, httpd_disconn_cb);
	espconn_regist_sentcb(conn, httpd_sent_cb);
	if (!clients[i].tls)
		espconn_set_opt(conn, ESPCONN_NODELAY);
}

static void ICACHE_FLASH_ATTR httpd_listen(struct espconn *conn, esp_tcp *tcp, int port, int tls)
{
	conn->type = ESPCONN_TCP;
	conn->state = ESPCONN_NONE;
	tcp->local_port = port;
	conn->proto.tcp = tcp;
	espconn_regist_connectcb(conn, httpd_connect_cb);
	if (tls) {
		espconn_secure_set_size(ESPCONN_SERVER, 4096);
		espconn_secure_set_default_certificate(default_certificate, default_certificate_len);
		espconn_secure_set_default_private_key(default_private_key, default_private_key_len);
		espconn_secure_accept(conn);
	} else {
		espconn_accept(conn);
		espconn_tcp_set_max_con_allow(conn, MAX_CLIENTS - 1);
		espconn_regist_time(conn, 30, 0);
	}
}

void ICACHE_FLASH_ATTR httpd_init(const http_route *table)
{
	routes = table;
	httpd_listen(&httpd_conn, &httpd_tcp, HTTPD_PORT, 0);
	httpd_listen(&httpds_conn, &httpds_tcp, HTTPD_TLS_PORT, 1);
}
