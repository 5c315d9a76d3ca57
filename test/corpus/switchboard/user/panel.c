#include "ets_sys.h"
#include "osapi.h"
#include "os_type.h"
#include "mem.h"
#include "user_interface.h"
#include "espconn.h"
#include "user_config.h"
#include "cloud.h"

#ifdef SERVER_SSL_ENABLE
#include "ssl/cert.h"
#include "ssl/private_key.h"
#endif

LOCAL const char head[] = "HTTP/1.0 200 OK\r\nContent-Length: %d\r\nServer: panel\r\n\r\n";

LOCAL void ICACHE_FLASH_ATTR
panel_send(void *arg, bool ok, char *body)
{
    uint16 length = 0;
    char *buffer = NULL;
    char line[128];
    struct espconn *conn = arg;

    os_memset(line, 0, sizeof(line));
    if (ok) {
        os_sprintf(line, head, body ? os_strlen(body) : 0);
        if (body) {
            length = os_strlen(line) + os_strlen(body);
            buffer = (char *)os_zalloc(length + 1);
            os_memcpy(buffer, line, os_strlen(line));
            os_memcpy(buffer + os_strlen(line), body, os_strlen(body));
        } else {
            length = os_strlen(line);
        }
    } else {
        os_sprintf(line, "HTTP/1.0 400 BadRequest\r\n\r\n");
        length = os_strlen(line);
    }

    if (body) {
#ifdef SERVER_SSL_ENABLE
        espconn_secure_sent(conn, buffer, length);
#else
        espconn_sent(conn, buffer, length);
#endif
    } else {
#ifdef SERVER_SSL_ENABLE
        espconn_secure_sent(conn, line, length);
#else
        espconn_sent(conn, line, length);
#endif
    }
    if (buffer) {
        os_free(buffer);
    }
}

LOCAL void ICACHE_FLASH_ATTR
panel_recv(void *arg, char *pdata, unsigned short length)
{
    if (os_strstr(pdata, "GET /state") != NULL)
        panel_send(arg, true, "{\"on\": 1}");
    else
        panel_send(arg, false, NULL);
}

LOCAL void ICACHE_FLASH_ATTR
panel_recon(void *arg, sint8 err)
{
    struct espconn *conn = arg;
    DBG("panel %d.%d.%d.%d:%d err %d\n", conn->proto.tcp->remote_ip[0], conn->proto.tcp->remote_ip[1],
        conn->proto.tcp->remote_ip[2], conn->proto.tcp->remote_ip[3], conn->proto.tcp->remote_port, err);
}

LOCAL void ICACHE_FLASH_ATTR
panel_discon(void *arg)
{
    DBG("panel client left\n");
}

LOCAL void ICACHE_FLASH_ATTR
panel_listen(void *arg)
{
    struct espconn *conn = arg;

    espconn_regist_recvcb(conn, panel_recv);
    espconn_regist_reconcb(conn, panel_recon);
    espconn_regist_disconcb(conn, panel_discon);
}

void ICACHE_FLASH_ATTR
panel_init(uint32 port)
{
    LOCAL struct espconn panel;
    LOCAL esp_tcp panel_tcp;

    panel.type = ESPCONN_TCP;
    panel.state = ESPCONN_NONE;
    panel.proto.tcp = &panel_tcp;
    panel.proto.tcp->local_port = port;
    espconn_regist_connectcb(&panel, panel_listen);

#ifdef SERVER_SSL_ENABLE
    espconn_secure_set_default_certificate(default_certificate, default_certificate_len);
    espconn_secure_set_default_private_key(default_private_key, default_private_key_len);
    espconn_secure_accept(&panel);
#else
    espconn_accept(&panel);
#endif
}
