#include "esp8266.h"
#include "uart.h"

#define recvTaskPrio        1
#define recvTaskQueueLen    64
#define MAX_CB 4

#define UART_FIFO   (0x60000000)
#define UART_STATUS (0x6000001C)
#define UART_CLR    (0x60000010)

LOCAL os_event_t recvTaskQueue[recvTaskQueueLen];
static UartRecv_cb uart_recv_cb[MAX_CB];

// characters come by interrupt; what to do with them is the task's business
static void uart0_rx_intr_handler(void *para)
{
  WRITE_PERI_REG(UART_CLR, 0xffff);
  ETS_UART_INTR_DISABLE();
  system_os_post(recvTaskPrio, 0, 0);
}

static void ICACHE_FLASH_ATTR uart_recvTask(os_event_t *events)
{
  char buf[128];
  short length = 0;
  int i;

  while ((READ_PERI_REG(UART_STATUS) & 0xff) && length < (short)sizeof(buf))
    buf[length++] = READ_PERI_REG(UART_FIFO) & 0xff;
  for (i = 0; i < MAX_CB; i++)
    if (uart_recv_cb[i] != NULL)
      (uart_recv_cb[i])(buf, length);
  ETS_UART_INTR_ENABLE();
}

void ICACHE_FLASH_ATTR uart0_tx_buffer(char *buf, uint16 len)
{
  uint16 i;

  for (i = 0; i < len; i++) {
    while (((READ_PERI_REG(UART_STATUS) >> 16) & 0xff) >= 100)
      ;
    WRITE_PERI_REG(UART_FIFO, buf[i]);
  }
}

void ICACHE_FLASH_ATTR uart_add_recv_cb(UartRecv_cb cb)
{
  int i;

  for (i = 0; i < MAX_CB; i++) {
    if (uart_recv_cb[i] == NULL) {
      uart_recv_cb[i] = cb;
      return;
    }
  }
}

void ICACHE_FLASH_ATTR uart_start(uint32 rate)
{
  system_os_task(uart_recvTask, recvTaskPrio, recvTaskQueue, recvTaskQueueLen);
  ETS_UART_INTR_ATTACH(uart0_rx_intr_handler, NULL);
  ETS_UART_INTR_ENABLE();
}
