#include "ets_sys.h"
#include "osapi.h"
#include "user_interface.h"
#include "broker.h"

static broker_t broker;
static os_timer_t probe;

static void ICACHE_FLASH_ATTR measure(void *arg)
{
  char text[16];
  os_sprintf(text, "%d", system_adc_read());
  broker_publish(&broker, "probe/adc", text);
}

static void ICACHE_FLASH_ATTR ready(broker_t *b)
{
  os_timer_disarm(&probe);
  os_timer_setfn(&probe, measure, NULL);
  os_timer_arm(&probe, 10000, 1);
}

static void ICACHE_FLASH_ATTR wifi_event(System_Event_t *event)
{
  switch (event->event) {
  case EVENT_STAMODE_GOT_IP:
    broker_open(&broker);
    break;
  case EVENT_STAMODE_DISCONNECTED:
    broker_close(&broker);
    break;
  }
}

void ICACHE_FLASH_ATTR user_init(void)
{
  os_delay_us(60000);
  broker_setup(&broker, "broker.example", 8883, 1);
  broker.on_ready = ready;
  wifi_set_opmode(STATION_MODE);
  wifi_set_event_handler_cb(wifi_event);
}
