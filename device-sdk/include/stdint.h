/* Generated from src/sdk by `npm run generate:device-sdk`. Do not edit. */

#ifndef ESP8266_SSL_STDINT_H
#define ESP8266_SSL_STDINT_H

#include <c_types.h>

#endif
