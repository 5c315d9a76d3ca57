#include "ets_sys.h"
#include "osapi.h"
#include "mem.h"
#include "user_interface.h"
#include "espconn.h"
#include "sntp.h"

#include "user_config.h"
#include "user_rest.h"

LOCAL struct espconn *iot_connection = NULL;
LOCAL ip_addr_t iot_ip;
LOCAL os_timer_t iot_timer;
LOCAL char iot_request[600];
LOCAL char iot_event[64] = "start";
LOCAL enum { IOT_IDLE, IOT_BUSY, IOT_DONE } iot_state = IOT_IDLE;

LOCAL void ICACHE_FLASH_ATTR iot_work(void);

LOCAL void ICACHE_FLASH_ATTR iot_free(void *arg) {
	if (iot_connection != NULL) {
		if (iot_connection->proto.tcp != NULL) {
			os_free(iot_connection->proto.tcp);
		}
		os_free(iot_connection);
		iot_connection = NULL;
	}
	iot_state = IOT_IDLE;
	os_timer_disarm(&iot_timer);
	os_timer_setfn(&iot_timer, (os_timer_func_t *)iot_work, NULL);
	os_timer_arm(&iot_timer, IOT_PERIOD, 0);
}

LOCAL void ICACHE_FLASH_ATTR iot_later(os_timer_func_t *function, uint32 ms) {
	os_timer_disarm(&iot_timer);
	os_timer_setfn(&iot_timer, function, NULL);
	os_timer_arm(&iot_timer, ms, 0);
}

LOCAL void ICACHE_FLASH_ATTR iot_close(void *arg) {
	espconn_secure_disconnect(iot_connection);
}

LOCAL void ICACHE_FLASH_ATTR iot_disconnected(void *arg) {
	iot_later(iot_free, 10);
}

LOCAL void ICACHE_FLASH_ATTR iot_failed(void *arg, sint8 err) {
	switch (err) {
		case ESPCONN_HANDSHAKE:
			debug("IOT: handshake\n");
			break;
		case ESPCONN_SSL_INVALID_DATA:
			debug("IOT: record\n");
			break;
		case ESPCONN_TIMEOUT:
			debug("IOT: timeout\n");
			break;
	}
	iot_later(iot_free, 10);
}

LOCAL void ICACHE_FLASH_ATTR iot_received(void *arg, char *data, unsigned short length) {
	if (length > 12 && data[9] == '2') {
		iot_event[0] = 0;
	}
	iot_state = IOT_DONE;
	iot_later(iot_close, 10);
}

LOCAL void ICACHE_FLASH_ATTR iot_connected(void *arg) {
	struct espconn *connection = (struct espconn *)arg;

	espconn_regist_recvcb(connection, iot_received);
	os_sprintf(
		iot_request,
		"POST /events HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n{\"event\":\"%s\"}",
		IOT_SERVER, os_strlen(iot_event) + 12, iot_event
	);
	if (espconn_secure_sent(connection, (uint8 *)iot_request, os_strlen(iot_request)) != ESPCONN_OK) {
		iot_later(iot_close, 10);
	}
}

LOCAL void ICACHE_FLASH_ATTR iot_connect(struct espconn *connection, ip_addr_t *ip) {
	os_memcpy(connection->proto.tcp->remote_ip, &ip->addr, 4);
	if (espconn_secure_connect(connection) != ESPCONN_OK) {
		iot_later(iot_free, 10);
	}
}

LOCAL void ICACHE_FLASH_ATTR iot_resolved(const char *name, ip_addr_t *ip, void *arg) {
	if (ip == NULL) {
		iot_later(iot_free, 10);
		return;
	}
	iot_connect((struct espconn *)arg, ip);
}

LOCAL void ICACHE_FLASH_ATTR iot_work(void) {
	if (iot_event[0] == 0 || iot_state != IOT_IDLE || wifi_station_get_connect_status() != STATION_GOT_IP ||
		sntp_get_current_timestamp() == 0) {
		iot_later((os_timer_func_t *)iot_work, 1000);
		return;
	}
	iot_state = IOT_BUSY;
	iot_connection = (struct espconn *)os_zalloc(sizeof(struct espconn));
	iot_connection->type = ESPCONN_TCP;
	iot_connection->state = ESPCONN_NONE;
	iot_connection->proto.tcp = (esp_tcp *)os_zalloc(sizeof(esp_tcp));
	iot_connection->proto.tcp->local_port = espconn_port();
	iot_connection->proto.tcp->remote_port = IOT_PORT;
	espconn_regist_connectcb(iot_connection, iot_connected);
	espconn_regist_disconcb(iot_connection, iot_disconnected);
	espconn_regist_reconcb(iot_connection, iot_failed);

	switch (espconn_gethostbyname(iot_connection, IOT_SERVER, &iot_ip, iot_resolved)) {
		case ESPCONN_OK:
			iot_connect(iot_connection, &iot_ip);
			break;

		case ESPCONN_INPROGRESS:
			break;

		default:
			iot_later(iot_free, 10);
	}
}

void ICACHE_FLASH_ATTR iot_report(const char *event) {
	os_strncpy(iot_event, event, sizeof(iot_event) - 1);
}

void ICACHE_FLASH_ATTR iot_init(void) {
	if (!espconn_secure_ca_enable(ESPCONN_CLIENT, IOT_CA_SECTOR)) {
		debug("IOT: no CA certificate\n");
		return;
	}
	sntp_setservername(0, "pool.ntp.org");
	sntp_init();
	iot_later((os_timer_func_t *)iot_work, 5000);
}
