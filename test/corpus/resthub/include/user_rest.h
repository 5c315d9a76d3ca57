#ifndef __USER_REST_H__
	#define __USER_REST_H__

	#include "c_types.h"
	#include "espconn.h"

	typedef enum { GET = 1, POST } request_method;

	typedef const char *(*rest_handler)(struct espconn *connection, request_method method, char *url, char *data);

	typedef struct {
		const char   *url;
		rest_handler  handler;
	} rest_device;

	/* user_webserver.c */
	void webserver_register_handler_callback(const char *url, rest_handler handler);
	void webserver_send_response(struct espconn *connection, const char *status, const char *content);
	void webserver_init(void);
	bool connection_is_ssl(struct espconn *connection);

	/* user_iot.c */
	void iot_init(void);
	void iot_report(const char *event);
#endif
