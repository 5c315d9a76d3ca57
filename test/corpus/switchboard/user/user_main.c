#include "ets_sys.h"
#include "osapi.h"
#include "user_interface.h"
#include "user_config.h"
#include "cloud.h"

void find_init(void);

uint32 ICACHE_FLASH_ATTR
user_rf_cal_sector_set(void)
{
    return 0x7b;
}

void ICACHE_FLASH_ATTR
user_init(void)
{
    os_printf("SDK version:%s\n", system_get_sdk_version());
    cloud_init();
    find_init();
#ifdef SERVER_SSL_ENABLE
    panel_init(PANEL_SSL_PORT);
#else
    panel_init(PANEL_PORT);
#endif
}
