/*
 * A web server over plain HTTP and over HTTPS for the ESP8266, NON-OS SDK.
 *
 * The HTTPS server reads its certificate and private key from the flash sector of esp_cert_private_key.bin. Without them, only the
 * plain server starts.
 */
#include "osapi.h"
#include "user_interface.h"
#include "ip_addr.h"
#include "espconn.h"
#include "credentials.h"
#include "webserver.h"
#include "wifi.h"
#include "user_config.h"

static os_timer_t heartbeat_timer;

/* The order matters: certificate, private key and buffer size count only for a TLS server that is started afterwards. */
static void ICACHE_FLASH_ATTR
start_servers(void)
{
    webserver_start_plain();
    if (!load_credentials(CREDENTIALS_SECTOR))
        return;
    if (!espconn_secure_set_size(ESPCONN_SERVER, TLS_BUFFER_SIZE))
        os_printf("espconn_secure_set_size failed: the buffer keeps its 2048 bytes\n");
    webserver_start_secure();
}

static void ICACHE_FLASH_ATTR
heartbeat(void *arg)
{
    (void)arg;
    os_printf("%u requests served, %u bytes free\n", request_count, system_get_free_heap_size());
}

void ICACHE_FLASH_ATTR
user_init(void)
{
    os_printf("\nESP8266 HTTP and HTTPS server, SDK %s\n", system_get_sdk_version());
    wifi_start(start_servers);

    os_timer_disarm(&heartbeat_timer);
    os_timer_setfn(&heartbeat_timer, heartbeat, NULL);
    os_timer_arm(&heartbeat_timer, HEARTBEAT_MS, 1);
}
