#ifndef _NODE_CONFIG_H_
#define _NODE_CONFIG_H_

typedef enum {
  SEC_NONE = 0,             // plain TCP
  SEC_TLS = 1,              // no authentication
  SEC_TLS_VERIFY = 2,       // the broker is verified
  SEC_TLS_MUTUAL = 3,       // both are
} security_t;

#define CFG_HOLDER 0x00FF55A4       /* change it, and what is stored is forgotten */
#define CFG_LOCATION 0xFC           /* sectors 0xFC, 0xFD and the flag in 0xFF */

#define CA_CERT_FLASH_ADDRESS 0xF8
#define CLIENT_CERT_FLASH_ADDRESS 0xF9

#define MQTT_HOST "broker.node.example"
#define MQTT_PORT 8883
#define MQTT_BUF_SIZE 1024
#define MQTT_KEEPALIVE 120
#define MQTT_RECONNECT_TIMEOUT 5
#define QUEUE_SIZE 8

#define DEFAULT_SECURITY SEC_TLS_MUTUAL
#define PROTOCOL_NAMEv311

#if defined(MQTT_DEBUG_ON)
#define INFO(format, ...) os_printf(format, ##__VA_ARGS__)
#else
#define INFO(format, ...)
#endif

#endif
