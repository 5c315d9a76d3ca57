/* A door lock that asks a server whether a card may open it. Both show their certificates. */
#include "ets_sys.h"
#include "osapi.h"
#include "mem.h"
#include "gpio.h"
#include "spi_flash.h"
#include "user_interface.h"
#include "espconn.h"
#include "user_config.h"

#define PRIO USER_TASK_PRIO_0
#define STRIKE_GPIO 12
#define OPEN_MS 3000

enum {
  SIG_IP = 1,
  SIG_CONNECT,
  SIG_CONNECTED,
  SIG_CARD,
  SIG_ANSWER,
  SIG_CLOSE,
  SIG_CLOSED,
  SIG_FAILED,
};

static struct {
  struct espconn *server;
  enum { OFFLINE, DIALING, ONLINE, ASKING, LEAVING } state;
  uint32 card;
  uint32 failures;
  char text[64];
  bool allowed;
} lock;

static os_event_t events[8];
static ETSTimer again, strike, patience;

static void ICACHE_FLASH_ATTR tell(uint32 signal)
{
  if (!system_os_post(PRIO, signal, 0))
    os_printf("event %d lost\r\n", signal);
}

/* -- certificates ------------------------------------------------------------------------------ */

/* Whether there is a record: its length is not that of erased flash. */
static bool ICACHE_FLASH_ATTR has_record(uint32 address)
{
  uint32 head[9];

  if (spi_flash_read(address, head, sizeof(head)) != SPI_FLASH_RESULT_OK)
    return false;
  return (head[8] & 0xffff) != 0xffff && (head[8] & 0xffff) != 0;
}

static bool ICACHE_FLASH_ATTR use_certificates(void)
{
  partition_item_t ca, pair;

  if (!system_partition_get_item(SYSTEM_PARTITION_SSL_CLIENT_CA, &ca) ||
      !system_partition_get_item(SYSTEM_PARTITION_SSL_CLIENT_CERT_PRIVKEY, &pair))
    return false;
  if (!has_record(ca.addr) || !has_record(pair.addr)) {
    os_printf("burn the certificates first\r\n");
    return false;
  }
  return espconn_secure_ca_enable(ESPCONN_CLIENT, ca.addr / SPI_FLASH_SEC_SIZE) &&
         espconn_secure_cert_req_enable(ESPCONN_CLIENT, pair.addr / SPI_FLASH_SEC_SIZE);
}

/* -- what the SDK calls: everything goes to the task -------------------------------------------- */

static void ICACHE_FLASH_ATTR on_connect(void *arg)
{
  tell(SIG_CONNECTED);
}

static void ICACHE_FLASH_ATTR on_disconnect(void *arg)
{
  tell(SIG_CLOSED);
}

static void ICACHE_FLASH_ATTR on_error(void *arg, sint8 err)
{
  switch (err) {
  case -39:
    os_printf("the server's certificate is not of our CA\r\n");
    break;
  case -127:
    os_printf("certificates in flash\r\n");
    break;
  default:
    os_printf("error %d\r\n", err);
  }
  tell(SIG_FAILED);
}

static void ICACHE_FLASH_ATTR on_receive(void *arg, char *data, unsigned short length)
{
  lock.allowed = length >= 2 && data[0] == 'o' && data[1] == 'k';
  tell(SIG_ANSWER);
}

static void ICACHE_FLASH_ATTR on_patience(void *arg)
{
  tell(SIG_CLOSE);
}

static void ICACHE_FLASH_ATTR on_again(void *arg)
{
  tell(SIG_CONNECT);
}

static void ICACHE_FLASH_ATTR on_strike(void *arg)
{
  GPIO_OUTPUT_SET(STRIKE_GPIO, 0);
}

static void ICACHE_FLASH_ATTR on_wifi(System_Event_t *e)
{
  if (e->event == EVENT_STAMODE_GOT_IP)
    tell(SIG_IP);
}

/* -- the task ----------------------------------------------------------------------------------- */

static void ICACHE_FLASH_ATTR arm(ETSTimer *timer, ETSTimerFunc *fn, uint32 ms)
{
  os_timer_disarm(timer);
  os_timer_setfn(timer, fn, NULL);
  os_timer_arm(timer, ms, 0);
}

static void ICACHE_FLASH_ATTR dial(void)
{
  static const uint8 address[4] = LOCK_SERVER;
  esp_tcp *tcp;

  lock.server = (struct espconn *)os_zalloc(sizeof(struct espconn));
  tcp = (esp_tcp *)os_zalloc(sizeof(esp_tcp));
  if (lock.server == NULL || tcp == NULL) {
    system_restart();
    return;
  }
  lock.server->type = ESPCONN_TCP;
  lock.server->proto.tcp = tcp;
  tcp->remote_port = LOCK_PORT;
  tcp->local_port = espconn_port();
  os_memcpy(tcp->remote_ip, address, sizeof(address));
  espconn_regist_connectcb(lock.server, on_connect);
  espconn_regist_disconcb(lock.server, on_disconnect);
  espconn_regist_reconcb(lock.server, on_error);
  espconn_regist_recvcb(lock.server, on_receive);
  if (!use_certificates() || espconn_secure_connect(lock.server) != ESPCONN_OK) {
    tell(SIG_FAILED);
    return;
  }
  lock.state = DIALING;
}

static void ICACHE_FLASH_ATTR hang_up_for_good(void)
{
  if (lock.server != NULL) {
    os_free(lock.server->proto.tcp);
    os_free(lock.server);
    lock.server = NULL;
  }
  lock.state = OFFLINE;
  arm(&again, on_again, lock.failures > 10 ? 60000 : 2000);
}

static void ICACHE_FLASH_ATTR task(os_event_t *e)
{
  switch (e->sig) {
  case SIG_IP:
  case SIG_CONNECT:
    if (lock.state == OFFLINE && lock.server == NULL)
      dial();
    break;
  case SIG_CONNECTED:
    lock.failures = 0;
    lock.state = ONLINE;
    break;
  case SIG_CARD:
    if (lock.state != ONLINE)
      break;
    os_sprintf(lock.text, "card %08x\n", lock.card);
    if (espconn_secure_sent(lock.server, (uint8 *)lock.text, os_strlen(lock.text)) == ESPCONN_OK) {
      lock.state = ASKING;
      arm(&patience, on_patience, 5000);
    }
    break;
  case SIG_ANSWER:
    os_timer_disarm(&patience);
    lock.state = ONLINE;
    if (lock.allowed) {
      GPIO_OUTPUT_SET(STRIKE_GPIO, 1);
      arm(&strike, on_strike, OPEN_MS);
    }
    break;
  case SIG_CLOSE:
    if (lock.state == ASKING) {
      espconn_secure_disconnect(lock.server);
      lock.state = LEAVING;
    }
    break;
  case SIG_FAILED:
    lock.failures++;
    /* fall through */
  case SIG_CLOSED:
    hang_up_for_good();
    break;
  }
}

/* From the reader's interrupt. */
void card_read(uint32 number)
{
  lock.card = number;
  system_os_post(PRIO, SIG_CARD, 0);
}

void ICACHE_FLASH_ATTR user_init(void)
{
  gpio_init();
  wifi_set_opmode(STATION_MODE);
  wifi_set_event_handler_cb(on_wifi);
  system_os_task(task, PRIO, events, 8);
}
