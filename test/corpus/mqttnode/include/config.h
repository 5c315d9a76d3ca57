#ifndef _CONFIG_H_
#define _CONFIG_H_
#include "os_type.h"
#include "node_config.h"

typedef struct {
  uint32_t cfg_holder;
  uint8_t device_id[32];
  uint8_t sta_ssid[32];
  uint8_t sta_pwd[64];
  uint8_t mqtt_host[64];
  uint32_t mqtt_port;
  uint8_t security;
  uint8_t reserved[3];
} SYSCFG;

typedef struct {
  uint8_t flag;
  uint8_t pad[3];
} SAVE_FLAG;

extern SYSCFG sysCfg;

void ICACHE_FLASH_ATTR CFG_Save(void);
void ICACHE_FLASH_ATTR CFG_Load(void);
#endif
