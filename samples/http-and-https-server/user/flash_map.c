/* What lies where in a flash of 4 MB (SPI_SIZE_MAP 4), for firmware without updates over the network. */
#include "osapi.h"
#include "user_interface.h"
#include "spi_flash.h"
#include "user_config.h"

#define RF_CAL_SECTOR 0x3fb

/* SDK 2.x asks before user_init for the sector of its RF calibration; the firmware does not link without this function. */
uint32 ICACHE_FLASH_ATTR
user_rf_cal_sector_set(void)
{
    return RF_CAL_SECTOR;
}

/* The Makefile defines this for SDK 2.x. */
#ifndef SDK_WITHOUT_PARTITIONS

static const partition_item_t partitions[] = {
    /* eagle.flash.bin and eagle.irom0text.bin */
    { SYSTEM_PARTITION_CUSTOMER_BEGIN + 1, 0x000000, 0x10000 },
    { SYSTEM_PARTITION_CUSTOMER_BEGIN + 2, 0x010000, 0x5c000 },
    { SYSTEM_PARTITION_SSL_SERVER_CERT_PRIVKEY, CREDENTIALS_SECTOR * SPI_FLASH_SEC_SIZE, SPI_FLASH_SEC_SIZE },
    { SYSTEM_PARTITION_RF_CAL, RF_CAL_SECTOR * SPI_FLASH_SEC_SIZE, SPI_FLASH_SEC_SIZE },
    { SYSTEM_PARTITION_PHY_DATA, 0x3fc000, 0x1000 },
    { SYSTEM_PARTITION_SYSTEM_PARAMETER, 0x3fd000, 0x3000 },
};

/* SDK 3.x asks for the partitions before user_init; without them it does not start. */
void ICACHE_FLASH_ATTR
user_pre_init(void)
{
    if (!system_partition_table_regist(partitions, sizeof partitions / sizeof partitions[0], FLASH_SIZE_32M_MAP_512_512))
        os_printf("the partition table is refused\n");
}

#endif
