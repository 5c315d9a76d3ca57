// my first esp8266 project :-)
// reads the sensor every minute and sends it to my server with https
#include "ets_sys.h"
#include "osapi.h"
#include "gpio.h"
#include "os_type.h"
#include "mem.h"
#include "user_interface.h"
#include "espconn.h"
#include "user_config.h"

struct espconn conn;
esp_tcp tcp;
ip_addr_t ip;
os_timer_t t1, t2;
char buf[256];
char json[64];
int temp = 0;
int busy = 0;     // 1 while we are connected

void ICACHE_FLASH_ATTR start_connection();

// close it a bit later, the manual says not in the callback!!
void ICACHE_FLASH_ATTR close_it(void *arg) {
    espconn_secure_disconnect(&conn);
}

void ICACHE_FLASH_ATTR data_received(void *arg, char *pdata, unsigned short len) {
    os_printf("got: %s\n", pdata);
    os_timer_disarm(&t2);
    os_timer_setfn(&t2, (os_timer_func_t *)close_it, NULL);
    os_timer_arm(&t2, 100, 0);
}

void ICACHE_FLASH_ATTR data_sent(void *arg) {
    os_printf("sent\n");
}

void ICACHE_FLASH_ATTR disconnected(void *arg) {
    os_printf("bye\n");
    busy = 0;
}

void ICACHE_FLASH_ATTR error(void *arg, sint8 err) {
    os_printf("ERROR %d\n", err);
    busy = 0;
}

void ICACHE_FLASH_ATTR connected(void *arg) {
    espconn_regist_recvcb(&conn, data_received);
    espconn_regist_sentcb(&conn, data_sent);

    os_sprintf(json, "{\"temp\": %d}", temp);
    os_sprintf(buf, "POST /api/v1/temp HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
               MY_SERVER, os_strlen(json), json);
    //espconn_sent(&conn, buf, os_strlen(buf));      // <- this does not work with ssl
    espconn_secure_sent(&conn, (uint8 *)buf, os_strlen(buf));
}

void ICACHE_FLASH_ATTR dns_done(const char *name, ip_addr_t *ipaddr, void *arg) {
    struct espconn *pespconn = arg;

    if (ipaddr == NULL) {
        os_printf("dns failed\n");
        busy = 0;
        return;
    }
    os_printf("%d.%d.%d.%d\n", IP2STR(ipaddr));

    pespconn->type = ESPCONN_TCP;
    pespconn->state = ESPCONN_NONE;
    pespconn->proto.tcp = &tcp;
    pespconn->proto.tcp->local_port = espconn_port();
    pespconn->proto.tcp->remote_port = 443;
    os_memcpy(pespconn->proto.tcp->remote_ip, &ipaddr->addr, 4);

    espconn_regist_connectcb(pespconn, connected);
    espconn_regist_disconcb(pespconn, disconnected);
    espconn_regist_reconcb(pespconn, error);

    espconn_secure_set_size(0x01, 4096);      // 1 = client
    espconn_secure_ca_enable(0x01, 0x70);     // esp_ca_cert.bin at 0x70000
    espconn_secure_connect(pespconn);
}

void ICACHE_FLASH_ATTR read_sensor() {
    temp = system_adc_read() * 100 / 1024;
}

void ICACHE_FLASH_ATTR every_minute(void *arg) {
    if (wifi_station_get_connect_status() != STATION_GOT_IP) {
        os_printf("no wifi yet\n");
        return;
    }
    if (busy) {
        os_printf("still busy\n");
        return;
    }
    busy = 1;
    read_sensor();
    espconn_gethostbyname(&conn, MY_SERVER, &ip, dns_done);
}

void ICACHE_FLASH_ATTR user_init() {
    struct station_config config;

    uart_div_modify(0, 80000000 / 115200);
    wifi_set_opmode(STATION_MODE);
    os_memset(&config, 0, sizeof(config));
    os_memcpy(&config.ssid, MY_SSID, sizeof(MY_SSID));
    os_memcpy(&config.password, MY_PASSWORD, sizeof(MY_PASSWORD));
    wifi_station_set_config(&config);

    os_timer_disarm(&t1);
    os_timer_setfn(&t1, (os_timer_func_t *)every_minute, NULL);
    os_timer_arm(&t1, 60000, 1);
}
