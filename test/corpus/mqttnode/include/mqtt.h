#ifndef _MQTT_H_
#define _MQTT_H_
#include "c_types.h"
#include "ets_sys.h"
#include "os_type.h"
#include "ip_addr.h"
#include "espconn.h"
#include "ring.h"

typedef enum {
  WIFI_INIT,
  WIFI_CONNECTING,
  TCP_DISCONNECTED,
  TCP_DISCONNECTING,
  TCP_RECONNECT_REQ,
  TCP_RECONNECT,
  TCP_CONNECTING,
  MQTT_CONNECT_SEND,
  MQTT_CONNECT_SENDING,
  MQTT_DATA,
  DNS_RESOLVE,
  MQTT_DELETING,
  MQTT_DELETED
} tConnState;

typedef void (*MqttCallback)(uint32_t *args);
typedef void (*MqttDataCallback)(uint32_t *args, const char *topic, uint32_t topic_len, const char *data, uint32_t length);

typedef struct {
  uint8_t in_buffer[MQTT_BUF_SIZE];
  uint8_t out_buffer[MQTT_BUF_SIZE];
  uint16_t in_length;
  uint16_t out_length;
  uint16_t message_id;
} mqtt_state_t;

typedef struct {
  struct espconn *pCon;
  uint8_t security;
  uint8_t *host;
  uint32_t port;
  ip_addr_t ip;
  mqtt_state_t mqtt_state;
  MqttCallback connectedCb;
  MqttCallback disconnectedCb;
  MqttCallback publishedCb;
  MqttDataCallback dataCb;
  ETSTimer mqttTimer;
  uint32_t keepAliveTick;
  uint32_t reconnectTick;
  uint32_t sendTimeout;
  tConnState connState;
  RING msgQueue;
  void *user_data;
} MQTT_Client;

void ICACHE_FLASH_ATTR MQTT_InitConnection(MQTT_Client *mqttClient, uint8_t *host, uint32_t port, uint8_t security);
void ICACHE_FLASH_ATTR MQTT_InitClient(MQTT_Client *mqttClient);
void ICACHE_FLASH_ATTR MQTT_OnConnected(MQTT_Client *mqttClient, MqttCallback connectedCb);
void ICACHE_FLASH_ATTR MQTT_OnDisconnected(MQTT_Client *mqttClient, MqttCallback disconnectedCb);
void ICACHE_FLASH_ATTR MQTT_OnData(MQTT_Client *mqttClient, MqttDataCallback dataCb);
BOOL ICACHE_FLASH_ATTR MQTT_Subscribe(MQTT_Client *client, char *topic, uint8_t qos);
BOOL ICACHE_FLASH_ATTR MQTT_Publish(MQTT_Client *client, const char *topic, const char *data, int data_length);
void ICACHE_FLASH_ATTR MQTT_Connect(MQTT_Client *mqttClient);
void ICACHE_FLASH_ATTR MQTT_Disconnect(MQTT_Client *mqttClient);
#endif
