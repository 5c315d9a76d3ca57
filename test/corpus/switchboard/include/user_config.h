#ifndef __USER_CONFIG_H__
#define __USER_CONFIG_H__

/* 是否启用 SSL */
//#define SERVER_SSL_ENABLE
//#define CLIENT_SSL_ENABLE

#define RELAY_DEVICE 1
#define METER_DEVICE 0

#define CLOUD_DOMAIN "cloud.switchboard.example"
#define HEARTBEAT_MS 50000

#if 1
#define DBG os_printf
#else
#define DBG(...)
#endif

#endif
