/* Generated from src/sdk by `npm run generate:device-sdk`. Do not edit. */

#ifndef ESP8266_SSL_UPGRADE_H
#define ESP8266_SSL_UPGRADE_H

#include "c_types.h"

typedef void (*upgrade_states_check_callback)(void *arg);

struct upgrade_server_info {
    uint8 ip[4];
    uint16 port;
    uint8 upgrade_flag;
    uint8 pre_version[16];
    uint8 upgrade_version[16];
    uint32 check_times;
    uint8 *url;
    upgrade_states_check_callback check_cb;
    struct espconn *pespconn;
};

#define UPGRADE_FLAG_IDLE 0x00
#define UPGRADE_FLAG_START 0x01
#define UPGRADE_FLAG_FINISH 0x02

#ifdef __cplusplus
extern "C" {
#endif

/* Prepares an upgrade over the network. */
void system_upgrade_init(void);
/* Frees what an upgrade took. */
void system_upgrade_deinit(void);
/* Writes the next part of the new firmware to flash. */
bool system_upgrade(uint8 *data, uint16 len);
/* Downloads new firmware over plain HTTP. */
bool system_upgrade_start(struct upgrade_server_info *server);

#ifdef __cplusplus
}
#endif

#endif
