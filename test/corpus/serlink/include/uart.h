#ifndef __UART_H__
#define __UART_H__
#include <c_types.h>

typedef void (*UartRecv_cb)(char *buf, short len);

void ICACHE_FLASH_ATTR uart_start(uint32 rate);
void ICACHE_FLASH_ATTR uart_add_recv_cb(UartRecv_cb cb);
void ICACHE_FLASH_ATTR uart0_tx_buffer(char *buf, uint16 len);
#endif
