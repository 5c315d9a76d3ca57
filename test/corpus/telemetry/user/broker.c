#include "user_interface.h"
#include "osapi.h"
#include "mem.h"
#include "broker.h"
#include "tls_levels.h"

#define BROKER_TASK_PRIO 1
static os_event_t broker_queue[4];

static void ICACHE_FLASH_ATTR broker_post(broker_t *b)
{
  system_os_post(BROKER_TASK_PRIO, 0, (os_param_t)b);
}

static sint8 ICACHE_FLASH_ATTR broker_write(broker_t *b)
{
  sint8 result;
  if (b->secure)
    result = espconn_secure_send(b->conn, b->out, b->out_length);
  else
    result = espconn_send(b->conn, b->out, b->out_length);
  if (result == ESPCONN_OK)
    b->busy = 1;
  return result;
}

static void ICACHE_FLASH_ATTR broker_hang_up(broker_t *b)
{
  b->secure ? espconn_secure_disconnect(b->conn) : espconn_disconnect(b->conn);
}

static void ICACHE_FLASH_ATTR broker_drop(broker_t *b)
{
  if (b->conn == NULL)
    return;
  espconn_delete(b->conn);
  if (b->conn->proto.tcp)
    os_free(b->conn->proto.tcp);
  os_free(b->conn);
  b->conn = NULL;
}

static void ICACHE_FLASH_ATTR broker_dial(broker_t *b)
{
  if (!b->secure) {
    espconn_connect(b->conn);
    return;
  }
  if (TLS_LEVEL >= LEVEL_VERIFY)
    espconn_secure_ca_enable(ESPCONN_CLIENT, CA_FLASH_ADDRESS);
  if (TLS_LEVEL >= LEVEL_MUTUAL)
    espconn_secure_cert_req_enable(ESPCONN_CLIENT, DEVICE_CERT_FLASH_ADDRESS);
  espconn_secure_set_size(ESPCONN_CLIENT, 4 * 1024);
  espconn_secure_connect(b->conn);
}

static void ICACHE_FLASH_ATTR broker_received(void *arg, char *data, unsigned short length)
{
  struct espconn *conn = (struct espconn *)arg;
  broker_t *b = (broker_t *)conn->reverse;

  b->silence = 0;
  if (length >= 4 && (data[0] & 0xf0) == 0x20) {
    if (data[3] != 0) {
      b->state = B_CLOSING;
    } else {
      b->state = B_READY;
      if (b->on_ready)
        b->on_ready(b);
    }
  }
  broker_post(b);
}

static void ICACHE_FLASH_ATTR broker_sent(void *arg)
{
  broker_t *b = (broker_t *)((struct espconn *)arg)->reverse;
  b->busy = 0;
  broker_post(b);
}

static void ICACHE_FLASH_ATTR broker_gone(void *arg)
{
  broker_t *b = (broker_t *)((struct espconn *)arg)->reverse;
  b->state = b->state == B_CLOSING ? B_CLOSED : B_RETRY;
  broker_post(b);
}

static void ICACHE_FLASH_ATTR broker_failed(void *arg, sint8 error)
{
  os_printf("broker: error %d\r\n", error);
  broker_gone(arg);
}

static void ICACHE_FLASH_ATTR broker_connected(void *arg)
{
  struct espconn *conn = arg;
  broker_t *b = conn->reverse;

  espconn_regist_disconcb(conn, broker_gone);
  espconn_regist_recvcb(conn, broker_received);
  espconn_regist_sentcb(conn, broker_sent);
  b->out_length = 0;
  b->out[b->out_length++] = 0x10;
  broker_write(b);
}

static void ICACHE_FLASH_ATTR broker_resolved(const char *name, ip_addr_t *ip, void *arg)
{
  struct espconn *conn = arg;
  broker_t *b = conn->reverse;

  if (ip == NULL) {
    b->state = B_RETRY;
    return;
  }
  if (b->ip.addr == 0 && ip->addr != 0) {
    os_memcpy(b->conn->proto.tcp->remote_ip, &ip->addr, 4);
    broker_dial(b);
  }
}

static void ICACHE_FLASH_ATTR broker_tick(void *arg)
{
  broker_t *b = arg;
  if (b->state == B_READY && ++b->silence > 60) {
    b->state = B_CLOSING;
    broker_post(b);
  } else if (b->state == B_RETRY && ++b->silence > 5) {
    broker_open(b);
  }
}

void ICACHE_FLASH_ATTR broker_open(broker_t *b)
{
  if (b->conn)
    broker_drop(b);
  b->conn = (struct espconn *)os_zalloc(sizeof(struct espconn));
  b->conn->type = ESPCONN_TCP;
  b->conn->state = ESPCONN_NONE;
  b->conn->proto.tcp = (esp_tcp *)os_zalloc(sizeof(esp_tcp));
  b->conn->proto.tcp->local_port = espconn_port();
  b->conn->proto.tcp->remote_port = b->port;
  b->conn->reverse = b;
  espconn_regist_connectcb(b->conn, broker_connected);
  espconn_regist_reconcb(b->conn, broker_failed);
  b->silence = 0;
  b->state = B_CONNECTING;

  os_timer_disarm(&b->tick);
  os_timer_setfn(&b->tick, (os_timer_func_t *)broker_tick, b);
  os_timer_arm(&b->tick, 1000, 1);

  if (ipaddr_addr(b->host) != IPADDR_NONE) {
    uint32_t address = ipaddr_addr(b->host);
    os_memcpy(b->conn->proto.tcp->remote_ip, &address, 4);
    broker_dial(b);
  } else {
    b->ip.addr = 0;
    espconn_gethostbyname(b->conn, b->host, &b->ip, broker_resolved);
  }
}

void ICACHE_FLASH_ATTR broker_close(broker_t *b)
{
  b->state = B_CLOSING;
  broker_post(b);
}

int ICACHE_FLASH_ATTR broker_publish(broker_t *b, const char *topic, const char *text)
{
  if (b->state != B_READY || b->busy)
    return -1;
  b->out_length = os_sprintf((char *)b->out, "%s %s", topic, text);
  broker_post(b);
  return 0;
}

static void ICACHE_FLASH_ATTR broker_task(os_event_t *e)
{
  broker_t *b = (broker_t *)e->par;
  if (e->par == 0)
    return;
  switch (b->state) {
  case B_CLOSING:
    broker_hang_up(b);
    break;
  case B_CLOSED:
    broker_drop(b);
    break;
  case B_READY:
    if (b->out_length > 0 && !b->busy) {
      broker_write(b);
      b->out_length = 0;
    }
    break;
  default:
    break;
  }
}

void ICACHE_FLASH_ATTR broker_setup(broker_t *b, char *host, uint16_t port, uint8_t secure)
{
  os_memset(b, 0, sizeof(*b));
  b->host = host;
  b->port = port;
  b->secure = secure;
  system_os_task(broker_task, BROKER_TASK_PRIO, broker_queue, 4);
}
