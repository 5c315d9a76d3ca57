#include "ets_sys.h"
#include "osapi.h"
#include "mem.h"
#include "user_interface.h"
#include "espconn.h"
#include "upgrade.h"
#include "fota.h"

#ifndef FOTA_PLAIN
#define FOTA_SECURE 1
#else
#define FOTA_SECURE 0
#endif

/* 1024 + 1024: between the certificates of user1's slot and its end */
#define FOTA_CA_SECTOR  0xF0

#define FOTA_TIMEOUT_MS 20000

typedef enum { WANT_VERSION, WANT_IMAGE } fota_step_t;

static struct espconn *fota_conn;
static esp_tcp fota_tcp;
static ip_addr_t fota_ip;
static char *fota_host;
static fota_callback_t fota_callback;
static fota_step_t fota_step;
static os_timer_t fota_timer;
static int fota_expected, fota_written;
static bool fota_in_body;
static fota_result_t fota_result;

static void ICACHE_FLASH_ATTR fota_connect(void);

static void ICACHE_FLASH_ATTR fota_end(fota_result_t result)
{
    os_timer_disarm(&fota_timer);
    if (fota_step == WANT_IMAGE) {
        system_upgrade_deinit();
        system_upgrade_flag_set(result == FOTA_DONE ? UPGRADE_FLAG_FINISH : UPGRADE_FLAG_IDLE);
    }
    os_free(fota_conn);
    fota_conn = NULL;
    fota_callback(result);
}

static void ICACHE_FLASH_ATTR fota_close(void *arg)
{
#if FOTA_SECURE
    espconn_secure_disconnect(fota_conn);
#else
    espconn_disconnect(fota_conn);
#endif
}

/* Closes, but not from here: this is called by what the SDK calls. */
static void ICACHE_FLASH_ATTR fota_leave(fota_result_t result)
{
    fota_result = result;
    os_timer_disarm(&fota_timer);
    os_timer_setfn(&fota_timer, (os_timer_func_t *)fota_close, NULL);
    os_timer_arm(&fota_timer, 10, 0);
}

static void ICACHE_FLASH_ATTR fota_too_slow(void *arg)
{
    fota_result = FOTA_BROKEN;
    fota_close(arg);
}

static void ICACHE_FLASH_ATTR fota_wait(void)
{
    os_timer_disarm(&fota_timer);
    os_timer_setfn(&fota_timer, (os_timer_func_t *)fota_too_slow, NULL);
    os_timer_arm(&fota_timer, FOTA_TIMEOUT_MS, 0);
}

static void ICACHE_FLASH_ATTR fota_write(char *data, int length)
{
    if (length <= 0)
        return;
    if (!system_upgrade((uint8 *)data, length)) {
        fota_leave(FOTA_BAD_FLASH);
        return;
    }
    fota_written += length;
    if (fota_written >= fota_expected)
        fota_leave(FOTA_DONE);
}

static void ICACHE_FLASH_ATTR fota_recv(void *arg, char *data, unsigned short length)
{
    char *body, *size;

    fota_wait();
    if (fota_in_body) {
        fota_write(data, length);
        return;
    }
    body = (char *)os_strstr(data, "\r\n\r\n");
    if (body == NULL || os_strncmp(data + 9, "200", 3) != 0) {
        fota_leave(FOTA_BAD_ANSWER);
        return;
    }
    body += 4;
    if (fota_step == WANT_VERSION) {
        if (os_strncmp(body, FW_VERSION, os_strlen(FW_VERSION)) == 0) {
            fota_leave(FOTA_NOTHING_NEW);
        } else {
            fota_step = WANT_IMAGE;
            fota_leave(FOTA_BROKEN);
        }
        return;
    }
    size = (char *)os_strstr(data, "Content-Length: ");
    fota_expected = 0;
    for (size = size ? size + 16 : data; *size >= '0' && *size <= '9'; size++)
        fota_expected = fota_expected * 10 + *size - '0';
    fota_in_body = true;
    system_upgrade_init();
    system_upgrade_flag_set(UPGRADE_FLAG_START);
    fota_write(body, length - (body - data));
}

static void ICACHE_FLASH_ATTR fota_ask(void *arg)
{
    static char request[128];
    const char *path = fota_step == WANT_VERSION ? "/version"
                       : system_upgrade_userbin_check() == UPGRADE_FW_BIN1 ? "/user2.bin" : "/user1.bin";

    espconn_regist_recvcb(fota_conn, fota_recv);
    os_sprintf(request, "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n", path, fota_host);
#if FOTA_SECURE
    if (espconn_secure_sent(fota_conn, (uint8 *)request, os_strlen(request)) != ESPCONN_OK)
#else
    if (espconn_sent(fota_conn, (uint8 *)request, os_strlen(request)) != ESPCONN_OK)
#endif
        fota_leave(FOTA_NO_SERVER);
}

static void ICACHE_FLASH_ATTR fota_next(void *arg)
{
    fota_connect();
}

static void ICACHE_FLASH_ATTR fota_gone(void *arg)
{
    os_timer_disarm(&fota_timer);
    if (fota_step == WANT_IMAGE && !fota_in_body && fota_result == FOTA_BROKEN && fota_written == 0) {
        fota_result = FOTA_BAD_ANSWER;
        os_timer_setfn(&fota_timer, (os_timer_func_t *)fota_next, NULL);
        os_timer_arm(&fota_timer, 500, 0);
        return;
    }
    fota_end(fota_result);
}

static void ICACHE_FLASH_ATTR fota_failed(void *arg, sint8 err)
{
    os_printf("fota: %d\n", err);
    fota_end(FOTA_NO_SERVER);
}

static void ICACHE_FLASH_ATTR fota_connect(void)
{
    fota_conn->type = ESPCONN_TCP;
    fota_conn->state = ESPCONN_NONE;
    fota_conn->proto.tcp = &fota_tcp;
    fota_tcp.local_port = espconn_port();
    os_memcpy(fota_tcp.remote_ip, &fota_ip.addr, 4);
    espconn_regist_connectcb(fota_conn, fota_ask);
    espconn_regist_disconcb(fota_conn, fota_gone);
    espconn_regist_reconcb(fota_conn, fota_failed);
    fota_wait();
#if FOTA_SECURE
    fota_tcp.remote_port = 443;
    espconn_secure_set_size(ESPCONN_CLIENT, 8192);
    espconn_secure_ca_enable(ESPCONN_CLIENT, FOTA_CA_SECTOR);
    espconn_secure_connect(fota_conn);
#else
    fota_tcp.remote_port = 80;
    espconn_connect(fota_conn);
#endif
}

static void ICACHE_FLASH_ATTR fota_found(const char *name, ip_addr_t *ip, void *arg)
{
    if (ip == NULL || ip->addr == 0) {
        fota_end(FOTA_NO_SERVER);
        return;
    }
    fota_ip.addr = ip->addr;
    fota_connect();
}

void ICACHE_FLASH_ATTR fota_start(char *host, fota_callback_t callback)
{
    if (fota_conn != NULL || system_upgrade_flag_check() == UPGRADE_FLAG_START)
        return;
    fota_conn = (struct espconn *)os_zalloc(sizeof(struct espconn));
    fota_host = host;
    fota_callback = callback;
    fota_step = WANT_VERSION;
    fota_in_body = false;
    fota_written = 0;
    fota_result = FOTA_BAD_ANSWER;
    if (espconn_gethostbyname(fota_conn, host, &fota_ip, fota_found) == ESPCONN_OK)
        fota_found(host, &fota_ip, fota_conn);
}

#ifdef WITH_SDK_UPGRADE
/* By the SDK's own means, for servers without TLS. */
static void ICACHE_FLASH_ATTR fota_sdk_checked(void *arg)
{
    struct upgrade_server_info *server = arg;

    fota_callback(server->upgrade_flag ? FOTA_DONE : FOTA_BROKEN);
    os_free(server->url);
    os_free(server);
}

bool ICACHE_FLASH_ATTR fota_by_sdk(struct espconn *conn, const uint8 ip[4])
{
    struct upgrade_server_info *server = (struct upgrade_server_info *)os_zalloc(sizeof(*server));

    server->pespconn = conn;
    os_memcpy(server->ip, ip, 4);
    server->check_cb = fota_sdk_checked;
    server->check_times = 60000;
    server->url = (uint8 *)os_zalloc(128);
    os_sprintf((char *)server->url, "GET /user2.bin HTTP/1.0\r\n\r\n");
#ifdef UPGRADE_SSL_ENABLE
    server->port = 443;
    return system_upgrade_start_ssl(server);
#else
    server->port = 80;
    return system_upgrade_start(server);
#endif
}
#endif
