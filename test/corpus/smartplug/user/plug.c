#include "ets_sys.h"
#include "osapi.h"
#include "os_type.h"
#include "mem.h"
#include "user_interface.h"
#include "gpio.h"
#include "user_config.h"
#include "plug.h"

#if PLUG_DEVICE

#define PLUG_RELAY_IO_MUX     PERIPHS_IO_MUX_MTDO_U
#define PLUG_RELAY_IO_NUM     15
#define PLUG_RELAY_IO_FUNC    FUNC_GPIO15

LOCAL struct plug_param saved;

/* ¶ÁÈ¡¼ÌµçÆ÷×´Ì¬ */
uint8 ICACHE_FLASH_ATTR
plug_get(void)
{
    return saved.level;
}

void ICACHE_FLASH_ATTR
plug_set(uint8 level)
{
    if (level != saved.level) {
        if (level > 1) {
            ESP_DBG("error status input!\n");
            return;
        }
        saved.level = level;
        PIN_FUNC_SELECT(PLUG_RELAY_IO_MUX, PLUG_RELAY_IO_FUNC);
        GPIO_OUTPUT_SET(PLUG_RELAY_IO_NUM, level);
        plug_save(&saved);
    }
}

void ICACHE_FLASH_ATTR
plug_load(struct plug_param *param)
{
    if (system_param_load(PARAM_START_SEC, 0, param, sizeof(struct plug_param)) == FALSE)
        os_memset(param, 0, sizeof(struct plug_param));
}

void ICACHE_FLASH_ATTR
plug_save(struct plug_param *param)
{
    system_param_save_with_protect(PARAM_START_SEC, param, sizeof(struct plug_param));
}

#endif
