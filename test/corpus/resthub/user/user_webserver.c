#include "ets_sys.h"
#include "osapi.h"
#include "mem.h"
#include "user_interface.h"
#include "espconn.h"

#include "user_config.h"
#include "user_rest.h"

#if SSL_ENABLE
	#include "ssl/cert.h"
	#include "ssl/private_key.h"
#endif

#define MAX_HANDLERS 8

LOCAL rest_device handlers[MAX_HANDLERS];
LOCAL uint8 handlers_count = 0;

LOCAL struct espconn webserver_connection;
LOCAL esp_tcp webserver_tcp;

#if SSL_ENABLE
LOCAL struct espconn webserver_ssl_connection;
LOCAL esp_tcp webserver_ssl_tcp;
LOCAL os_timer_t webserver_ssl_close_timer;
#endif

bool ICACHE_FLASH_ATTR connection_is_ssl(struct espconn *connection) {
#if SSL_ENABLE
	return connection->proto.tcp->local_port == WEBSERVER_SSL_PORT;
#else
	return false;
#endif
}

void ICACHE_FLASH_ATTR webserver_register_handler_callback(const char *url, rest_handler handler) {
	if (handlers_count >= MAX_HANDLERS) {
		debug("WEBSERVER: too many handlers\n");
		return;
	}
	handlers[handlers_count].url = url;
	handlers[handlers_count].handler = handler;
	handlers_count++;
}

LOCAL void ICACHE_FLASH_ATTR connection_send(struct espconn *connection, uint8 *data, uint16 length) {
#if SSL_ENABLE
	if (connection_is_ssl(connection)) {
		espconn_secure_sent(connection, data, length);
		return;
	}
#endif
	espconn_sent(connection, data, length);
}

void ICACHE_FLASH_ATTR webserver_send_response(struct espconn *connection, const char *status, const char *content) {
	char *response = (char *)os_zalloc(160 + os_strlen(content));

	if (response == NULL) {
		return;
	}
	os_sprintf(
		response,
		"HTTP/1.1 %s\r\n"
		"Content-Type: application/json\r\n"
		"Content-Length: %d\r\n"
		"Connection: close\r\n\r\n%s",
		status, os_strlen(content), content
	);
	connection_send(connection, (uint8 *)response, os_strlen(response));
	os_free(response);
}

LOCAL void ICACHE_FLASH_ATTR webserver_recv(void *arg, char *data, unsigned short length) {
	struct espconn *connection = (struct espconn *)arg;
	request_method method;
	const char *answer;
	char *url, *body;
	uint8 i;

	if (os_strncmp(data, "GET ", 4) == 0) {
		method = GET;
		url = data + 4;
	} else if (os_strncmp(data, "POST ", 5) == 0) {
		method = POST;
		url = data + 5;
	} else {
		webserver_send_response(connection, "405 Method Not Allowed", "{}");
		return;
	}
	body = (char *)os_strstr(data, "\r\n\r\n");
	body = body == NULL ? "" : body + 4;

	for (i = 0; i < handlers_count; i++) {
		if (os_strncmp(url, handlers[i].url, os_strlen(handlers[i].url)) == 0) {
			answer = handlers[i].handler(connection, method, url, body);
			if (answer != NULL) {
				webserver_send_response(connection, "200 OK", answer);
			}
			return;
		}
	}
	webserver_send_response(connection, "404 Not Found", "{\"Error\" : \"Not found\"}");
}

#if SSL_ENABLE
LOCAL void ICACHE_FLASH_ATTR webserver_ssl_close(void *arg) {
	espconn_secure_disconnect((struct espconn *)arg);
}

LOCAL void ICACHE_FLASH_ATTR webserver_ssl_sent(void *arg) {
	os_timer_disarm(&webserver_ssl_close_timer);
	os_timer_setfn(&webserver_ssl_close_timer, (os_timer_func_t *)webserver_ssl_close, arg);
	os_timer_arm(&webserver_ssl_close_timer, 100, 0);
}

LOCAL void ICACHE_FLASH_ATTR webserver_ssl_disconnect(void *arg) {
	os_timer_disarm(&webserver_ssl_close_timer);
}
#endif

LOCAL void ICACHE_FLASH_ATTR webserver_reconnect(void *arg, sint8 err) {
	debug("WEBSERVER: error %d\n", err);
#if SSL_ENABLE
	os_timer_disarm(&webserver_ssl_close_timer);
#endif
}

LOCAL void ICACHE_FLASH_ATTR webserver_disconnect(void *arg) {
	debug("WEBSERVER: disconnected\n");
}

LOCAL void ICACHE_FLASH_ATTR webserver_connect(void *arg) {
	struct espconn *connection = (struct espconn *)arg;

	espconn_regist_recvcb(connection, webserver_recv);
	espconn_regist_reconcb(connection, webserver_reconnect);
#if SSL_ENABLE
	if (connection_is_ssl(connection)) {
		espconn_regist_sentcb(connection, webserver_ssl_sent);
		espconn_regist_disconcb(connection, webserver_ssl_disconnect);
		return;
	}
#endif
	espconn_regist_disconcb(connection, webserver_disconnect);
}

LOCAL void ICACHE_FLASH_ATTR connection_setup(struct espconn *connection, esp_tcp *tcp, uint16 port) {
	os_memset(connection, 0, sizeof(struct espconn));
	connection->type = ESPCONN_TCP;
	connection->state = ESPCONN_NONE;
	connection->proto.tcp = tcp;
	connection->proto.tcp->local_port = port;
	espconn_regist_connectcb(connection, webserver_connect);
}

void ICACHE_FLASH_ATTR webserver_init(void) {
	connection_setup(&webserver_connection, &webserver_tcp, WEBSERVER_PORT);
	espconn_accept(&webserver_connection);
	espconn_regist_time(&webserver_connection, 15, 0);

#if SSL_ENABLE
	connection_setup(&webserver_ssl_connection, &webserver_ssl_tcp, WEBSERVER_SSL_PORT);
	espconn_secure_set_default_certificate(default_certificate, default_certificate_len);
	espconn_secure_set_default_private_key(default_private_key, default_private_key_len);
	espconn_secure_set_size(ESPCONN_BOTH, 4096);
	espconn_secure_accept(&webserver_ssl_connection);
#endif
}
