/* Generated from src/sdk by `npm run generate:device-sdk`. Do not edit. */

#ifndef ESP8266_SSL_ETS_SYS_H
#define ESP8266_SSL_ETS_SYS_H

#include "c_types.h"
#include "eagle_soc.h"

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
typedef void (*ets_isr_t)(void *arg);

#define ETS_SDIO_INUM 1
#define ETS_SPI_INUM 2
#define ETS_GPIO_INUM 4
#define ETS_UART_INUM 5
#define ETS_FRC_TIMER1_INUM 9
#define ETS_INTR_LOCK() ets_intr_lock()
#define ETS_INTR_UNLOCK() ets_intr_unlock()
#define ETS_INTR_ENABLE(inum) ets_isr_unmask(1 << (inum))
#define ETS_INTR_DISABLE(inum) ets_isr_mask(1 << (inum))
#define ETS_GPIO_INTR_ATTACH(func, arg) ets_isr_attach(ETS_GPIO_INUM, (func), (void *)(arg))
#define ETS_GPIO_INTR_ENABLE() ETS_INTR_ENABLE(ETS_GPIO_INUM)
#define ETS_GPIO_INTR_DISABLE() ETS_INTR_DISABLE(ETS_GPIO_INUM)
#define ETS_UART_INTR_ATTACH(func, arg) ets_isr_attach(ETS_UART_INUM, (func), (void *)(arg))
#define ETS_UART_INTR_ENABLE() ETS_INTR_ENABLE(ETS_UART_INUM)
#define ETS_UART_INTR_DISABLE() ETS_INTR_DISABLE(ETS_UART_INUM)
#define ETS_FRC_TIMER1_INTR_ATTACH(func, arg) ets_isr_attach(ETS_FRC_TIMER1_INUM, (func), (void *)(arg))
#define ETS_FRC_TIMER1_NMI_INTR_ATTACH(func) NmiTimSetFunc(func)
#define ETS_FRC1_INTR_ENABLE() ETS_INTR_ENABLE(ETS_FRC_TIMER1_INUM)
#define ETS_FRC1_INTR_DISABLE() ETS_INTR_DISABLE(ETS_FRC_TIMER1_INUM)

#ifdef __cplusplus
extern "C" {
#endif

/* Disables interrupts. */
void ets_intr_lock(void);
/* Enables interrupts. */
void ets_intr_unlock(void);
/* Registers the function for an interrupt. */
void ets_isr_attach(int i, ets_isr_t func, void *arg);
/* Switches the interrupts of a mask off. */
void ets_isr_mask(uint32 mask);
/* Switches the interrupts of a mask on. */
void ets_isr_unmask(uint32 unmask);
/* Registers the function for the interrupt of hardware timer 1 that cannot be masked. */
void NmiTimSetFunc(void (*func)(void));
/* Prints to UART0 from the ROM. */
int ets_printf(const char *format, ...);
/* Prints a character. */
void ets_putc(char c);

#ifdef __cplusplus
}
#endif

#endif
