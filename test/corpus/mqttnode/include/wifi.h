#ifndef _WIFI_H_
#define _WIFI_H_
#include "c_types.h"
typedef void (*WifiCallback)(uint8_t);
void ICACHE_FLASH_ATTR WIFI_Connect(uint8_t *ssid, uint8_t *pass, WifiCallback cb);
#endif
