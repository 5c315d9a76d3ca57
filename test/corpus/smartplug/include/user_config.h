#ifndef __USER_CONFIG_H__
#define __USER_CONFIG_H__

/* ²å×ù = 1, ´«¸ÐÆ÷ = 0 */
#define PLUG_DEVICE         1
#define SENSOR_DEVICE       0

//#define SERVER_SSL_ENABLE
//#define CLIENT_SSL_ENABLE
//#define UPGRADE_SSL_ENABLE

#define USE_DNS
#ifdef USE_DNS
#define PLUG_DOMAIN         "iot.plug.example"
#endif

#define SERVER_PORT         80
#define SERVER_SSL_PORT     443

#define CA_FLASH_ADDRESS    0x6D000
#define PARAM_START_SEC     0x7C

#define AP_CACHE            0
#if AP_CACHE
#define AP_CACHE_NUMBER     5
#endif

#define PLUG_DEBUG
#ifdef PLUG_DEBUG
#define ESP_DBG os_printf
#else
#define ESP_DBG
#endif

#endif
