#include "user_interface.h"
#include "osapi.h"
#include "espconn.h"
#include "os_type.h"
#include "mem.h"
#include "node_config.h"
#include "ring.h"
#include "mqtt.h"

#define MQTT_TASK_PRIO 2
#define MQTT_TASK_QUEUE_SIZE 1
#define MQTT_SEND_TIMOUT 5

os_event_t mqtt_procTaskQueue[MQTT_TASK_QUEUE_SIZE];

LOCAL void ICACHE_FLASH_ATTR
mqtt_dns_found(const char *name, ip_addr_t *ipaddr, void *arg)
{
  struct espconn *pConn = (struct espconn *)arg;
  MQTT_Client *client = (MQTT_Client *)pConn->reverse;

  if (ipaddr == NULL) {
    INFO("DNS: not found\r\n");
    client->connState = TCP_RECONNECT_REQ;
    return;
  }
  INFO("DNS: found ip %d.%d.%d.%d\n", *((uint8 *)&ipaddr->addr), *((uint8 *)&ipaddr->addr + 1),
       *((uint8 *)&ipaddr->addr + 2), *((uint8 *)&ipaddr->addr + 3));

  if (client->ip.addr == 0 && ipaddr->addr != 0) {
    os_memcpy(client->pCon->proto.tcp->remote_ip, &ipaddr->addr, 4);
    if (client->security) {
      if (DEFAULT_SECURITY >= SEC_TLS_VERIFY) {
        espconn_secure_ca_enable(ESPCONN_CLIENT, CA_CERT_FLASH_ADDRESS);
      }
      if (DEFAULT_SECURITY >= SEC_TLS_MUTUAL) {
        espconn_secure_cert_req_enable(ESPCONN_CLIENT, CLIENT_CERT_FLASH_ADDRESS);
      }
      espconn_secure_connect(client->pCon);
    } else {
      espconn_connect(client->pCon);
    }
    client->connState = TCP_CONNECTING;
    INFO("TCP: connecting...\r\n");
  }
  system_os_post(MQTT_TASK_PRIO, 0, (os_param_t)client);
}

LOCAL void ICACHE_FLASH_ATTR
deliver_publish(MQTT_Client *client, uint8_t *message, int length)
{
  int topic_length = message[2] << 8 | message[3];
  char *topic = (char *)message + 4;

  if (topic_length + 4 > length)
    return;
  if (client->dataCb)
    client->dataCb((uint32_t *)client, topic, topic_length, topic + topic_length, length - 4 - topic_length);
}

void ICACHE_FLASH_ATTR
mqtt_tcpclient_delete(MQTT_Client *mqttClient)
{
  if (mqttClient->pCon != NULL) {
    INFO("Free memory\r\n");
    espconn_delete(mqttClient->pCon);
    if (mqttClient->pCon->proto.tcp)
      os_free(mqttClient->pCon->proto.tcp);
    os_free(mqttClient->pCon);
    mqttClient->pCon = NULL;
  }
}

LOCAL sint8 ICACHE_FLASH_ATTR
mqtt_send_out(MQTT_Client *client)
{
  sint8 result = ESPCONN_OK;

  client->sendTimeout = MQTT_SEND_TIMOUT;
  INFO("MQTT: sending %d bytes\r\n", client->mqtt_state.out_length);
  if (client->security) {
    result = espconn_secure_send(client->pCon, client->mqtt_state.out_buffer, client->mqtt_state.out_length);
  } else {
    result = espconn_send(client->pCon, client->mqtt_state.out_buffer, client->mqtt_state.out_length);
  }
  client->mqtt_state.out_length = 0;
  return result;
}

LOCAL void ICACHE_FLASH_ATTR
mqtt_send_keepalive(MQTT_Client *client)
{
  client->mqtt_state.out_buffer[0] = 0xC0;
  client->mqtt_state.out_buffer[1] = 0;
  client->mqtt_state.out_length = 2;
  if (ESPCONN_OK == mqtt_send_out(client)) {
    client->keepAliveTick = 0;
    client->connState = MQTT_DATA;
  } else {
    client->connState = TCP_RECONNECT_REQ;
  }
  system_os_post(MQTT_TASK_PRIO, 0, (os_param_t)client);
}

void ICACHE_FLASH_ATTR
mqtt_tcpclient_recv(void *arg, char *pdata, unsigned short len)
{
  struct espconn *pCon = (struct espconn *)arg;
  MQTT_Client *client = (MQTT_Client *)pCon->reverse;
  uint8_t msg_type;

  client->keepAliveTick = 0;
  if (len > MQTT_BUF_SIZE)
    return;
  os_memcpy(client->mqtt_state.in_buffer, pdata, len);
  msg_type = client->mqtt_state.in_buffer[0] >> 4;
  switch (client->connState) {
  case MQTT_CONNECT_SENDING:
    if (msg_type == 2) {
      if (client->mqtt_state.in_buffer[3] != 0) {
        INFO("MQTT: not accepted\r\n");
        client->connState = TCP_DISCONNECTING;
      } else {
        INFO("MQTT: connected to %s:%d\r\n", client->host, client->port);
        client->connState = MQTT_DATA;
        if (client->connectedCb)
          client->connectedCb((uint32_t *)client);
      }
    } else {
      INFO("MQTT: invalid packet\r\n");
      client->connState = TCP_DISCONNECTING;
    }
    break;
  case MQTT_DATA:
    switch (msg_type) {
    case 3:
      deliver_publish(client, client->mqtt_state.in_buffer, len);
      break;
    case 9:
      INFO("MQTT: subscribed\r\n");
      break;
    case 12:
      client->mqtt_state.in_buffer[0] = 0xD0;
      client->mqtt_state.in_buffer[1] = 0;
      RING_Puts(&client->msgQueue, client->mqtt_state.in_buffer, 2);
      break;
    }
    break;
  default:
    break;
  }
  system_os_post(MQTT_TASK_PRIO, 0, (os_param_t)client);
}

void ICACHE_FLASH_ATTR
mqtt_tcpclient_sent_cb(void *arg)
{
  struct espconn *pCon = (struct espconn *)arg;
  MQTT_Client *client = (MQTT_Client *)pCon->reverse;

  client->sendTimeout = 0;
  client->keepAliveTick = 0;
  if (client->connState == MQTT_DATA && client->publishedCb)
    client->publishedCb((uint32_t *)client);
  system_os_post(MQTT_TASK_PRIO, 0, (os_param_t)client);
}

void ICACHE_FLASH_ATTR
mqtt_tcpclient_discon_cb(void *arg)
{
  struct espconn *pespconn = (struct espconn *)arg;
  MQTT_Client *client = (MQTT_Client *)pespconn->reverse;

  INFO("TCP: disconnected\r\n");
  if (TCP_DISCONNECTING == client->connState)
    client->connState = TCP_DISCONNECTED;
  else if (MQTT_DELETING == client->connState)
    client->connState = MQTT_DELETED;
  else
    client->connState = TCP_RECONNECT_REQ;
  if (client->disconnectedCb)
    client->disconnectedCb((uint32_t *)client);
  system_os_post(MQTT_TASK_PRIO, 0, (os_param_t)client);
}

void ICACHE_FLASH_ATTR
mqtt_tcpclient_recon_cb(void *arg, sint8 errType)
{
  struct espconn *pCon = (struct espconn *)arg;
  MQTT_Client *client = (MQTT_Client *)pCon->reverse;

  INFO("TCP: reconnect to %s:%d, error %d\r\n", client->host, client->port, errType);
  client->connState = TCP_RECONNECT_REQ;
  system_os_post(MQTT_TASK_PRIO, 0, (os_param_t)client);
}

void ICACHE_FLASH_ATTR
mqtt_tcpclient_connect_cb(void *arg)
{
  struct espconn *pCon = (struct espconn *)arg;
  MQTT_Client *client = (MQTT_Client *)pCon->reverse;

  espconn_regist_disconcb(client->pCon, mqtt_tcpclient_discon_cb);
  espconn_regist_recvcb(client->pCon, mqtt_tcpclient_recv);
  espconn_regist_sentcb(client->pCon, mqtt_tcpclient_sent_cb);
  INFO("MQTT: connected to broker %s:%d\r\n", client->host, client->port);

  client->mqtt_state.out_length = os_sprintf((char *)client->mqtt_state.out_buffer, "%c%c%c%cMQTT", 0x10, 20, 0, 4);
  mqtt_send_out(client);
  client->connState = MQTT_CONNECT_SENDING;
  system_os_post(MQTT_TASK_PRIO, 0, (os_param_t)client);
}

void ICACHE_FLASH_ATTR
mqtt_timer(void *arg)
{
  MQTT_Client *client = (MQTT_Client *)arg;

  if (client->connState == MQTT_DATA) {
    client->keepAliveTick++;
    if (client->keepAliveTick > MQTT_KEEPALIVE / 2)
      mqtt_send_keepalive(client);
  } else if (client->connState == TCP_RECONNECT_REQ) {
    client->reconnectTick++;
    if (client->reconnectTick > MQTT_RECONNECT_TIMEOUT) {
      client->reconnectTick = 0;
      client->connState = TCP_RECONNECT;
      system_os_post(MQTT_TASK_PRIO, 0, (os_param_t)client);
    }
  }
  if (client->sendTimeout > 0)
    client->sendTimeout--;
}

BOOL ICACHE_FLASH_ATTR
MQTT_Publish(MQTT_Client *client, const char *topic, const char *data, int data_length)
{
  uint8_t message[128];
  int length;

  if (os_strlen(topic) + data_length + 4 > sizeof(message))
    return FALSE;
  length = os_sprintf((char *)message, "%c%c%c%c%s", 0x30, os_strlen(topic) + data_length + 2, 0, os_strlen(topic), topic);
  os_memcpy(message + length, data, data_length);
  if (RING_Puts(&client->msgQueue, message, length + data_length) == -1) {
    INFO("MQTT: queue full\r\n");
    return FALSE;
  }
  system_os_post(MQTT_TASK_PRIO, 0, (os_param_t)client);
  return TRUE;
}

BOOL ICACHE_FLASH_ATTR
MQTT_Subscribe(MQTT_Client *client, char *topic, uint8_t qos)
{
  uint8_t message[96];
  int length;

  length = os_sprintf((char *)message, "%c%c%c%c%c%c%s%c", 0x82, os_strlen(topic) + 5, 0, ++client->mqtt_state.message_id, 0,
                      os_strlen(topic), topic, qos);
  if (RING_Puts(&client->msgQueue, message, length) == -1)
    return FALSE;
  system_os_post(MQTT_TASK_PRIO, 0, (os_param_t)client);
  return TRUE;
}

void ICACHE_FLASH_ATTR
MQTT_Task(os_event_t *e)
{
  MQTT_Client *client = (MQTT_Client *)e->par;
  uint16_t dataLen;

  if (e->par == 0)
    return;
  switch (client->connState) {
  case TCP_RECONNECT_REQ:
    break;
  case TCP_RECONNECT:
    mqtt_tcpclient_delete(client);
    MQTT_Connect(client);
    INFO("TCP: reconnect to %s:%d\r\n", client->host, client->port);
    client->connState = TCP_CONNECTING;
    break;
  case MQTT_DELETING:
  case TCP_DISCONNECTING:
    if (client->pCon == NULL)
      break;
    if (client->security) {
      espconn_secure_disconnect(client->pCon);
    } else {
      espconn_disconnect(client->pCon);
    }
    break;
  case TCP_DISCONNECTED:
    INFO("MQTT: disconnected\r\n");
    mqtt_tcpclient_delete(client);
    break;
  case MQTT_DELETED:
    INFO("MQTT: deleted\r\n");
    break;
  case MQTT_DATA:
    if (RING_IsEmpty(&client->msgQueue) || client->sendTimeout != 0)
      break;
    if (RING_Gets(&client->msgQueue, client->mqtt_state.out_buffer, &dataLen, MQTT_BUF_SIZE) == 0) {
      client->mqtt_state.out_length = dataLen;
      mqtt_send_out(client);
    }
    break;
  default:
    break;
  }
}

void ICACHE_FLASH_ATTR
MQTT_InitConnection(MQTT_Client *mqttClient, uint8_t *host, uint32_t port, uint8_t security)
{
  uint32_t temp;

  os_memset(mqttClient, 0, sizeof(MQTT_Client));
  temp = os_strlen(host);
  mqttClient->host = (uint8_t *)os_zalloc(temp + 1);
  os_strcpy(mqttClient->host, host);
  mqttClient->host[temp] = 0;
  mqttClient->port = port;
  mqttClient->security = security;
}

void ICACHE_FLASH_ATTR
MQTT_InitClient(MQTT_Client *mqttClient)
{
  RING_Init(&mqttClient->msgQueue, QUEUE_SIZE * 256);
  system_os_task(MQTT_Task, MQTT_TASK_PRIO, mqtt_procTaskQueue, MQTT_TASK_QUEUE_SIZE);
  system_os_post(MQTT_TASK_PRIO, 0, (os_param_t)mqttClient);
}

LOCAL bool ICACHE_FLASH_ATTR
text_to_ip(const char *text, void *ip)
{
  uint32 address = ipaddr_addr(text);

  os_memcpy(ip, &address, 4);
  return address != IPADDR_NONE;
}

void ICACHE_FLASH_ATTR
MQTT_Connect(MQTT_Client *mqttClient)
{
  if (mqttClient->pCon) {
    // start all over
    mqtt_tcpclient_delete(mqttClient);
  }
  mqttClient->pCon = (struct espconn *)os_zalloc(sizeof(struct espconn));
  mqttClient->pCon->type = ESPCONN_TCP;
  mqttClient->pCon->state = ESPCONN_NONE;
  mqttClient->pCon->proto.tcp = (esp_tcp *)os_zalloc(sizeof(esp_tcp));
  mqttClient->pCon->proto.tcp->local_port = espconn_port();
  mqttClient->pCon->proto.tcp->remote_port = mqttClient->port;
  mqttClient->pCon->reverse = mqttClient;
  espconn_regist_connectcb(mqttClient->pCon, mqtt_tcpclient_connect_cb);
  espconn_regist_reconcb(mqttClient->pCon, mqtt_tcpclient_recon_cb);

  mqttClient->keepAliveTick = 0;
  mqttClient->reconnectTick = 0;

  os_timer_disarm(&mqttClient->mqttTimer);
  os_timer_setfn(&mqttClient->mqttTimer, (os_timer_func_t *)mqtt_timer, mqttClient);
  os_timer_arm(&mqttClient->mqttTimer, 1000, 1);

  if (text_to_ip((char *)mqttClient->host, &mqttClient->pCon->proto.tcp->remote_ip)) {
    INFO("TCP: connect to ip %s:%d\r\n", mqttClient->host, mqttClient->port);
    if (mqttClient->security) {
      if (DEFAULT_SECURITY >= SEC_TLS_VERIFY) {
        espconn_secure_ca_enable(ESPCONN_CLIENT, CA_CERT_FLASH_ADDRESS);
      }
      if (DEFAULT_SECURITY >= SEC_TLS_MUTUAL) {
        espconn_secure_cert_req_enable(ESPCONN_CLIENT, CLIENT_CERT_FLASH_ADDRESS);
      }
      espconn_secure_connect(mqttClient->pCon);
    } else {
      espconn_connect(mqttClient->pCon);
    }
  } else {
    INFO("TCP: connect to domain %s:%d\r\n", mqttClient->host, mqttClient->port);
    mqttClient->ip.addr = 0;
    espconn_gethostbyname(mqttClient->pCon, mqttClient->host, &mqttClient->ip, mqtt_dns_found);
  }
  mqttClient->connState = TCP_CONNECTING;
}

void ICACHE_FLASH_ATTR
MQTT_Disconnect(MQTT_Client *mqttClient)
{
  mqttClient->connState = TCP_DISCONNECTING;
  system_os_post(MQTT_TASK_PRIO, 0, (os_param_t)mqttClient);
  os_timer_disarm(&mqttClient->mqttTimer);
}

void ICACHE_FLASH_ATTR
MQTT_OnConnected(MQTT_Client *mqttClient, MqttCallback connectedCb)
{
  mqttClient->connectedCb = connectedCb;
}

void ICACHE_FLASH_ATTR
MQTT_OnDisconnected(MQTT_Client *mqttClient, MqttCallback disconnectedCb)
{
  mqttClient->disconnectedCb = disconnectedCb;
}

void ICACHE_FLASH_ATTR
MQTT_OnData(MQTT_Client *mqttClient, MqttDataCallback dataCb)
{
  mqttClient->dataCb = dataCb;
}
