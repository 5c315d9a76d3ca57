#include "ets_sys.h"
#include "osapi.h"
#include "os_type.h"
#include "mem.h"
#include "user_interface.h"
#include "espconn.h"
#include "user_config.h"
#include "cloud.h"

LOCAL struct espconn cloud_conn;
LOCAL struct _esp_tcp cloud_tcp;
LOCAL os_timer_t cloud_timer;
LOCAL os_timer_t beat_timer;
ip_addr_t cloud_ip;
LOCAL uint8 retries = 0;
LOCAL uint8 answered = 1;

LOCAL void ICACHE_FLASH_ATTR cloud_check_ip(void *arg);
LOCAL void ICACHE_FLASH_ATTR cloud_connect(struct espconn *conn);

/* 主动断开, 仅由定时器调用 */
LOCAL void ICACHE_FLASH_ATTR
cloud_close(struct espconn *conn)
{
    DBG("cloud_close\n");
#ifdef CLIENT_SSL_ENABLE
    espconn_secure_disconnect(conn);
#else
    espconn_disconnect(conn);
#endif
}

LOCAL void ICACHE_FLASH_ATTR
cloud_reconnect(struct espconn *conn)
{
    DBG("cloud_reconnect\n");
    cloud_check_ip(NULL);
}

LOCAL void ICACHE_FLASH_ATTR
cloud_sent(void *arg)
{
    DBG("cloud_sent\n");
}

LOCAL void ICACHE_FLASH_ATTR
cloud_report(struct espconn *conn)
{
    char *frame = (char *)os_zalloc(512);

    if (frame != NULL) {
        os_sprintf(frame, "{\"mac\": \"%08x\", \"state\": %d}\n", system_get_chip_id(), GPIO_INPUT_GET(12));
#ifdef CLIENT_SSL_ENABLE
        espconn_secure_sent(conn, (uint8 *)frame, os_strlen(frame));
#else
        espconn_sent(conn, (uint8 *)frame, os_strlen(frame));
#endif
        os_free(frame);
    }
}

#if (RELAY_DEVICE || METER_DEVICE)
LOCAL void ICACHE_FLASH_ATTR
cloud_beat(struct espconn *conn)
{
    if (conn == NULL)
        return;
    if (conn->state == ESPCONN_CONNECT) {
        if (answered == 0) {
            os_timer_disarm(&cloud_timer);
            os_timer_setfn(&cloud_timer, (os_timer_func_t *)cloud_close, conn);
            os_timer_arm(&cloud_timer, 10, 0);
            return;
        }
        answered = 0;
#ifdef CLIENT_SSL_ENABLE
        espconn_secure_sent(conn, (uint8 *)"ping\n", 5);
#else
        espconn_sent(conn, (uint8 *)"ping\n", 5);
#endif
    } else {
        DBG("cloud_beat: not connected\n");
    }
    os_timer_arm(&beat_timer, HEARTBEAT_MS, 0);
}
#endif

LOCAL void ICACHE_FLASH_ATTR
cloud_recv(void *arg, char *pdata, unsigned short len)
{
    struct espconn *conn = arg;

    if (os_strncmp(pdata, "pong", 4) == 0) {
        answered = 1;
    } else if (os_strncmp(pdata, "state", 5) == 0) {
        cloud_report(conn);
    } else if (os_strncmp(pdata, "bye", 3) == 0) {
        os_timer_disarm(&cloud_timer);
        os_timer_setfn(&cloud_timer, (os_timer_func_t *)cloud_close, conn);
        os_timer_arm(&cloud_timer, 10, 0);
    }
}

LOCAL void ICACHE_FLASH_ATTR
cloud_discon(void *arg)
{
    struct espconn *conn = arg;

#if (RELAY_DEVICE || METER_DEVICE)
    os_timer_disarm(&beat_timer);
#endif
    os_timer_disarm(&cloud_timer);
    os_timer_setfn(&cloud_timer, (os_timer_func_t *)cloud_reconnect, conn);
    os_timer_arm(&cloud_timer, 1000, 0);
}

LOCAL void ICACHE_FLASH_ATTR
cloud_recon(void *arg, sint8 err)
{
    DBG("cloud_recon %d\n", err);
    if (++retries == 5)
        wifi_station_disconnect();
    cloud_discon(arg);
}

LOCAL void ICACHE_FLASH_ATTR
cloud_connected(void *arg)
{
    struct espconn *conn = arg;

    retries = 0;
    answered = 1;
    espconn_regist_recvcb(conn, cloud_recv);
    espconn_regist_sentcb(conn, cloud_sent);
    cloud_report(conn);
#if (RELAY_DEVICE || METER_DEVICE)
    os_timer_disarm(&beat_timer);
    os_timer_setfn(&beat_timer, (os_timer_func_t *)cloud_beat, conn);
    os_timer_arm(&beat_timer, HEARTBEAT_MS, 0);
#endif
}

LOCAL void ICACHE_FLASH_ATTR
cloud_connect(struct espconn *conn)
{
#ifdef CLIENT_SSL_ENABLE
    espconn_secure_connect(conn);
#else
    espconn_connect(conn);
#endif
}

LOCAL void ICACHE_FLASH_ATTR
cloud_found(const char *name, ip_addr_t *ipaddr, void *arg)
{
    struct espconn *conn = (struct espconn *)arg;

    if (ipaddr == NULL || ipaddr->addr == 0 || cloud_ip.addr != 0)
        return;
    os_timer_disarm(&cloud_timer);
    cloud_ip.addr = ipaddr->addr;
    os_memcpy(conn->proto.tcp->remote_ip, &ipaddr->addr, 4);
    conn->proto.tcp->local_port = espconn_port();
#ifdef CLIENT_SSL_ENABLE
    conn->proto.tcp->remote_port = 8443;
#else
    conn->proto.tcp->remote_port = 8000;
#endif
    espconn_regist_connectcb(conn, cloud_connected);
    espconn_regist_disconcb(conn, cloud_discon);
    espconn_regist_reconcb(conn, cloud_recon);
    cloud_connect(conn);
}

LOCAL void ICACHE_FLASH_ATTR
cloud_dns_again(void *arg)
{
    espconn_gethostbyname((struct espconn *)arg, CLOUD_DOMAIN, &cloud_ip, cloud_found);
    os_timer_arm(&cloud_timer, 1000, 0);
}

LOCAL void ICACHE_FLASH_ATTR
cloud_check_ip(void *arg)
{
    struct ip_info info;

    os_timer_disarm(&cloud_timer);
    wifi_get_ip_info(STATION_IF, &info);
    if (wifi_station_get_connect_status() == STATION_GOT_IP && info.ip.addr != 0) {
#ifdef CLIENT_SSL_ENABLE
        if (!espconn_secure_ca_enable(ESPCONN_CLIENT, 0x77))
            return;
#endif
        cloud_conn.proto.tcp = &cloud_tcp;
        cloud_conn.type = ESPCONN_TCP;
        cloud_conn.state = ESPCONN_NONE;
        cloud_ip.addr = 0;
        espconn_gethostbyname(&cloud_conn, CLOUD_DOMAIN, &cloud_ip, cloud_found);
        os_timer_setfn(&cloud_timer, (os_timer_func_t *)cloud_dns_again, &cloud_conn);
        os_timer_arm(&cloud_timer, 1000, 0);
    } else {
        os_timer_setfn(&cloud_timer, (os_timer_func_t *)cloud_check_ip, NULL);
        os_timer_arm(&cloud_timer, 100, 0);
    }
}

void ICACHE_FLASH_ATTR
cloud_init(void)
{
    os_timer_disarm(&cloud_timer);
    os_timer_setfn(&cloud_timer, (os_timer_func_t *)cloud_check_ip, NULL);
    os_timer_arm(&cloud_timer, 100, 0);
}
