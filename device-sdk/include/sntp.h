/* Generated from src/sdk by `npm run generate:device-sdk`. Do not edit. */

#ifndef ESP8266_SSL_SNTP_H
#define ESP8266_SSL_SNTP_H

#include "ip_addr.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Starts SNTP. */
void sntp_init(void);
/* Stops SNTP. */
void sntp_stop(void);
/* Sets a time server by its address. */
void sntp_setserver(unsigned char idx, ip_addr_t *addr);
/* Answers the address of a time server. */
ip_addr_t sntp_getserver(unsigned char idx);
/* Sets a time server by its name; SNTP keeps the pointer. */
void sntp_setservername(unsigned char idx, char *server);
/* Answers the name of a time server. */
char *sntp_getservername(unsigned char idx);
/* Sets the time zone; call sntp_stop before. */
bool sntp_set_timezone(sint8 timezone);
/* Answers the time zone. */
sint8 sntp_get_timezone(void);
/* Answers the seconds since 1970; 0 while the time is not known. */
uint32 sntp_get_current_timestamp(void);
/* Answers a time as text. */
char *sntp_get_real_time(long t);

#ifdef __cplusplus
}
#endif

#endif
