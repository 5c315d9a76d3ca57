/* Generated from src/sdk by `npm run generate:device-sdk`. Do not edit. */

#ifndef ESP8266_SSL_DRIVER_UART_H
#define ESP8266_SSL_DRIVER_UART_H

#include "c_types.h"

/* Sets the speed of both UARTs. */
void uart_init(uint32 uart0_br, uint32 uart1_br);
/* Sends a string to UART0. */
void uart0_sendStr(const char *str);

#endif
