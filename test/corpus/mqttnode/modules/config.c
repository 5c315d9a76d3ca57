#include "ets_sys.h"
#include "os_type.h"
#include "mem.h"
#include "osapi.h"
#include "user_interface.h"
#include "spi_flash.h"
#include "config.h"

SYSCFG sysCfg;
SAVE_FLAG saveFlag;

void ICACHE_FLASH_ATTR
CFG_Save(void)
{
  spi_flash_read((CFG_LOCATION + 3) * SPI_FLASH_SEC_SIZE, (uint32 *)&saveFlag, sizeof(SAVE_FLAG));
  if (saveFlag.flag == 0) {
    spi_flash_erase_sector(CFG_LOCATION + 1);
    spi_flash_write((CFG_LOCATION + 1) * SPI_FLASH_SEC_SIZE, (uint32 *)&sysCfg, sizeof(SYSCFG));
    saveFlag.flag = 1;
  } else {
    spi_flash_erase_sector(CFG_LOCATION + 0);
    spi_flash_write((CFG_LOCATION + 0) * SPI_FLASH_SEC_SIZE, (uint32 *)&sysCfg, sizeof(SYSCFG));
    saveFlag.flag = 0;
  }
  spi_flash_erase_sector(CFG_LOCATION + 3);
  spi_flash_write((CFG_LOCATION + 3) * SPI_FLASH_SEC_SIZE, (uint32 *)&saveFlag, sizeof(SAVE_FLAG));
}

void ICACHE_FLASH_ATTR
CFG_Load(void)
{
  spi_flash_read((CFG_LOCATION + 3) * SPI_FLASH_SEC_SIZE, (uint32 *)&saveFlag, sizeof(SAVE_FLAG));
  spi_flash_read((CFG_LOCATION + (saveFlag.flag == 0 ? 0 : 1)) * SPI_FLASH_SEC_SIZE, (uint32 *)&sysCfg, sizeof(SYSCFG));
  if (sysCfg.cfg_holder != CFG_HOLDER) {
    os_memset(&sysCfg, 0x00, sizeof sysCfg);
    sysCfg.cfg_holder = CFG_HOLDER;
    os_sprintf((char *)sysCfg.device_id, "node_%08X", system_get_chip_id());
    os_strcpy((char *)sysCfg.sta_ssid, "ssid");
    os_strcpy((char *)sysCfg.sta_pwd, "password");
    os_strcpy((char *)sysCfg.mqtt_host, MQTT_HOST);
    sysCfg.mqtt_port = MQTT_PORT;
    sysCfg.security = DEFAULT_SECURITY;
    INFO("no configuration, defaults are taken\r\n");
    CFG_Save();
  }
}
