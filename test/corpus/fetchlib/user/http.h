#ifndef HTTP_H
#define HTTP_H

#include "c_types.h"

#define HTTP_STATUS_ERROR -1

/*
 * Called once for each request: with the status and the body, which is freed when the callback returns.
 */
typedef void (*http_callback_t)(char *body, int status, int length);

/* "http://host[:port]/path" or "https://…"; redirects are followed. */
void ICACHE_FLASH_ATTR http_get(const char *url, http_callback_t callback);
void ICACHE_FLASH_ATTR http_post(const char *url, const char *data, http_callback_t callback);

#endif
