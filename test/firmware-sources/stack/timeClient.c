#include "services.h"
#include "osapi.h"
#include "lwip/apps/sntp.h"
#include "lwip/netif.h"

/* lwIP calls this with the time it has got; see lwipopts.h. */
void stackSetTime(uint32 seconds)
{
    os_printf("time: %u s since 1970\n", seconds);
}

void timeClientStart(void)
{
    sntp_setoperatingmode(SNTP_OPMODE_POLL);
    sntp_setserver(0, &netif_default->gw);
    sntp_init();
}
