#include "ets_sys.h"
#include "os_type.h"
#include "osapi.h"
#include "mem.h"
#include "user_interface.h"
#include "espconn.h"

LOCAL struct espconn find_conn;

LOCAL void ICACHE_FLASH_ATTR
find_recv(void *arg, char *pusrdata, unsigned short length)
{
    char answer[40];
    remot_info *remote = NULL;

    if (pusrdata == NULL || os_strncmp(pusrdata, "who", 3) != 0)
        return;
    os_sprintf(answer, "switchboard %08x\r\n", system_get_chip_id());
    if (espconn_get_connection_info(&find_conn, &remote, 0) != ESPCONN_OK)
        return;
    os_memcpy(find_conn.proto.udp->remote_ip, remote->remote_ip, 4);
    find_conn.proto.udp->remote_port = remote->remote_port;
    espconn_sent(&find_conn, answer, os_strlen(answer));
}

void ICACHE_FLASH_ATTR
find_init(void)
{
    find_conn.type = ESPCONN_UDP;
    find_conn.proto.udp = (esp_udp *)os_zalloc(sizeof(esp_udp));
    find_conn.proto.udp->local_port = 1025;
    espconn_regist_recvcb(&find_conn, find_recv);
    espconn_create(&find_conn);
}
