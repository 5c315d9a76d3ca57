#ifndef __SER_BRIDGE_H__
#define __SER_BRIDGE_H__

#include <ip_addr.h>
#include <c_types.h>
#include <espconn.h>

#define MAX_CONN 4
#define SER_BRIDGE_TIMEOUT 300 // seconds, for those who come without TLS

// Send buffer size
#define MAX_TXBUFFER (2*1460)

enum connModes {
  cmInit = 0,      // nothing received yet
  cmTransparent,   // just passing data
  cmTelnet,        // interpret telnet escapes
};

typedef struct serbridgeConnData {
  struct espconn *conn;
  uint8         remote_ip[4];
  int           remote_port;
  enum connModes conn_mode;
  bool          secure;
  char          *txbuffer;     // being filled
  uint16        txbufferlen;
  char          *sentbuffer;   // on its way, freed when it is there
  uint32        txoverflow_at;
  bool          readytosend;   // whether the last one is there
} serbridgeConnData;

// port1 is the transparent one, port2 the one with TLS
void ICACHE_FLASH_ATTR serbridgeInit(int port1, int port2);
void ICACHE_FLASH_ATTR serbridgeUartCb(char *buf, short len);

extern serbridgeConnData connData[MAX_CONN];
#endif
