// A bridge between the serial line and TCP: one port for anybody in the house, one with TLS for those outside
#include "esp8266.h"
#include "uart.h"
#include "serbridge.h"
#ifdef TLS_BRIDGE
#include "cert.h"
#include "private_key.h"
#endif

#define ICON_BAUD "\xff\xfa\x2c"
#define RESET_MS 250

static struct espconn serbridgeConn1;
static esp_tcp serbridgeTcp1;
#ifdef TLS_BRIDGE
static struct espconn serbridgeConn2;
static esp_tcp serbridgeTcp2;
#endif

serbridgeConnData connData[MAX_CONN];
static os_timer_t kickTimer;

#ifdef TLS_BRIDGE
#define IS_SECURE(cd) ((cd)->secure)
#else
#define IS_SECURE(cd) 0
#endif

static serbridgeConnData ICACHE_FLASH_ATTR *findConn(void *arg)
{
  struct espconn *conn = (struct espconn *)arg;
  short i;

  for (i = 0; i < MAX_CONN; i++) {
    if (connData[i].conn != NULL && connData[i].remote_port == conn->proto.tcp->remote_port &&
        os_memcmp(connData[i].remote_ip, conn->proto.tcp->remote_ip, 4) == 0)
      return &connData[i];
  }
  return NULL;
}

// frees what was sent, and what was not
static void ICACHE_FLASH_ATTR freeConn(serbridgeConnData *cd)
{
  if (cd->txbuffer != NULL) os_free(cd->txbuffer);
  if (cd->sentbuffer != NULL) os_free(cd->sentbuffer);
  os_memset(cd, 0, sizeof(*cd));
}

// sends the next buffer of a connection when the last one has arrived
static sint8 ICACHE_FLASH_ATTR sendtxbuffer(serbridgeConnData *cd)
{
  sint8 result = ESPCONN_OK;

  if (cd->txbufferlen == 0 || !cd->readytosend) return result;
  cd->readytosend = false;
  cd->sentbuffer = cd->txbuffer;
  cd->txbuffer = NULL;
#ifdef TLS_BRIDGE
  if (IS_SECURE(cd))
    result = espconn_secure_sent(cd->conn, (uint8_t *)cd->sentbuffer, cd->txbufferlen);
  else
#endif
    result = espconn_sent(cd->conn, (uint8_t *)cd->sentbuffer, cd->txbufferlen);
  cd->txbufferlen = 0;
  if (result != ESPCONN_OK) {
    DBG("serbridge: send %d on conn %p\n", result, cd);
    os_free(cd->sentbuffer);
    cd->sentbuffer = NULL;
    cd->readytosend = true;
  }
  return result;
}

// puts data into the buffer, and sends it if nothing is under way
static sint8 ICACHE_FLASH_ATTR espbuffsend(serbridgeConnData *cd, const char *data, uint16 len)
{
  uint16 avail;

  if (cd->txbuffer == NULL) cd->txbuffer = os_zalloc(MAX_TXBUFFER);
  if (cd->txbuffer == NULL) return -128;
  avail = MAX_TXBUFFER - cd->txbufferlen;
  if (len > avail) {
    if (cd->txoverflow_at == 0) cd->txoverflow_at = system_get_time();
    return -128;
  }
  os_memcpy(cd->txbuffer + cd->txbufferlen, data, len);
  cd->txbufferlen += len;
  if (cd->readytosend) return sendtxbuffer(cd);
  return ESPCONN_OK;
}

static void ICACHE_FLASH_ATTR serbridgeSentCb(void *arg)
{
  serbridgeConnData *cd = findConn(arg);

  if (cd == NULL) return;
  if (cd->sentbuffer != NULL) os_free(cd->sentbuffer);
  cd->sentbuffer = NULL;
  cd->readytosend = true;
  cd->txoverflow_at = 0;
  sendtxbuffer(cd);
}

static void ICACHE_FLASH_ATTR serbridgeRecvCb(void *arg, char *data, unsigned short len)
{
  serbridgeConnData *cd = findConn(arg);

  if (cd == NULL) return;
  if (cd->conn_mode == cmInit)
    cd->conn_mode = len >= 3 && os_strncmp(data, ICON_BAUD, 3) == 0 ? cmTelnet : cmTransparent;
  if (cd->conn_mode == cmTransparent)
    uart0_tx_buffer(data, len);
}

static void ICACHE_FLASH_ATTR serbridgeDisconCb(void *arg)
{
  serbridgeConnData *cd = findConn(arg);

  if (cd != NULL) freeConn(cd);
}

static void ICACHE_FLASH_ATTR serbridgeResetCb(void *arg, sint8 err)
{
  DBG("serbridge: error %d\n", err);
  serbridgeDisconCb(arg);
}

// throws out those that take nothing
static void ICACHE_FLASH_ATTR serbridgeKick(void *arg)
{
  int i;

  for (i = 0; i < MAX_CONN; i++) {
    serbridgeConnData *cd = &connData[i];
    if (cd->conn == NULL || cd->txoverflow_at == 0) continue;
    if (system_get_time() - cd->txoverflow_at < 10 * 1000 * 1000) continue;
#ifdef TLS_BRIDGE
    if (IS_SECURE(cd)) {
      espconn_secure_disconnect(cd->conn);
      continue;
    }
#endif
    espconn_disconnect(cd->conn);
  }
}

static void ICACHE_FLASH_ATTR connectCb(struct espconn *conn, bool secure)
{
  int i;

  for (i = 0; i < MAX_CONN; i++) if (connData[i].conn == NULL) break;
  if (i == MAX_CONN) {
    DBG("serbridge: connection pool overflow\n");
    return;
  }
  os_memset(connData + i, 0, sizeof(struct serbridgeConnData));
  connData[i].conn = conn;
  connData[i].secure = secure;
  connData[i].readytosend = true;
  connData[i].remote_port = conn->proto.tcp->remote_port;
  os_memcpy(connData[i].remote_ip, conn->proto.tcp->remote_ip, 4);

  espconn_regist_recvcb(conn, serbridgeRecvCb);
  espconn_regist_disconcb(conn, serbridgeDisconCb);
  espconn_regist_reconcb(conn, serbridgeResetCb);
  espconn_regist_sentcb(conn, serbridgeSentCb);
  if (!secure)
    espconn_set_opt(conn, ESPCONN_REUSEADDR | ESPCONN_NODELAY);
}

static void ICACHE_FLASH_ATTR serbridgeConnectCb(void *arg)
{
  connectCb(arg, false);
}

#ifdef TLS_BRIDGE
static void ICACHE_FLASH_ATTR serbridgeSecureConnectCb(void *arg)
{
  connectCb(arg, true);
}
#endif

// serial line to all connections
void ICACHE_FLASH_ATTR serbridgeUartCb(char *buf, short length)
{
  short i;

  for (i = 0; i < MAX_CONN; ++i)
    if (connData[i].conn && connData[i].conn_mode != cmTelnet)
      espbuffsend(&connData[i], buf, length);
}

void ICACHE_FLASH_ATTR serbridgeInit(int port1, int port2)
{
  os_memset(connData, 0, sizeof(connData));

  serbridgeConn1.type = ESPCONN_TCP;
  serbridgeConn1.state = ESPCONN_NONE;
  serbridgeTcp1.local_port = port1;
  serbridgeConn1.proto.tcp = &serbridgeTcp1;
  espconn_regist_connectcb(&serbridgeConn1, serbridgeConnectCb);
  espconn_accept(&serbridgeConn1);
  espconn_tcp_set_max_con_allow(&serbridgeConn1, MAX_CONN);
  espconn_regist_time(&serbridgeConn1, SER_BRIDGE_TIMEOUT, 0);

#ifdef TLS_BRIDGE
  serbridgeConn2.type = ESPCONN_TCP;
  serbridgeConn2.state = ESPCONN_NONE;
  serbridgeTcp2.local_port = port2;
  serbridgeConn2.proto.tcp = &serbridgeTcp2;
  espconn_regist_connectcb(&serbridgeConn2, serbridgeSecureConnectCb);
  espconn_secure_set_default_certificate(default_certificate, default_certificate_len);
  espconn_secure_set_default_private_key(default_private_key, default_private_key_len);
  espconn_secure_accept(&serbridgeConn2);
#endif

  os_timer_disarm(&kickTimer);
  os_timer_setfn(&kickTimer, serbridgeKick, NULL);
  os_timer_arm(&kickTimer, RESET_MS, 1);
}
