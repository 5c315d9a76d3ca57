/*
 * An HTTPS server for the ESP8266, NON-OS SDK.
 *
 * It reads its certificate and private key from the flash, where esp_cert_private_key.bin lies: one firmware serves
 * whatever certificates you generate.
 */
#include "osapi.h"
#include "mem.h"
#include "spi_flash.h"
#include "user_interface.h"
#include "espconn.h"
#include "user_config.h"

/* A record in the flash: name, length of the data, data. The next one follows at once; erased flash ends the list. */
#define RECORD_NAME_SIZE 32
#define RECORD_HEAD_SIZE 34
#define RECORD_LIST_END 0xffff

/* libmbedtls reads two sectors, libssl one; this server takes what fits into one. */
static uint32 record_sector[SPI_FLASH_SEC_SIZE / 4];

static struct espconn server;
static esp_tcp server_tcp;
static os_timer_t heartbeat_timer;
static os_timer_t disconnect_timer;

static uint32 request_count;

/* Says so when the SDK refuses something; 0 is ESPCONN_OK. */
static void ICACHE_FLASH_ATTR
check(const char *function, sint8 result)
{
    if (result != ESPCONN_OK)
        os_printf("%s: %d\n", function, result);
}

/* Finds the record whose name begins with `name`. Answers its data and stores its length; NULL if there is none. */
static uint8 *ICACHE_FLASH_ATTR
find_record(const char *name, uint16 *length)
{
    uint8 *bytes = (uint8 *)record_sector;
    uint32 offset = 0;

    while (offset + RECORD_HEAD_SIZE <= SPI_FLASH_SEC_SIZE) {
        uint16 data_length = bytes[offset + RECORD_NAME_SIZE] | (bytes[offset + RECORD_NAME_SIZE + 1] << 8);

        if (data_length == RECORD_LIST_END || offset + RECORD_HEAD_SIZE + data_length > SPI_FLASH_SEC_SIZE)
            return NULL;
        if (os_strncmp((char *)&bytes[offset], name, os_strlen(name)) == 0) {
            *length = data_length;
            return &bytes[offset + RECORD_HEAD_SIZE];
        }
        offset += RECORD_HEAD_SIZE + data_length;
    }
    return NULL;
}

/* Hands certificate and private key to the TLS library, which keeps copies of its own. */
static bool ICACHE_FLASH_ATTR
load_certificate(void)
{
    uint8 *certificate, *private_key;
    uint16 certificate_length, private_key_length;

    if (spi_flash_read(CERTIFICATE_SECTOR * SPI_FLASH_SEC_SIZE, record_sector, sizeof record_sector) != SPI_FLASH_RESULT_OK)
        return false;

    certificate = find_record("certificate", &certificate_length);
    private_key = find_record("private_key", &private_key_length);
    if (certificate == NULL || private_key == NULL)
        return false;

    os_printf("certificate %u bytes, private key %u bytes\n", certificate_length, private_key_length);
    return espconn_secure_set_default_certificate(certificate, certificate_length) &&
           espconn_secure_set_default_private_key(private_key, private_key_length);
}

/* Runs from a timer: an espconn callback must not disconnect its own connection. */
static void ICACHE_FLASH_ATTR
disconnect_client(void *arg)
{
    struct espconn *client = arg;

    check("espconn_secure_disconnect", espconn_secure_disconnect(client));
}

/* The whole answer has left the device. */
static void ICACHE_FLASH_ATTR
webserver_sent(void *arg)
{
    os_timer_disarm(&disconnect_timer);
    os_timer_setfn(&disconnect_timer, disconnect_client, arg);
    os_timer_arm(&disconnect_timer, 10, 0);
}

/* Writes the answer to a request into `answer` and returns its length. */
static uint16 ICACHE_FLASH_ATTR
make_answer(const char *request, char *answer, uint16 size)
{
    char page[256];
    const char *status = "200 OK";
    int page_length;

    if (os_strncmp(request, "GET / ", 6) == 0) {
        uint32 seconds = system_get_time() / 1000000;

        page_length = os_snprintf(page, sizeof page,
            "<!DOCTYPE html><title>ESP8266</title><h1>Hello from ESP8266</h1>"
            "<p>Request %u, up for %u s, %u bytes of heap are free.</p>\n",
            request_count, seconds, system_get_free_heap_size());
    } else {
        status = "404 Not Found";
        page_length = os_snprintf(page, sizeof page, "<!DOCTYPE html><title>ESP8266</title><h1>Not found</h1>\n");
    }
    return os_snprintf(answer, size,
        "HTTP/1.1 %s\r\nContent-Type: text/html\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s",
        status, page_length, page);
}

/* Set a breakpoint here: `pdata` is the request, decrypted, and `arg` the struct espconn of the client. */
static void ICACHE_FLASH_ATTR
webserver_recv(void *arg, char *pdata, unsigned short len)
{
    struct espconn *client = arg;
    /* Static, as the SDK may read a long answer again until the sent callback. */
    static char answer[512];
    uint16 answer_length;
    sint8 result;

    request_count++;
    os_printf("request %u from " IPSTR ":%d, %u bytes\n", request_count, IP2STR(client->proto.tcp->remote_ip),
        client->proto.tcp->remote_port, len);

    answer_length = make_answer(pdata, answer, sizeof answer);
    result = espconn_secure_sent(client, (uint8 *)answer, answer_length);
    check("espconn_secure_sent", result);
}

/*
 * The connection was closed. `arg` is the struct of the listening server, with the address of the client copied into it;
 * the client's own struct is gone, so nothing may be left that would use it.
 */
static void ICACHE_FLASH_ATTR
webserver_disconnected(void *arg)
{
    struct espconn *listener = arg;

    os_timer_disarm(&disconnect_timer);
    os_printf("client " IPSTR " disconnected\n", IP2STR(listener->proto.tcp->remote_ip));
}

/* The connection failed, or its handshake did: only here an application learns of it. The client's struct is gone too. */
static void ICACHE_FLASH_ATTR
webserver_failed(void *arg, sint8 err)
{
    (void)arg;
    os_timer_disarm(&disconnect_timer);
    os_printf("connection failed: %d\n", err);
}

/* A client is connected and its handshake done; `arg` is the struct that the SDK has made for it. */
static void ICACHE_FLASH_ATTR
webserver_connected(void *arg)
{
    struct espconn *client = arg;

    check("espconn_regist_recvcb", espconn_regist_recvcb(client, webserver_recv));
    check("espconn_regist_sentcb", espconn_regist_sentcb(client, webserver_sent));
    check("espconn_regist_disconcb", espconn_regist_disconcb(client, webserver_disconnected));
    check("espconn_regist_reconcb", espconn_regist_reconcb(client, webserver_failed));
}

/* The order matters: certificate, private key and buffer size count only for a server that is started afterwards. */
static void ICACHE_FLASH_ATTR
start_server(void)
{
    sint8 result;

    if (!load_certificate()) {
        os_printf("no certificate at sector 0x%x\n", CERTIFICATE_SECTOR);
        return;
    }
    if (!espconn_secure_set_size(ESPCONN_SERVER, TLS_BUFFER_SIZE))
        os_printf("espconn_secure_set_size failed: the buffer keeps its 2048 bytes\n");

    server_tcp.local_port = SERVER_PORT;
    server.type = ESPCONN_TCP;
    server.state = ESPCONN_NONE;
    server.proto.tcp = &server_tcp;
    check("espconn_regist_connectcb", espconn_regist_connectcb(&server, webserver_connected));
    check("espconn_regist_reconcb", espconn_regist_reconcb(&server, webserver_failed));

    result = espconn_secure_accept(&server);
    if (result == ESPCONN_OK)
        os_printf("HTTPS server at port %d\n", SERVER_PORT);
    else
        os_printf("espconn_secure_accept: %d\n", result);
}

/* The station may get an IP again and again; the server is started once. */
static void ICACHE_FLASH_ATTR
wifi_event(System_Event_t *event)
{
    static bool started;

    if (event->event != EVENT_STAMODE_GOT_IP)
        return;
    os_printf("got IP " IPSTR "\n", IP2STR(&event->event_info.got_ip.ip));
    if (!started) {
        started = true;
        start_server();
    }
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
    os_printf("\nESP8266 HTTPS server, SDK %s\n", system_get_sdk_version());

    if (!wifi_set_opmode(STATION_MODE))
        os_printf("wifi_set_opmode failed\n");
    wifi_set_event_handler_cb(wifi_event);

    os_timer_disarm(&heartbeat_timer);
    os_timer_setfn(&heartbeat_timer, heartbeat, NULL);
    os_timer_arm(&heartbeat_timer, HEARTBEAT_MS, 1);
}

/* A flash of 4 MB, with room for the parts that esptool burns: eagle.flash.bin, eagle.irom0text.bin and the records. */
static const partition_item_t partitions[] = {
    { SYSTEM_PARTITION_CUSTOMER_BEGIN + 1, 0x000000, 0x10000 },
    { SYSTEM_PARTITION_CUSTOMER_BEGIN + 2, 0x010000, 0x60000 },
    { SYSTEM_PARTITION_SSL_SERVER_CERT_PRIVKEY, CERTIFICATE_SECTOR * SPI_FLASH_SEC_SIZE, SPI_FLASH_SEC_SIZE },
    { SYSTEM_PARTITION_RF_CAL, 0x3fb000, 0x1000 },
    { SYSTEM_PARTITION_PHY_DATA, 0x3fc000, 0x1000 },
    { SYSTEM_PARTITION_SYSTEM_PARAMETER, 0x3fd000, 0x3000 },
};

/* SDK 3.x asks for the partitions before user_init; without them it does not start. */
void ICACHE_FLASH_ATTR
user_pre_init(void)
{
    if (!system_partition_table_regist(partitions, sizeof partitions / sizeof partitions[0], FLASH_SIZE_32M_MAP_512_512))
        os_printf("the partition table is refused\n");
}
