#ifndef WEBSERVER_H
#define WEBSERVER_H

#include "c_types.h"

/* Requests answered so far, over both servers. */
extern uint32 request_count;

/* Starts the server at PLAIN_PORT. */
void webserver_start_plain(void);

/* Starts the server at SECURE_PORT; certificate, private key and buffer size must be set before. */
void webserver_start_secure(void);

#endif
