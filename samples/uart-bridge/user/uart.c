/* A driver for UART0: receives by interrupt into a ring buffer. Registers: ESP8266 Technical Reference, UART. */
#include "osapi.h"
#include "user_interface.h"
#include "ets_sys.h"
#include "eagle_soc.h"
#include "uart.h"

#define UART_REGISTER(uart, offset) (0x60000000 + (uart) * 0xf00 + (offset))
#define UART_FIFO(uart) UART_REGISTER(uart, 0x00)
#define UART_INT_ST(uart) UART_REGISTER(uart, 0x08)
#define UART_INT_ENA(uart) UART_REGISTER(uart, 0x0c)
#define UART_INT_CLR(uart) UART_REGISTER(uart, 0x10)
#define UART_STATUS(uart) UART_REGISTER(uart, 0x1c)
#define UART_CONF0(uart) UART_REGISTER(uart, 0x20)
#define UART_CONF1(uart) UART_REGISTER(uart, 0x24)

/* Interrupts: the FIFO holds as much as CONF1 says; nothing more came for a while. */
#define RXFIFO_FULL BIT(0)
#define RXFIFO_TIMEOUT BIT(8)

/* 8 data bits, no parity, 1 stop bit; two bits reset the FIFOs. */
#define FORMAT_8N1 0x1c
#define FIFO_RESET (BIT(17) | BIT(18))

#define FIFO_SIZE 128
#define UART_CLOCK 80000000
#define UART_TASK USER_TASK_PRIO_0

/* A power of two. */
#define RING_SIZE 2048

static uint8 ring[RING_SIZE];
static volatile uint16 ring_head, ring_tail;
static volatile uint32 lost;
static os_event_t task_queue[1];
static void (*on_received)(void);

/* Runs in the interrupt: not in flash, and no espconn function. */
static void
uart_interrupt(void *arg)
{
    uint32 status = READ_PERI_REG(UART_INT_ST(0));

    (void)arg;
    while ((READ_PERI_REG(UART_STATUS(0)) & 0xff) != 0) {
        uint8 byte = READ_PERI_REG(UART_FIFO(0));
        uint16 next = (ring_head + 1) % RING_SIZE;

        if (next == ring_tail) {
            lost++;
        } else {
            ring[ring_head] = byte;
            ring_head = next;
        }
    }
    WRITE_PERI_REG(UART_INT_CLR(0), status);
    /* Refused while the task has not yet run for the last interrupt: then it sees these bytes, too. */
    system_os_post(UART_TASK, 0, 0);
}

static void ICACHE_FLASH_ATTR
uart_task(os_event_t *event)
{
    (void)event;
    on_received();
}

/* os_printf must not disturb the data on UART0. */
static void
log_character(char c)
{
    while (((READ_PERI_REG(UART_STATUS(1)) >> 16) & 0xff) >= FIFO_SIZE - 2)
        ;
    WRITE_PERI_REG(UART_FIFO(1), c);
}

void ICACHE_FLASH_ATTR
uart_start(uint32 baud, void (*received)(void))
{
    on_received = received;
    system_os_task(uart_task, UART_TASK, task_queue, 1);

    ETS_UART_INTR_DISABLE();
    PIN_FUNC_SELECT(PERIPHS_IO_MUX_GPIO2_U, FUNC_U1TXD_BK);
    uart_div_modify(1, UART_CLOCK / 115200);
    WRITE_PERI_REG(UART_CONF0(1), FORMAT_8N1);
    os_install_putc1(log_character);

    uart_div_modify(0, UART_CLOCK / baud);
    WRITE_PERI_REG(UART_CONF0(0), FORMAT_8N1 | FIFO_RESET);
    WRITE_PERI_REG(UART_CONF0(0), FORMAT_8N1);
    /* An interrupt at 64 bytes, or when the line was silent for the time of two characters. */
    WRITE_PERI_REG(UART_CONF1(0), 64 | (2 << 24) | BIT(31));
    WRITE_PERI_REG(UART_INT_CLR(0), 0xffff);
    WRITE_PERI_REG(UART_INT_ENA(0), RXFIFO_FULL | RXFIFO_TIMEOUT);
    ETS_UART_INTR_ATTACH(uart_interrupt, NULL);
    ETS_UART_INTR_ENABLE();
}

uint16 ICACHE_FLASH_ATTR
uart_read(uint8 *data, uint16 size)
{
    uint16 length = 0;

    while (length < size && ring_tail != ring_head) {
        data[length++] = ring[ring_tail];
        ring_tail = (ring_tail + 1) % RING_SIZE;
    }
    return length;
}

void ICACHE_FLASH_ATTR
uart_write(const char *data, uint16 length)
{
    uint16 i;

    for (i = 0; i < length; i++) {
        while (((READ_PERI_REG(UART_STATUS(0)) >> 16) & 0xff) >= FIFO_SIZE - 2)
            ;
        WRITE_PERI_REG(UART_FIFO(0), data[i]);
    }
}

uint32 ICACHE_FLASH_ATTR
uart_discard(void)
{
    uint32 bytes = lost;

    ring_tail = ring_head;
    lost = 0;
    return bytes;
}
