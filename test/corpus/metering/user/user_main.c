#include "ets_sys.h"
#include "osapi.h"
#include "os_type.h"
#include "mem.h"
#include "user_interface.h"
#include "espconn.h"
#include "sntp.h"
#include "net.h"

#define METERS 3

struct reading {
  uint32 at;
  uint32 pulses[METERS];
};

struct collector {
  struct espconn conn;
  esp_tcp tcp;
  os_timer_t timer;
  struct reading queue[8];
  uint8 first, count;
  char frame[METER_BUF];
};

static struct collector collector;
static os_timer_t sampling;
static volatile uint32 pulses[METERS];

static const uint8 server[] = { 192, 168, 7, 20 };

static sint8 ICACHE_FLASH_ATTR collector_open(struct collector *c);

CALLBACK(collector_retry)(struct collector *c)
{
  if (collector_open(c) != ESPCONN_OK)
    AFTER(c->timer, 10000, collector_retry, c);
}

CALLBACK(collector_shut)(struct collector *c)
{
  NET(disconnect)(&c->conn);
}

static sint8 ICACHE_FLASH_ATTR collector_send(struct collector *c)
{
  struct reading *r = &c->queue[c->first];
  int length;

  if (c->count == 0) {
    AFTER(c->timer, 50, collector_shut, c);
    return ESPCONN_OK;
  }
  length = os_sprintf(c->frame, "%d %d %d %d %d\n", NODE, r->at, r->pulses[0], r->pulses[1], r->pulses[2]);
  TRY(NET(sent)(&c->conn, (uint8 *)c->frame, length));
  return ESPCONN_OK;
}

CALLBACK(on_sent)(void *arg)
{
  struct collector *c = ((struct espconn *)arg)->reverse;

  c->first = (c->first + 1) % 8;
  c->count--;
  collector_send(c);
}

CALLBACK(on_received)(void *arg, char *data, unsigned short length)
{
  if (length > 5 && os_strncmp(data, "reset", 5) == 0)
    system_restart();
}

CALLBACK(on_closed)(void *arg)
{
  struct collector *c = ((struct espconn *)arg)->reverse;

  AFTER(c->timer, 60000, collector_retry, c);
}

CALLBACK(on_error)(void *arg, sint8 error)
{
  struct collector *c = ((struct espconn *)arg)->reverse;

#if USE_TLS
  if (error == ESPCONN_HANDSHAKE || error == ESPCONN_SSL_INVALID_DATA)
    os_printf("not our server\n");
#endif
  AFTER(c->timer, 30000, collector_retry, c);
}

CALLBACK(on_connected)(void *arg)
{
  struct collector *c = ((struct espconn *)arg)->reverse;

  ON(recv, &c->conn, on_received);
  ON(sent, &c->conn, on_sent);
  if (collector_send(c) != ESPCONN_OK)
    AFTER(c->timer, 50, collector_shut, c);
}

static sint8 ICACHE_FLASH_ATTR collector_open(struct collector *c)
{
  if (wifi_station_get_connect_status() != STATION_GOT_IP || system_get_free_heap_size() < MIN_HEAP)
    return ESPCONN_RTE;
#if USE_TLS
  if (sntp_get_current_timestamp() == 0)
    return ESPCONN_RTE;
#endif
  os_memset(&c->conn, 0, sizeof(c->conn));
  c->conn.type = ESPCONN_TCP;
  c->conn.proto.tcp = &c->tcp;
  c->conn.reverse = c;
  c->tcp.local_port = espconn_port();
#if USE_TLS
  c->tcp.remote_port = 8443;
#else
  c->tcp.remote_port = 8000;
#endif
  os_memcpy(c->tcp.remote_ip, server, sizeof(server));
  ON(connect, &c->conn, on_connected);
  ON(discon, &c->conn, on_closed);
  ON(recon, &c->conn, on_error);
#if USE_TLS
  ASSURE(espconn_secure_set_size(ESPCONN_CLIENT, KB(4)));
  ASSURE(espconn_secure_ca_enable(ESPCONN_CLIENT, SECTOR_OF(CA_ADDRESS)));
  ASSURE(espconn_secure_cert_req_enable(ESPCONN_CLIENT, SECTOR_OF(PAIR_ADDRESS)));
#endif
  TRY(NET(connect)(&c->conn));
  return ESPCONN_OK;
}

CALLBACK(sample)(void *arg)
{
  struct reading *r;
  int i;

  if (collector.count == 8)
    return;
  r = &collector.queue[(collector.first + collector.count++) % 8];
  r->at = sntp_get_current_timestamp();
  for (i = 0; i < METERS; i++)
    r->pulses[i] = pulses[i];
}

static void count_pulse(void *arg)
{
  uint32 pins = gpio_intr_pending();
  int i;

  for (i = 0; i < METERS; i++)
    if (pins & BIT(12 + i))
      pulses[i]++;
  gpio_intr_ack(pins);
}

uint32 ICACHE_FLASH_ATTR user_rf_cal_sector_set(void)
{
  return 256 - 5;
}

void ICACHE_FLASH_ATTR user_init(void)
{
  wifi_set_opmode(STATION_MODE);
  sntp_setservername(0, "pool.ntp.org");
  sntp_init();
  ETS_GPIO_INTR_ATTACH(count_pulse, NULL);
  ETS_GPIO_INTR_ENABLE();
  os_timer_setfn(&sampling, sample, NULL);
  os_timer_arm(&sampling, 300000, 1);
  AFTER(collector.timer, 5000, collector_retry, &collector);
}
