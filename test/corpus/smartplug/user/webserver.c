/******************************************************************************
 * 文件: webserver.c
 * 说明: 局域网网页服务
 *****************************************************************************/
#include "ets_sys.h"
#include "os_type.h"
#include "osapi.h"
#include "mem.h"
#include "user_interface.h"
#include "espconn.h"
#include "user_config.h"
#include "plug.h"

#ifdef SERVER_SSL_ENABLE
#include "ssl/cert.h"
#include "ssl/private_key.h"
#endif

typedef enum { GET, POST } request_type_t;

typedef struct {
    request_type_t type;
    char select[16];
    char command[16];
    char file[16];
} url_frame_t;

typedef struct {
    struct espconn *pespconn;
    bool parm_ok;
} rst_parm_t;

LOCAL rst_parm_t rstparm;
LOCAL os_timer_t restart_timer;
LOCAL char *precvbuffer;
LOCAL uint32 dat_sumlength = 0;

LOCAL bool ICACHE_FLASH_ATTR
save_data(char *precv, uint16 length)
{
    char *body = (char *)os_strstr(precv, "\r\n\r\n");

    if (body == NULL || length > 2048)
        return FALSE;
    dat_sumlength = length;
    precvbuffer = (char *)os_zalloc(dat_sumlength + 1);
    if (precvbuffer == NULL)
        return FALSE;
    os_memcpy(precvbuffer, precv, length);
    return TRUE;
}

LOCAL void ICACHE_FLASH_ATTR
parse_url(char *precv, url_frame_t *url)
{
    char *query = (char *)os_strstr(precv, "/config?command=");

    os_memset(url, 0, sizeof(url_frame_t));
    url->type = os_strncmp(precv, "POST ", 5) == 0 ? POST : GET;
    if (query != NULL) {
        os_strcpy(url->select, "config");
        os_strncpy(url->command, query + 16, 6);
    }
}

/* 发送应答 */
LOCAL void ICACHE_FLASH_ATTR
data_send(void *arg, bool responseOK, char *psend)
{
    uint16 length = 0;
    char *pbuf = NULL;
    char httphead[256];
    struct espconn *ptrespconn = arg;

    os_memset(httphead, 0, 256);
    if (responseOK) {
        os_sprintf(httphead,
            "HTTP/1.0 200 OK\r\nContent-Length: %d\r\nServer: plug\r\n", psend ? os_strlen(psend) : 0);
        if (psend) {
            os_sprintf(httphead + os_strlen(httphead), "Content-type: application/json\r\n\r\n");
            length = os_strlen(httphead) + os_strlen(psend);
            pbuf = (char *)os_zalloc(length + 1);
            os_memcpy(pbuf, httphead, os_strlen(httphead));
            os_memcpy(pbuf + os_strlen(httphead), psend, os_strlen(psend));
        } else {
            os_sprintf(httphead + os_strlen(httphead), "\n");
            length = os_strlen(httphead);
        }
    } else {
        os_sprintf(httphead, "HTTP/1.0 400 BadRequest\r\nContent-Length: 0\r\n\r\n");
        length = os_strlen(httphead);
    }

    if (psend) {
#ifdef SERVER_SSL_ENABLE
        espconn_secure_sent(ptrespconn, pbuf, length);
#else
        espconn_sent(ptrespconn, pbuf, length);
#endif
    } else {
#ifdef SERVER_SSL_ENABLE
        espconn_secure_sent(ptrespconn, httphead, length);
#else
        espconn_sent(ptrespconn, httphead, length);
#endif
    }

    if (pbuf) {
        os_free(pbuf);
        pbuf = NULL;
    }
}

LOCAL void ICACHE_FLASH_ATTR
response_send(void *arg, bool responseOK)
{
    struct espconn *ptrespconn = arg;

    data_send(ptrespconn, responseOK, NULL);
}

LOCAL void ICACHE_FLASH_ATTR
json_send(void *arg)
{
    char *pbuf = (char *)os_zalloc(128);
    struct espconn *ptrespconn = arg;

    os_sprintf(pbuf, "{\"response\": {\"status\": %d}, \"cloud\": %d}", plug_get(), cloud_get_status());
    data_send(ptrespconn, true, pbuf);
    os_free(pbuf);
    pbuf = NULL;
}

/* 应答发送后再重启 */
LOCAL void ICACHE_FLASH_ATTR
restart_cb(void *arg)
{
    rst_parm_t *parm = arg;

    if (parm->parm_ok)
        system_restart();
    else
#ifdef SERVER_SSL_ENABLE
        espconn_secure_disconnect(parm->pespconn);
#else
        espconn_disconnect(parm->pespconn);
#endif
}

LOCAL void ICACHE_FLASH_ATTR
webserver_recv(void *arg, char *pusrdata, unsigned short length)
{
    url_frame_t url;

    if (!save_data(pusrdata, length)) {
        response_send(arg, false);
        return;
    }
    parse_url(precvbuffer, &url);
    switch (url.type) {
        case GET:
            if (os_strcmp(url.select, "config") == 0 && os_strncmp(url.command, "switch", 6) == 0)
                json_send(arg);
            else
                response_send(arg, false);
            break;

        case POST:
            if (os_strcmp(url.select, "config") == 0 && os_strncmp(url.command, "reboot", 6) == 0) {
                rstparm.pespconn = arg;
                rstparm.parm_ok = 1;
                os_timer_disarm(&restart_timer);
                os_timer_setfn(&restart_timer, (os_timer_func_t *)restart_cb, &rstparm);
                os_timer_arm(&restart_timer, 10, 0);
                response_send(arg, true);
            } else if (os_strncmp(url.command, "switch", 6) == 0) {
                plug_set(os_strstr(precvbuffer, "\"status\": 1") != NULL);
                response_send(arg, true);
            } else {
                response_send(arg, false);
            }
            break;
    }
    os_free(precvbuffer);
    precvbuffer = NULL;
}

LOCAL void ICACHE_FLASH_ATTR
webserver_recon(void *arg, sint8 err)
{
    struct espconn *pesp_conn = arg;

    rstparm.pespconn = NULL;
    ESP_DBG("webserver's %d.%d.%d.%d:%d err %d reconnect\n", pesp_conn->proto.tcp->remote_ip[0],
        pesp_conn->proto.tcp->remote_ip[1], pesp_conn->proto.tcp->remote_ip[2],
        pesp_conn->proto.tcp->remote_ip[3], pesp_conn->proto.tcp->remote_port, err);
}

LOCAL void ICACHE_FLASH_ATTR
webserver_discon(void *arg)
{
    rstparm.pespconn = NULL;
    os_timer_disarm(&restart_timer);
}

LOCAL void ICACHE_FLASH_ATTR
webserver_listen(void *arg)
{
    struct espconn *pesp_conn = arg;

    espconn_regist_recvcb(pesp_conn, webserver_recv);
    espconn_regist_reconcb(pesp_conn, webserver_recon);
    espconn_regist_disconcb(pesp_conn, webserver_discon);
}

void ICACHE_FLASH_ATTR
webserver_init(uint32 port)
{
    LOCAL struct espconn esp_conn;
    LOCAL esp_tcp esptcp;

    esp_conn.type = ESPCONN_TCP;
    esp_conn.state = ESPCONN_NONE;
    esp_conn.proto.tcp = &esptcp;
    esp_conn.proto.tcp->local_port = port;
    espconn_regist_connectcb(&esp_conn, webserver_listen);

#ifdef SERVER_SSL_ENABLE
    espconn_secure_set_default_certificate(default_certificate, default_certificate_len);
    espconn_secure_set_default_private_key(default_private_key, default_private_key_len);
    espconn_secure_accept(&esp_conn);
#else
    espconn_accept(&esp_conn);
#endif
}
