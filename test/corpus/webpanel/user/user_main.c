#include "ets_sys.h"
#include "osapi.h"
#include "mem.h"
#include "user_interface.h"
#include "espconn.h"
#include "cert.h"
#include "private_key.h"

/* 安全网页服务器：一个客户端 */
static struct espconn server;
static esp_tcp server_tcp;
static struct espconn *client = NULL;
static os_timer_t close_timer;

struct page {
    const char *path;
    const char *body;
};

static const struct page pages[] = {
    { "/", "<h1>webpanel</h1>" },
    { "/about", "made of ESP8266" },
};

static char response[768];

static void ICACHE_FLASH_ATTR close_now(void *arg)
{
    if (client != NULL)
        espconn_secure_disconnect(client); // 在定时器中断开
}

static void ICACHE_FLASH_ATTR close_soon(void)
{
    os_timer_disarm(&close_timer);
    os_timer_setfn(&close_timer, (os_timer_func_t *)close_now, NULL);
    os_timer_arm(&close_timer, 50, 0);
}

static void ICACHE_FLASH_ATTR answer(struct espconn *to, const char *body)
{
    int length = os_sprintf(response, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", os_strlen(body), body);

    if (espconn_secure_sent(to, (uint8 *)response, length) != ESPCONN_OK)
        close_soon();
}

static void ICACHE_FLASH_ATTR on_receive(void *arg, char *data, unsigned short length)
{
    unsigned int i;

    for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
        if (os_strncmp(data + 4, pages[i].path, os_strlen(pages[i].path)) == 0 &&
            data[4 + os_strlen(pages[i].path)] == ' ') {
            answer((struct espconn *)arg, pages[i].body);
            return;
        }
    }
    answer((struct espconn *)arg, "nothing here");
}

static void ICACHE_FLASH_ATTR on_sent(void *arg)
{
    close_soon();
}

static void ICACHE_FLASH_ATTR on_gone(void *arg)
{
    client = NULL;
}

static void ICACHE_FLASH_ATTR on_error(void *arg, sint8 error)
{
    os_printf("error %d\n", error);
    client = NULL;
}

static const struct {
    espconn_recv_callback receive;
    espconn_sent_callback sent;
    espconn_connect_callback gone;
    espconn_reconnect_callback error;
} handlers = { on_receive, on_sent, on_gone, on_error };

static void ICACHE_FLASH_ATTR on_connect(void *arg)
{
    client = (struct espconn *)arg;
    espconn_regist_recvcb(client, handlers.receive);
    espconn_regist_sentcb(client, handlers.sent);
    espconn_regist_disconcb(client, handlers.gone);
    espconn_regist_reconcb(client, handlers.error);
}

void ICACHE_FLASH_ATTR user_init(void)
{
    wifi_set_opmode(SOFTAP_MODE);
    server.type = ESPCONN_TCP;
    server.proto.tcp = &server_tcp;
    server_tcp.local_port = 443;
    espconn_regist_connectcb(&server, on_connect);
    if (!espconn_secure_set_size(ESPCONN_SERVER, 4096) ||
        !espconn_secure_set_default_certificate(default_certificate, default_certificate_len) ||
        !espconn_secure_set_default_private_key(default_private_key, default_private_key_len)) {
        os_printf("no certificate\n");
        return;
    }
    if (espconn_secure_accept(&server) != ESPCONN_OK)
        os_printf("no server\n");
}
