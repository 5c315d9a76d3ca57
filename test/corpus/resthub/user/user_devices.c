#include "ets_sys.h"
#include "osapi.h"
#include "user_interface.h"
#include "gpio.h"

#include "user_config.h"
#include "user_rest.h"

LOCAL uint8 relay_state = 0;
LOCAL char device_response[128];

#if DEVICE_RELAY
const char ICACHE_FLASH_ATTR *relay_handler(struct espconn *connection, request_method method, char *url, char *data) {
	if (method == POST) {
		if (!connection_is_ssl(connection)) {
			webserver_send_response(connection, "403 Forbidden", "{\"Error\" : \"Use https\"}");
			return NULL;
		}
		relay_state = os_strstr(data, "\"Relay\":1") != NULL;
		GPIO_OUTPUT_SET(5, relay_state);
		iot_report(relay_state ? "relay on" : "relay off");
	}
	os_sprintf(device_response, "{\"Device\" : \"RELAY\", \"Data\" : {\"Relay\" : %d}}", relay_state);
	return device_response;
}
#endif

#if DEVICE_BADGE
const char ICACHE_FLASH_ATTR *badge_handler(struct espconn *connection, request_method method, char *url, char *data) {
	return "{\"Device\" : \"BADGE\"}";
}
#endif

uint32 ICACHE_FLASH_ATTR user_rf_cal_sector_set(void) {
	return 512 - 5;
}

void ICACHE_FLASH_ATTR user_init(void) {
	gpio_init();
	wifi_set_opmode(STATIONAP_MODE);
#if DEVICE_RELAY
	webserver_register_handler_callback("/relay", relay_handler);
#endif
#if DEVICE_BADGE
	webserver_register_handler_callback("/badge", badge_handler);
#endif
	webserver_init();
	iot_init();
}
