/* Generated from src/sdk by `npm run generate:device-sdk`. Do not edit. */

#ifndef ESP8266_SSL_ETS_SYS_H
#define ESP8266_SSL_ETS_SYS_H

#include "c_types.h"

typedef void ETSTimerFunc(void *timer_arg);

typedef struct _ETSTIMER_ {
    struct _ETSTIMER_ *timer_next;
    uint32 timer_expire;
    uint32 timer_period;
    ETSTimerFunc *timer_func;
    void *timer_arg;
} ETSTimer;

typedef uint32 ETSSignal;
typedef uint32 ETSParam;

typedef struct ETSEventTag {
    ETSSignal sig;
    ETSParam par;
} ETSEvent;

typedef void (*ETSTask)(ETSEvent *e);

/* Disables interrupts. */
void ets_intr_lock(void);
/* Enables interrupts. */
void ets_intr_unlock(void);
/* Prints to UART0 from the ROM. */
int ets_printf(const char *format, ...);
/* Prints a character. */
void ets_putc(char c);

#endif
