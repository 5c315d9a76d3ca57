/******************************************************************************
 * 文件: cloud.c
 * 说明: 云端连接, 可选 SSL 加密
 *****************************************************************************/
#include "ets_sys.h"
#include "os_type.h"
#include "mem.h"
#include "osapi.h"
#include "user_interface.h"
#include "espconn.h"
#include "upgrade.h"
#include "user_config.h"
#include "plug.h"

#define ACTIVE_FRAME  "{\"nonce\": %d, \"path\": \"/v1/device/activate/\", \"method\": \"POST\", \"body\": {\"token\": \"%s\", \"bssid\": \"" MACSTR "\"}}\n"
#define UPGRADE_FRAME "{\"path\": \"/v1/messages/\", \"method\": \"POST\", \"meta\": {\"Authorization\": \"token %s\"}, \"body\": {\"action\": \"%s\"}}\n"
#define BEACON_FRAME  "{\"path\": \"/v1/ping/\", \"method\": \"POST\"}\n"
#define STATUS_FRAME  "{\"status\": 200, \"datapoint\": {\"x\": %d}, \"nonce\": %d}\n"

#define BEACON_TIME 50000

LOCAL struct espconn cloud_conn;
LOCAL struct _esp_tcp cloud_tcp;
LOCAL struct plug_param param;
LOCAL os_timer_t client_timer;
LOCAL os_timer_t beacon_timer;
ip_addr_t cloud_server_ip;
LOCAL uint8 device_status = CLOUD_IDLE;
LOCAL uint8 ping_status = TRUE;
LOCAL uint32 active_nonce = 0;
LOCAL uint8 conn_count = 0;

LOCAL void ICACHE_FLASH_ATTR cloud_check_ip(uint8 reset_flag);
LOCAL void ICACHE_FLASH_ATTR cloud_send_beacon(struct espconn *pespconn);

cloud_status_t ICACHE_FLASH_ATTR
cloud_get_status(void)
{
    return device_status;
}

/* 从 json 中取一个数字 */
LOCAL int ICACHE_FLASH_ATTR
cloud_parse_nonce(char *pbuffer)
{
    char *pstr = (char *)os_strstr(pbuffer, "\"nonce\": ");
    int nonce = 0;

    if (pstr == NULL)
        return 0;
    for (pstr += 9; *pstr >= '0' && *pstr <= '9'; pstr++)
        nonce = nonce * 10 + *pstr - '0';
    return nonce;
}

LOCAL void ICACHE_FLASH_ATTR
cloud_discon(struct espconn *pespconn)
{
    ESP_DBG("cloud_discon\n");

#ifdef CLIENT_SSL_ENABLE
    espconn_secure_disconnect(pespconn);
#else
    espconn_disconnect(pespconn);
#endif
}

/* 回复一条命令 */
LOCAL void ICACHE_FLASH_ATTR
cloud_response(struct espconn *pespconn, int nonce)
{
    char *pbuf = (char *)os_zalloc(1024);

    if (pbuf == NULL)
        return;

    os_sprintf(pbuf, STATUS_FRAME, plug_get(), nonce);
    ESP_DBG("%s\n", pbuf);
#ifdef CLIENT_SSL_ENABLE
    espconn_secure_sent(
#else
    espconn_sent(
#endif
        pespconn, (uint8 *)pbuf, os_strlen(pbuf));
    os_free(pbuf);
}

LOCAL void ICACHE_FLASH_ATTR
cloud_sent_first(struct espconn *pespconn)
{
    char *pbuf = (char *)os_zalloc(1024);
    uint8 bssid[6];

    if (pbuf == NULL)
        return;
    wifi_get_macaddr(STATION_IF, bssid);
    active_nonce = os_random() & 0x7fffffff;
    os_sprintf(pbuf, ACTIVE_FRAME, active_nonce, param.token, MAC2STR(bssid));

#ifndef CLIENT_SSL_ENABLE
    espconn_sent(pespconn, (uint8 *)pbuf, os_strlen(pbuf));
#else
    espconn_secure_sent(pespconn, (uint8 *)pbuf, os_strlen(pbuf));
#endif

    os_free(pbuf);
}

/* 升级完成或超时 */
LOCAL void ICACHE_FLASH_ATTR
cloud_upgrade_rsp(void *arg)
{
    struct upgrade_server_info *server = arg;
    struct espconn *pespconn = server->pespconn;
    char *pbuf = (char *)os_zalloc(512);
    char *action = NULL;

    if (server->upgrade_flag == true) {
        ESP_DBG("upgrade successful\n");
        action = "device_upgrade_success";
    } else {
        ESP_DBG("upgrade failed\n");
        action = "device_upgrade_failed";
    }
    if (pbuf != NULL) {
        os_sprintf(pbuf, UPGRADE_FRAME, param.token, action);
#ifdef CLIENT_SSL_ENABLE
        espconn_secure_sent(pespconn, (uint8 *)pbuf, os_strlen(pbuf));
#else
        espconn_sent(pespconn, (uint8 *)pbuf, os_strlen(pbuf));
#endif
        os_free(pbuf);
    }
    os_free(server->url);
    server->url = NULL;
    os_free(server);
}

LOCAL void ICACHE_FLASH_ATTR
cloud_upgrade_begin(struct espconn *pespconn, struct upgrade_server_info *server)
{
    server->pespconn = pespconn;
    os_memcpy(server->ip, pespconn->proto.tcp->remote_ip, 4);
    server->port = 80;
    server->check_cb = cloud_upgrade_rsp;
    server->check_times = 120000;

    if (server->url == NULL)
        server->url = (uint8 *)os_zalloc(512);
    os_sprintf(server->url, "GET /v1/device/rom/?action=download_rom&version=%s HTTP/1.0\r\n\r\n",
        server->upgrade_version);

#ifdef UPGRADE_SSL_ENABLE
    if (system_upgrade_start_ssl(server) == false)
#else
    if (system_upgrade_start(server) == false)
#endif
    {
        ESP_DBG("upgrade is already started\n");
    }
}

LOCAL void ICACHE_FLASH_ATTR
cloud_recv_cb(void *arg, char *pusrdata, unsigned short length)
{
    struct espconn *pespconn = arg;

    if (length == 1460) {
        /* 分片, 等待后续 */
        ESP_DBG("fragment\n");
        return;
    }
    os_timer_disarm(&beacon_timer);

    if (os_strstr(pusrdata, "\"activate_status\": ") != NULL) {
        if (cloud_parse_nonce(pusrdata) == active_nonce) {
            param.activated = 1;
            plug_save(&param);
            device_status = CLOUD_CONNECTED;
        }
    } else if (os_strstr(pusrdata, "\"method\": \"POST\"") != NULL) {
        plug_set(os_strstr(pusrdata, "\"x\": 1") != NULL);
        cloud_response(pespconn, cloud_parse_nonce(pusrdata));
    } else if (os_strstr(pusrdata, "\"method\": \"GET\"") != NULL) {
        cloud_response(pespconn, cloud_parse_nonce(pusrdata));
    } else if (os_strstr(pusrdata, "ping success") != NULL) {
        ESP_DBG("ping success\n");
        ping_status = TRUE;
    } else if (os_strstr(pusrdata, "sys_upgrade") != NULL) {
        struct upgrade_server_info *server = (struct upgrade_server_info *)os_zalloc(sizeof(struct upgrade_server_info));
        if (server != NULL) {
            os_strcpy(server->upgrade_version, "v1.0.1");
            cloud_upgrade_begin(pespconn, server);
        }
    } else if (os_strstr(pusrdata, "device") != NULL && os_strstr(pusrdata, "bye") != NULL) {
        os_timer_disarm(&client_timer);
        os_timer_setfn(&client_timer, (os_timer_func_t *)cloud_discon, pespconn);
        os_timer_arm(&client_timer, 10, 0);
        return;
    }
    os_timer_arm(&beacon_timer, BEACON_TIME, 0);
}

#if (PLUG_DEVICE || SENSOR_DEVICE)
/* 心跳 */
LOCAL void ICACHE_FLASH_ATTR
cloud_send_beacon(struct espconn *pespconn)
{
    if (pespconn == NULL)
        return;

    if (pespconn->state == ESPCONN_CONNECT) {
        if (ping_status == FALSE) {
            ESP_DBG("no answer to the last beacon\n");
            cloud_discon(pespconn);
        } else {
            ping_status = FALSE;
#ifdef CLIENT_SSL_ENABLE
            espconn_secure_sent(pespconn, (uint8 *)BEACON_FRAME, os_strlen(BEACON_FRAME));
#else
            espconn_sent(pespconn, (uint8 *)BEACON_FRAME, os_strlen(BEACON_FRAME));
#endif
            os_timer_arm(&beacon_timer, BEACON_TIME, 0);
        }
    } else {
        ESP_DBG("beacon without connection\n");
    }
}
#endif

LOCAL void ICACHE_FLASH_ATTR
cloud_sent_cb(void *arg)
{
    struct espconn *pespconn = arg;

    ESP_DBG("cloud_sent_cb %p\n", pespconn);
    if (param.activated && device_status == CLOUD_CONNECTED) {
        os_timer_disarm(&beacon_timer);
        os_timer_setfn(&beacon_timer, (os_timer_func_t *)cloud_send_beacon, pespconn);
        os_timer_arm(&beacon_timer, BEACON_TIME, 0);
    }
}

LOCAL void ICACHE_FLASH_ATTR
cloud_reconnect(struct espconn *pespconn)
{
    ESP_DBG("cloud_reconnect\n");
    cloud_check_ip(0);
}

LOCAL void ICACHE_FLASH_ATTR
cloud_discon_cb(void *arg)
{
    struct espconn *pespconn = arg;

    if (pespconn == NULL)
        return;
    os_timer_disarm(&beacon_timer);
    pespconn->proto.tcp->local_port = espconn_port();
    os_timer_disarm(&client_timer);
    os_timer_setfn(&client_timer, (os_timer_func_t *)cloud_reconnect, pespconn);
    os_timer_arm(&client_timer, 1000, 0);
}

LOCAL void ICACHE_FLASH_ATTR
cloud_recon_cb(void *arg, sint8 err)
{
    struct espconn *pespconn = (struct espconn *)arg;

    os_timer_disarm(&beacon_timer);
    if (++conn_count == 5)
        device_status = CLOUD_RETRY;
    ESP_DBG("cloud_recon_cb %d\n", err);
    os_timer_disarm(&client_timer);
    os_timer_setfn(&client_timer, (os_timer_func_t *)cloud_reconnect, pespconn);
    os_timer_arm(&client_timer, 1000, 0);
}

LOCAL void ICACHE_FLASH_ATTR
cloud_connect_cb(void *arg)
{
    struct espconn *pespconn = arg;

    if (wifi_get_opmode() == STATIONAP_MODE)
        wifi_set_opmode(STATION_MODE);
    espconn_regist_recvcb(pespconn, cloud_recv_cb);
    espconn_regist_sentcb(pespconn, cloud_sent_cb);
    conn_count = 0;
    device_status = CLOUD_CONNECTED;
    cloud_sent_first(pespconn);
}

LOCAL void ICACHE_FLASH_ATTR
cloud_connect(struct espconn *pespconn)
{
    sint8 ret;

    ESP_DBG("cloud_connect\n");
#ifdef CLIENT_SSL_ENABLE
    espconn_secure_ca_enable(ESPCONN_CLIENT, CA_FLASH_ADDRESS / SPI_FLASH_SEC_SIZE);
    espconn_secure_set_size(ESPCONN_CLIENT, 4096);
    ret = espconn_secure_connect(pespconn);
#else
    ret = espconn_connect(pespconn);
#endif
    if (ret != ESPCONN_OK)
        device_status = CLOUD_RETRY;
}

#ifdef USE_DNS
LOCAL void ICACHE_FLASH_ATTR
cloud_dns_found(const char *name, ip_addr_t *ipaddr, void *arg)
{
    struct espconn *pespconn = (struct espconn *)arg;

    if (ipaddr == NULL) {
        device_status = CLOUD_RETRY;
        return;
    }
    if (cloud_server_ip.addr == 0 && ipaddr->addr != 0) {
        os_timer_disarm(&client_timer);
        cloud_server_ip.addr = ipaddr->addr;
        os_memcpy(pespconn->proto.tcp->remote_ip, &ipaddr->addr, 4);
        pespconn->proto.tcp->local_port = espconn_port();
        pespconn->proto.tcp->remote_port =
#ifdef CLIENT_SSL_ENABLE
            8443;
#else
            8000;
#endif
        device_status = CLOUD_CONNECTING;
        espconn_regist_connectcb(pespconn, cloud_connect_cb);
        espconn_regist_disconcb(pespconn, cloud_discon_cb);
        espconn_regist_reconcb(pespconn, cloud_recon_cb);
        cloud_connect(pespconn);
    }
}

LOCAL void ICACHE_FLASH_ATTR
cloud_dns_check_cb(void *arg)
{
    struct espconn *pespconn = arg;

    espconn_gethostbyname(pespconn, PLUG_DOMAIN, &cloud_server_ip, cloud_dns_found);
    os_timer_arm(&client_timer, 1000, 0);
}

LOCAL void ICACHE_FLASH_ATTR
cloud_start_dns(struct espconn *pespconn)
{
    cloud_server_ip.addr = 0;
    espconn_gethostbyname(pespconn, PLUG_DOMAIN, &cloud_server_ip, cloud_dns_found);
    os_timer_disarm(&client_timer);
    os_timer_setfn(&client_timer, (os_timer_func_t *)cloud_dns_check_cb, pespconn);
    os_timer_arm(&client_timer, 1000, 0);
}
#endif

LOCAL void ICACHE_FLASH_ATTR
cloud_check_ip(uint8 reset_flag)
{
    struct ip_info ipconfig;

    os_timer_disarm(&client_timer);
    wifi_get_ip_info(STATION_IF, &ipconfig);

    if (wifi_station_get_connect_status() == STATION_GOT_IP && ipconfig.ip.addr != 0) {
        cloud_conn.proto.tcp = &cloud_tcp;
        cloud_conn.type = ESPCONN_TCP;
        cloud_conn.state = ESPCONN_NONE;
        device_status = CLOUD_CONNECTING;
        if (reset_flag)
            conn_count = 0;
#ifdef USE_DNS
        cloud_start_dns(&cloud_conn);
#else
        IP4_ADDR((ip_addr_t *)cloud_tcp.remote_ip, 192, 168, 1, 10);
        cloud_tcp.remote_port = 8000;
        cloud_connect(&cloud_conn);
#endif
    } else {
        os_timer_setfn(&client_timer, (os_timer_func_t *)cloud_check_ip, (void *)1);
        os_timer_arm(&client_timer, 100, 0);
    }
}

void ICACHE_FLASH_ATTR
cloud_start(void)
{
    plug_load(&param);
    os_timer_disarm(&client_timer);
    os_timer_setfn(&client_timer, (os_timer_func_t *)cloud_check_ip, (void *)1);
    os_timer_arm(&client_timer, 100, 0);
}
