/* Generated from src/sdk by `npm run generate:device-sdk`. Do not edit. */

#ifndef ESP8266_SSL_IP_ADDR_H
#define ESP8266_SSL_IP_ADDR_H

#include "c_types.h"

typedef struct ip_addr {
    uint32 addr;
} ip_addr_t;

struct ip_info {
    struct ip_addr ip;
    struct ip_addr netmask;
    struct ip_addr gw;
};

#define IP4_ADDR(ipaddr, a, b, c, d) (ipaddr)->addr = ((uint32)((d) & 0xff) << 24) | ((uint32)((c) & 0xff) << 16) | ((uint32)((b) & 0xff) << 8) | (uint32)((a) & 0xff)
#define ip4_addr1(ipaddr) (((uint8 *)(ipaddr))[0])
#define ip4_addr2(ipaddr) (((uint8 *)(ipaddr))[1])
#define ip4_addr3(ipaddr) (((uint8 *)(ipaddr))[2])
#define ip4_addr4(ipaddr) (((uint8 *)(ipaddr))[3])
#define ip_addr_netcmp(a, b, mask) (((a)->addr & (mask)->addr) == ((b)->addr & (mask)->addr))
#define IPADDR_NONE ((uint32)0xffffffff)
#define IPADDR_ANY ((uint32)0)
#define IP2STR(ipaddr) ip4_addr1(ipaddr), ip4_addr2(ipaddr), ip4_addr3(ipaddr), ip4_addr4(ipaddr)
#define IPSTR "%d.%d.%d.%d"

#ifdef __cplusplus
extern "C" {
#endif

/* Reads an IPv4 address from text; IPADDR_NONE if it is none. */
uint32 ipaddr_addr(const char *cp);

#ifdef __cplusplus
}
#endif

#endif
