#ifndef UART_H
#define UART_H

#include "c_types.h"

/*
 * Starts UART0 for data and UART1 (GPIO2, sends only) for os_printf. `received` is called outside of the interrupt whenever
 * there is something to read.
 */
void uart_start(uint32 baud, void (*received)(void));

/* Takes received bytes and returns how many. */
uint16 uart_read(uint8 *data, uint16 size);

/* Sends to UART0. Returns when the last byte is in the FIFO. */
void uart_write(const char *data, uint16 length);

/* Forgets what was received, and returns how many bytes were lost because nobody read them in time. */
uint32 uart_discard(void);

#endif
