/* Generated from src/sdk by `npm run generate:device-sdk`. Do not edit. */

#ifndef ESP8266_SSL_DRIVER_UART_H
#define ESP8266_SSL_DRIVER_UART_H

#include "c_types.h"

typedef enum _UartBautRate {
    BIT_RATE_9600 = 9600,
    BIT_RATE_19200 = 19200,
    BIT_RATE_38400 = 38400,
    BIT_RATE_57600 = 57600,
    BIT_RATE_74880 = 74880,
    BIT_RATE_115200 = 115200,
    BIT_RATE_230400 = 230400,
    BIT_RATE_256000 = 256000,
    BIT_RATE_460800 = 460800,
    BIT_RATE_921600 = 921600,
} UartBautRate;

#ifdef __cplusplus
extern "C" {
#endif

/* Sets the speed of both UARTs. */
void uart_init(UartBautRate uart0_br, UartBautRate uart1_br);
/* Sends a string to UART0. */
void uart0_sendStr(const char *str);

#ifdef __cplusplus
}
#endif

#endif
