#include "ets_sys.h"
#include "osapi.h"
#include "mem.h"
#include "user_interface.h"
#include "espconn.h"
#include "sntp.h"

#define HOST "data.example"
#define CONN (&fetch.conn)
#define CHECK(call) do { sint8 r_ = (call); if (r_ != ESPCONN_OK) os_printf(#call ": %d\n", r_); } while (0)

static struct {
  struct espconn conn;
  esp_tcp tcp;
  ip_addr_t ip;
  os_timer_t timer;
  char request[160];
  int failures;
} fetch;

static void ICACHE_FLASH_ATTR fetch_start(void *arg);

static void ICACHE_FLASH_ATTR fetch_in(uint32 milliseconds)
{
  os_timer_disarm(&fetch.timer);
  os_timer_setfn(&fetch.timer, fetch_start, NULL);
  os_timer_arm(&fetch.timer, milliseconds, 0);
}

static void ICACHE_FLASH_ATTR fetch_received(void *arg, char *data, unsigned short length)
{
  os_printf("%.*s", length, data);
}

static void ICACHE_FLASH_ATTR fetch_closed(void *arg)
{
  fetch.failures = 0;
  fetch_in(60000);
}

static void ICACHE_FLASH_ATTR fetch_failed(void *arg, sint8 error)
{
  if (error == ESPCONN_HANDSHAKE)
    os_printf("handshake\n");
  if (++fetch.failures > 10)
    system_restart();
  else
    fetch_in(5000);
}

static void ICACHE_FLASH_ATTR fetch_connected(void *arg)
{
  espconn_regist_recvcb(arg, fetch_received);
  os_sprintf(fetch.request, "GET /now HTTP/1.0\r\nHost: " HOST "\r\nConnection: close\r\n\r\n");
  CHECK(espconn_secure_sent(CONN, (uint8 *)fetch.request, os_strlen(fetch.request)));
}

static void ICACHE_FLASH_ATTR fetch_resolved(const char *name, ip_addr_t *ip, void *arg)
{
  struct espconn *conn = (struct espconn *)arg;

  if (!ip) {
    fetch_in(5000);
    return;
  }
  os_memcpy(conn->proto.tcp->remote_ip, &ip->addr, 4);
  conn->proto.tcp->remote_port = FETCH_PORT;
  conn->proto.tcp->local_port = espconn_port();
  espconn_secure_ca_enable(ESPCONN_CLIENT, CA_SECTOR);
  espconn_secure_set_size(ESPCONN_CLIENT, 5120);
  CHECK(espconn_secure_connect(conn));
}

static void ICACHE_FLASH_ATTR fetch_start(void *arg)
{
  if (wifi_station_get_connect_status() != STATION_GOT_IP || sntp_get_current_timestamp() == 0) {
    fetch_in(500);
    return;
  }
  fetch.conn.type = ESPCONN_TCP;
  fetch.conn.proto.tcp = &fetch.tcp;
  espconn_regist_connectcb(CONN, fetch_connected);
  espconn_regist_disconcb(CONN, fetch_closed);
  espconn_regist_reconcb(CONN, fetch_failed);
  if (espconn_gethostbyname(CONN, HOST, &fetch.ip, fetch_resolved) == ESPCONN_OK)
    fetch_resolved(HOST, &fetch.ip, CONN);
}

void user_init(void)
{
  wifi_set_opmode(STATION_MODE);
  sntp_setservername(0, "pool.ntp.org");
  sntp_init();
  fetch_in(1000);
}
