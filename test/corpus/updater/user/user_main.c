#include "ets_sys.h"
#include "osapi.h"
#include "user_interface.h"
#include "fota.h"

static os_timer_t daily;

static void ICACHE_FLASH_ATTR fota_finished(fota_result_t result)
{
    switch (result) {
    case FOTA_DONE:
        os_printf("updated, restarting\n");
        system_upgrade_reboot();
        break;
    case FOTA_NOTHING_NEW:
        os_printf("nothing new\n");
        break;
    default:
        os_printf("update failed: %d\n", result);
    }
}

static void ICACHE_FLASH_ATTR look(void *arg)
{
    if (wifi_station_get_connect_status() == STATION_GOT_IP)
        fota_start("fw.updater.example", fota_finished);
}

uint32 ICACHE_FLASH_ATTR user_rf_cal_sector_set(void)
{
    return 0x3fb;
}

void ICACHE_FLASH_ATTR user_init(void)
{
    wifi_set_opmode(STATION_MODE);
    os_timer_disarm(&daily);
    os_timer_setfn(&daily, look, NULL);
    os_timer_arm(&daily, 6000000, 1);
}
