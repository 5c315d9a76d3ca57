#include "services.h"
#include "lwip/apps/sntp.h"
#include "lwip/netif.h"

void timeClientStart(void)
{
    sntp_setoperatingmode(SNTP_OPMODE_POLL);
    sntp_setserver(0, &netif_default->gw);
    sntp_init();
}
