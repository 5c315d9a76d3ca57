#include "esp8266.h"
#include "uart.h"
#include "serbridge.h"

#define VERS_STR(V) #V

typedef void (*initFunc)(void);

static void ICACHE_FLASH_ATTR initUart(void)
{
  uart_start(115200);
  uart_add_recv_cb(serbridgeUartCb);
}

static void ICACHE_FLASH_ATTR initWifi(void)
{
  wifi_set_opmode(STATIONAP_MODE);
}

static void ICACHE_FLASH_ATTR initBridge(void)
{
  serbridgeInit(23, 2323);
}

static const initFunc inits[] = { initUart, initWifi, initBridge };

uint32 ICACHE_FLASH_ATTR user_rf_cal_sector_set(void)
{
  return 1019;
}

void ICACHE_FLASH_ATTR user_init(void)
{
  int i;

  for (i = 0; i < sizeof(inits) / sizeof(inits[0]); i++)
    inits[i]();
  DBG("\n** serlink %s\n", VERS_STR(1.0));
}
