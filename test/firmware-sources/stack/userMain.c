/* A firmware that brings its own network and TLS stack, as firmware linked with the SDK's libraries does. */
#include "osapi.h"
#include "user_interface.h"
#include "options.h"
#include "services.h"
#include "tls.h"

/* The first block of RTC memory that belongs to the application, and what it holds after the first start. */
#define RTC_BLOCK 64
#define RTC_MAGIC 0x53544152

struct startCounter {
    uint32 magic;
    uint32 starts;
};

static uint32 starts;
static os_timer_t restartTimer;

/* Answers how often the device has started since it got power: RTC memory outlives a restart. */
static uint32 countStart(void)
{
    struct startCounter counter;

    if (!system_rtc_mem_read(RTC_BLOCK, &counter, sizeof counter) || counter.magic != RTC_MAGIC) {
        counter.magic = RTC_MAGIC;
        counter.starts = 0;
    }
    counter.starts++;
    system_rtc_mem_write(RTC_BLOCK, &counter, sizeof counter);
    return counter.starts;
}

static void restart(void *arg)
{
    (void)arg;
    system_restart();
}

void restartSoon(void)
{
    os_timer_disarm(&restartTimer);
    os_timer_setfn(&restartTimer, restart, NULL);
    os_timer_arm(&restartTimer, 100, 0);
}

static void startServices(void)
{
    if (!hasOption("timeless"))
        timeClientStart();
    httpsServerStart(443, starts);
    udpEchoStart(7000);
    tlsClientStart();
}

/* The station may get an address again and again; the services are started once. */
static void wifiEvent(System_Event_t *event)
{
    static bool started;

    if (event->event != EVENT_STAMODE_GOT_IP)
        return;
    os_printf("address " IPSTR "\n", IP2STR(&event->event_info.got_ip.ip));
    if (!started) {
        started = true;
        startServices();
    }
}

void user_init(void)
{
    int error;

    /* At 80 MHz the software watchdog could bite in a handshake. */
    system_update_cpu_freq(SYS_CPU_160MHZ);
    starts = countStart();
    os_printf("start %u\n", starts);
    error = tlsInit();
    if (error == 0)
        wifi_set_event_handler_cb(wifiEvent);
    else
        os_printf("TLS: error %d\n", error);
}
