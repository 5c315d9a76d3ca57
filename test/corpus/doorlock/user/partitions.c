#include "osapi.h"
#include "user_interface.h"
#include "user_config.h"

#define SLOT_SIZE 0x6A000
#define FLASH_END 0x400000

static const partition_item_t at_partition_table[] = {
  { SYSTEM_PARTITION_BOOTLOADER,             0x0,                 0x1000 },
  { SYSTEM_PARTITION_OTA_1,                  0x1000,              SLOT_SIZE },
  { SYSTEM_PARTITION_OTA_2,                  0x81000,             SLOT_SIZE },
  { SYSTEM_PARTITION_SSL_CLIENT_CA,          LOCK_CA_ADDR,        LOCK_CA_SIZE },
  { SYSTEM_PARTITION_SSL_CLIENT_CERT_PRIVKEY, LOCK_PAIR_ADDR,     LOCK_PAIR_SIZE },
  { SYSTEM_PARTITION_CUSTOMER_BEGIN,         LOCK_LOG_ADDR,       LOCK_LOG_SIZE },
  { SYSTEM_PARTITION_RF_CAL,                 FLASH_END - 0x5000,  0x1000 },
  { SYSTEM_PARTITION_PHY_DATA,               FLASH_END - 0x4000,  0x1000 },
  { SYSTEM_PARTITION_SYSTEM_PARAMETER,       FLASH_END - 0x3000,  0x3000 },
};

void ICACHE_FLASH_ATTR user_pre_init(void)
{
  if (!system_partition_table_regist(at_partition_table, sizeof(at_partition_table) / sizeof(at_partition_table[0]),
                                     FLASH_SIZE_32M_MAP_512_512)) {
    os_printf("partition table\r\n");
    while (1);
  }
}
