#include "services.h"
#include "osapi.h"
#include "lwip/udp.h"

static void received(void *arg, struct udp_pcb *pcb, struct pbuf *datagram, const ip_addr_t *address, u16_t port)
{
    err_t error;

    (void)arg;
    error = udp_sendto(pcb, datagram, address, port);
    os_printf("UDP echo: %u bytes, error %d\n", datagram->tot_len, error);
    pbuf_free(datagram);
}

void udpEchoStart(uint16 port)
{
    struct udp_pcb *pcb = udp_new();

    if (pcb == NULL || udp_bind(pcb, IP_ANY_TYPE, port) != ERR_OK) {
        os_printf("UDP echo: cannot bind\n");
        return;
    }
    udp_recv(pcb, received, NULL);
    os_printf("UDP echo: port %u\n", port);
}
