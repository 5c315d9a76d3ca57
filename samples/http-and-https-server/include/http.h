#ifndef HTTP_H
#define HTTP_H

#include "c_types.h"

/* What of a request has arrived. It comes in pieces of any size, and its body may be larger than the memory. */
struct http_request {
    enum { HTTP_FIRST_LINE, HTTP_HEADERS, HTTP_BODY, HTTP_COMPLETE } state;
    char method[8];
    char path[64];
    /* Bytes of the body: announced by Content-Length, and arrived. */
    uint32 body_length, body_received;
    /* The client waits for "100 Continue" before it sends the body. */
    bool expects_continue;
    /* The line that is being read; the end of a long one is left out. */
    char line[128];
    uint16 line_length;
};

void http_begin(struct http_request *request);

/* False until the first byte of a request has arrived. */
bool http_has_begun(const struct http_request *request);

/* Reads what has arrived. True when the request is complete. */
bool http_read(struct http_request *request, const char *data, uint16 length);

/* The longest response: head and page. */
#define HTTP_RESPONSE_SIZE 384

/* Writes the response to a complete request into HTTP_RESPONSE_SIZE bytes and returns its length. */
uint16 http_respond(const struct http_request *request, uint32 request_count, char *response);

#endif
