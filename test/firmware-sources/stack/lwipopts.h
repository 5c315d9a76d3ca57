/* lwIP as NON-OS firmware uses it: IPv4, callbacks only, memory from the SDK's heap; sizes as the SDK's own lwIP has them. */
#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_TIMERS 1

#define LWIP_IPV4 1
#define LWIP_IPV6 0
#define LWIP_ICMP 1
#define LWIP_UDP 1
#define LWIP_TCP 1
#define LWIP_DNS 1
#define LWIP_DHCP 1
#define LWIP_RAW 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_STATS 0

/* The radio hands over IP packets: no Ethernet below, no loopback interface. */
#define LWIP_ARP 0
#define LWIP_ETHERNET 0
#define LWIP_HAVE_LOOPIF 0
#define LWIP_NETIF_LOOPBACK 0

#define MEM_ALIGNMENT 4
#define MEM_LIBC_MALLOC 1
#define MEMP_MEM_MALLOC 1
#define MEM_STATS 0
void *stackAllocate(unsigned int size);
void *stackAllocateCleared(unsigned int count, unsigned int size);
void stackFree(void *memory);
#define mem_clib_malloc stackAllocate
#define mem_clib_calloc stackAllocateCleared
#define mem_clib_free stackFree

#define TCP_MSS 1460
#define TCP_WND (4 * TCP_MSS)
#define TCP_SND_BUF (2 * TCP_MSS)
#define TCP_SND_QUEUELEN 8

/* The SNTP client tells the time it is given. */
void stackSetTime(unsigned int seconds);
#define SNTP_SET_SYSTEM_TIME(seconds) stackSetTime(seconds)
#define SNTP_STARTUP_DELAY 0

#endif
