#ifndef HTTPD_H
#define HTTPD_H

#include <c_types.h>
#include <espconn.h>

#define HTTPD_PORT 80
#define HTTPD_TLS_PORT 443
#define MAX_CLIENTS 4
#define HEAD_SIZE 512
#define OUT_SIZE 1024

typedef struct http_client http_client;
typedef int (*cgi_callback)(http_client *client);

#define CGI_MORE 0
#define CGI_DONE 1

struct http_client {
	struct espconn *conn;
	uint8 remote_ip[4];
	int remote_port;
	unsigned tls : 1;
	unsigned closing : 1;
	unsigned headers_done : 1;
	cgi_callback cgi;
	int cgi_state;
	char head[HEAD_SIZE];
	int head_length;
	char *out;
	int out_length;
	os_timer_t linger;
};

typedef struct {
	const char *url;
	cgi_callback cgi;
	unsigned secure_only : 1;
} http_route;

void httpd_init(const http_route *routes);
void httpd_printf(http_client *client, const char *text);
void httpd_redirect(http_client *client, const char *url);

#endif
