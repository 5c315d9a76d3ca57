/*
 * A client for HTTP and HTTPS. Every request lives in a struct of its own, from http_get to the callback.
 */
#include "osapi.h"
#include "user_interface.h"
#include "espconn.h"
#include "mem.h"
#include "sntp.h"
#include "http.h"

#define BUFFER_SIZE_MAX 5000
#define MAX_REDIRECTS 3
#define MAX_ATTEMPTS 3
#define RETRY_MS 2000
#define TIMEOUT_MS 15000
#define CA_SECTOR 0x7B

#ifdef HTTP_DEBUG
#define PRINTF(...) os_printf(__VA_ARGS__)
#else
#define PRINTF(...)
#endif

typedef struct request_args {
	struct espconn conn;
	esp_tcp tcp;
	os_timer_t timer;
	ip_addr_t ip;
	bool secure;
	int port;
	char *hostname;
	char *path;
	char *post_data;
	char *buffer;
	int buffer_size;
	int redirects;
	int attempts;
	http_callback_t user_callback;
} request_args;

/* One TLS connection at a time: the others wait here. */
static request_args *secure_request;

static void ICACHE_FLASH_ATTR start_request(void *arg);

static char *ICACHE_FLASH_ATTR esp_strdup(const char *str)
{
	char *copy;

	if (str == NULL)
		return NULL;
	copy = (char *)os_malloc(os_strlen(str) + 1);
	if (copy != NULL)
		os_strcpy(copy, str);
	return copy;
}

static void ICACHE_FLASH_ATTR free_request(request_args *req)
{
	os_timer_disarm(&req->timer);
	os_free(req->hostname);
	os_free(req->path);
	if (req->post_data)
		os_free(req->post_data);
	if (req->buffer)
		os_free(req->buffer);
	os_free(req);
}

static void ICACHE_FLASH_ATTR call_in(request_args *req, os_timer_func_t *fn, uint32 ms)
{
	os_timer_disarm(&req->timer);
	os_timer_setfn(&req->timer, fn, req);
	os_timer_arm(&req->timer, ms, 0);
}

static bool ICACHE_FLASH_ATTR parse_url(request_args *req, const char *url)
{
	const char *host, *path, *colon;
	int length;

	if (os_strncmp(url, "http://", 7) == 0) {
		req->port = 80;
		req->secure = false;
		host = url + 7;
	} else if (os_strncmp(url, "https://", 8) == 0) {
		req->port = 443;
		req->secure = true;
		host = url + 8;
	} else {
		return false;
	}
	path = os_strchr(host, '/');
	if (path == NULL)
		path = host + os_strlen(host);
	colon = os_strchr(host, ':');
	if (colon != NULL && colon < path) {
		req->port = 0;
		length = colon - host;
		while (*++colon >= '0' && *colon <= '9')
			req->port = req->port * 10 + *colon - '0';
	} else {
		length = path - host;
	}
	if (req->hostname)
		os_free(req->hostname);
	if (req->path)
		os_free(req->path);
	req->hostname = (char *)os_zalloc(length + 1);
	os_memcpy(req->hostname, host, length);
	req->path = esp_strdup(path[0] == 0 ? "/" : path);
	return true;
}

/* The request is over: tell, and forget it. */
static void ICACHE_FLASH_ATTR finish(request_args *req, char *body, int status, int length)
{
	if (req->user_callback != NULL)
		req->user_callback(body, status, length);
	free_request(req);
}

static void ICACHE_FLASH_ATTR retry(request_args *req)
{
	req->buffer_size = 0;
	if (++req->attempts < MAX_ATTEMPTS)
		call_in(req, (os_timer_func_t *)start_request, RETRY_MS * req->attempts);
	else
		finish(req, NULL, HTTP_STATUS_ERROR, 0);
}

static void ICACHE_FLASH_ATTR give_up(void *arg)
{
	request_args *req = arg;

	PRINTF("%s does not answer\n", req->hostname);
	if (req->secure)
		espconn_secure_disconnect(&req->conn);
	else
		espconn_disconnect(&req->conn);
}

static void ICACHE_FLASH_ATTR receive_callback(void *arg, char *buf, unsigned short len)
{
	struct espconn *conn = (struct espconn *)arg;
	request_args *req = (request_args *)conn->reverse;
	char *grown;

	if (req->buffer_size + len >= BUFFER_SIZE_MAX) {
		call_in(req, give_up, 5);
		return;
	}
	grown = (char *)os_malloc(req->buffer_size + len + 1);
	if (grown == NULL)
		return;
	if (req->buffer != NULL) {
		os_memcpy(grown, req->buffer, req->buffer_size);
		os_free(req->buffer);
	}
	os_memcpy(grown + req->buffer_size, buf, len);
	req->buffer_size += len;
	grown[req->buffer_size] = 0;
	req->buffer = grown;
}

static void ICACHE_FLASH_ATTR sent_callback(void *arg)
{
	struct espconn *conn = (struct espconn *)arg;
	request_args *req = (request_args *)conn->reverse;

	if (req->post_data == NULL) {
		PRINTF("all sent\n");
		return;
	}
	if (req->secure)
		espconn_secure_sent(conn, (uint8_t *)req->post_data, os_strlen(req->post_data));
	else
		espconn_sent(conn, (uint8_t *)req->post_data, os_strlen(req->post_data));
	os_free(req->post_data);
	req->post_data = NULL;
}

static void ICACHE_FLASH_ATTR connect_callback(void *arg)
{
	struct espconn *conn = (struct espconn *)arg;
	request_args *req = (request_args *)conn->reverse;
	char head[384];
	char post_headers[64] = "";
	int len;

	espconn_regist_recvcb(conn, receive_callback);
	espconn_regist_sentcb(conn, sent_callback);
	call_in(req, give_up, TIMEOUT_MS);

	if (req->post_data != NULL)
		os_sprintf(post_headers, "Content-Length: %d\r\n", os_strlen(req->post_data));
	len = os_snprintf(head, sizeof(head), "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s\r\n",
		req->post_data ? "POST" : "GET", req->path, req->hostname, post_headers);
	if (req->secure)
		espconn_secure_sent(conn, (uint8_t *)head, len);
	else
		espconn_sent(conn, (uint8_t *)head, len);
}

static bool ICACHE_FLASH_ATTR follow(request_args *req)
{
	char *location = req->buffer == NULL ? NULL : (char *)os_strstr(req->buffer, "\r\nLocation: ");
	char *end;

	if (location == NULL || ++req->redirects > MAX_REDIRECTS)
		return false;
	location += 12;
	end = (char *)os_strstr(location, "\r\n");
	if (end == NULL)
		return false;
	*end = 0;
	if (!parse_url(req, location))
		return false;
	req->buffer_size = 0;
	call_in(req, (os_timer_func_t *)start_request, 50);
	return true;
}

static void ICACHE_FLASH_ATTR disconnect_callback(void *arg)
{
	struct espconn *conn = (struct espconn *)arg;
	request_args *req;
	char *body;
	int status = HTTP_STATUS_ERROR;

	if (conn == NULL || conn->reverse == NULL)
		return;
	req = (request_args *)conn->reverse;
	os_timer_disarm(&req->timer);
	if (secure_request == req)
		secure_request = NULL;
	if (req->buffer_size < 12 || os_strncmp(req->buffer, "HTTP/1.", 7) != 0) {
		retry(req);
		return;
	}
	status = (req->buffer[9] - '0') * 100 + (req->buffer[10] - '0') * 10 + req->buffer[11] - '0';
	if (status / 100 == 3 && follow(req))
		return;
	body = (char *)os_strstr(req->buffer, "\r\n\r\n");
	finish(req, body == NULL ? NULL : body + 4, status, body == NULL ? 0 : req->buffer + req->buffer_size - body - 4);
}

static void ICACHE_FLASH_ATTR error_callback(void *arg, sint8 errType)
{
	struct espconn *conn = (struct espconn *)arg;
	request_args *req = (request_args *)conn->reverse;

	PRINTF("error %d\n", errType);
	if (secure_request == req)
		secure_request = NULL;
	retry(req);
}

static void ICACHE_FLASH_ATTR dns_callback(const char *hostname, ip_addr_t *addr, void *arg)
{
	/* See start_request: it is the request itself. */
	request_args *req = (request_args *)arg;
	sint8 result;

	if (addr == NULL) {
		PRINTF("no address for %s\n", hostname);
		retry(req);
		return;
	}
	os_memset(&req->tcp, 0, sizeof(req->tcp));
	req->conn.type = ESPCONN_TCP;
	req->conn.state = ESPCONN_NONE;
	req->conn.proto.tcp = &req->tcp;
	req->conn.proto.tcp->local_port = espconn_port();
	req->conn.proto.tcp->remote_port = req->port;
	req->conn.reverse = req;
	os_memcpy(req->conn.proto.tcp->remote_ip, addr, 4);

	espconn_regist_connectcb(&req->conn, connect_callback);
	espconn_regist_disconcb(&req->conn, disconnect_callback);
	espconn_regist_reconcb(&req->conn, error_callback);

	if (req->secure) {
		secure_request = req;
		espconn_secure_set_size(ESPCONN_CLIENT, 5120); // most servers' certificates fit
		espconn_secure_ca_enable(ESPCONN_CLIENT, CA_SECTOR);
		result = espconn_secure_connect(&req->conn);
	} else {
		result = espconn_connect(&req->conn);
	}
	if (result != ESPCONN_OK) {
		if (secure_request == req)
			secure_request = NULL;
		retry(req);
	}
}

static void ICACHE_FLASH_ATTR start_request(void *arg)
{
	request_args *req = (request_args *)arg;
	sint8 error;

	if (req->secure && (secure_request != NULL || sntp_get_current_timestamp() == 0)) {
		call_in(req, start_request, 500);
		return;
	}
	/* What is given as the connection comes back as the last argument of the callback. */
	error = espconn_gethostbyname((struct espconn *)req, req->hostname, &req->ip, dns_callback);
	if (error == ESPCONN_OK)
		dns_callback(req->hostname, &req->ip, req);
	else if (error != ESPCONN_INPROGRESS)
		retry(req);
}

static void ICACHE_FLASH_ATTR http_request(const char *url, const char *post_data, http_callback_t callback)
{
	request_args *req = (request_args *)os_zalloc(sizeof(request_args));

	if (req == NULL)
		return;
	req->user_callback = callback;
	req->post_data = esp_strdup(post_data);
	if (!parse_url(req, url)) {
		PRINTF("not a URL: %s\n", url);
		os_free(req);
		return;
	}
	start_request(req);
}

void ICACHE_FLASH_ATTR http_post(const char *url, const char *data, http_callback_t callback)
{
	http_request(url, data, callback);
}

void ICACHE_FLASH_ATTR http_get(const char *url, http_callback_t callback)
{
	http_request(url, NULL, callback);
}
