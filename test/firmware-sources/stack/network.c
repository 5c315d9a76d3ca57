#include "services.h"
#include "osapi.h"
#include "lwip/apps/sntp.h"
#include "lwip/dhcp.h"
#include "lwip/dns.h"
#include "lwip/netif.h"

static void (*whenReady)(void);

static void addressKnown(struct netif *interface)
{
    os_printf("network: %u.%u.%u.%u\n", ip4_addr1_16(&interface->ip_addr), ip4_addr2_16(&interface->ip_addr),
        ip4_addr3_16(&interface->ip_addr), ip4_addr4_16(&interface->ip_addr));
    if (ip_addr_isany(dns_getserver(0)))
        dns_setserver(0, &interface->gw);
    sntp_setoperatingmode(SNTP_OPMODE_POLL);
    sntp_setserver(0, &interface->gw);
    sntp_init();
    whenReady();
}

static void statusChanged(struct netif *interface)
{
    if (ip_addr_isany(&interface->ip_addr))
        return;
    netif_set_status_callback(interface, NULL);
    addressKnown(interface);
}

void networkStart(void (*ready)(void))
{
    struct netif *interface = netif_default;

    whenReady = ready;
    if (interface == NULL) {
        os_printf("network: no interface\n");
        return;
    }
    if (!ip_addr_isany(&interface->ip_addr)) {
        addressKnown(interface);
        return;
    }
    os_printf("network: DHCP\n");
    netif_set_status_callback(interface, statusChanged);
    dhcp_start(interface);
}
