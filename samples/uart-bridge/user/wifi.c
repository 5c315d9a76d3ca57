/* Joins the Wi-Fi network. */
#include "osapi.h"
#include "user_interface.h"
#include "user_config.h"
#include "wifi.h"

static void (*on_connected)(void);

/* The station gets an address again after every reconnection; servers are started once. */
static void ICACHE_FLASH_ATTR
wifi_event(System_Event_t *event)
{
    static bool started;

    if (event->event != EVENT_STAMODE_GOT_IP)
        return;
    os_printf("got IP " IPSTR "\n", IP2STR(&event->event_info.got_ip.ip));
    if (!started) {
        started = true;
        on_connected();
    }
}

void ICACHE_FLASH_ATTR
wifi_start(void (*connected)(void))
{
    static const char ssid[] = WIFI_SSID, password[] = WIFI_PASSWORD;

    on_connected = connected;
    if (!wifi_set_opmode_current(STATION_MODE))
        os_printf("wifi_set_opmode_current failed\n");
    if (ssid[0] != '\0') {
        struct station_config config;

        os_bzero(&config, sizeof config);
        os_strncpy((char *)config.ssid, ssid, sizeof config.ssid);
        os_strncpy((char *)config.password, password, sizeof config.password);
        if (!wifi_station_set_config_current(&config))
            os_printf("wifi_station_set_config_current failed\n");
    }
    wifi_set_event_handler_cb(wifi_event);
}
