/* Generated from src/sdk by `npm run generate:device-sdk`. Do not edit. */

#ifndef ESP8266_SSL_STDLIB_H
#define ESP8266_SSL_STDLIB_H

#include <c_types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Reads a number. */
int atoi(const char *s);

#ifdef __cplusplus
}
#endif

#endif
