#include "ets_sys.h"
#include "osapi.h"
#include "user_interface.h"
#include "link.h"

static struct link upstream, logger;
static os_timer_t timer;

static void ICACHE_FLASH_ATTR on_command(struct link *link, char *line, uint16 length)
{
    if (length >= 4 && os_strncmp(line, "stop", 4) == 0)
        link_stop(link);
    else
        link_print(&logger, "command\n");
}

static void ICACHE_FLASH_ATTR report(void *arg)
{
    char text[24];

    os_sprintf(text, "heap %d\n", system_get_free_heap_size());
    link_print(&upstream, text);
}

static void ICACHE_FLASH_ATTR got_ip(void)
{
    static bool started = false;

    if (started)
        return;
    started = true;
    upstream.on_line = on_command;
    link_start(&upstream, &tls_ops, "up.gate.example", 6514);
    link_start(&logger, &tcp_ops, "log.gate.example", 514);
    os_timer_disarm(&timer);
    os_timer_setfn(&timer, report, NULL);
    os_timer_arm(&timer, 30000, 1);
}

static void ICACHE_FLASH_ATTR events(System_Event_t *event)
{
    if (event->event == EVENT_STAMODE_GOT_IP)
        got_ip();
}

void ICACHE_FLASH_ATTR user_init(void)
{
    wifi_set_opmode_current(STATION_MODE);
    wifi_set_event_handler_cb(events);
}
