#ifndef BROKER_H
#define BROKER_H
#include "c_types.h"
#include "espconn.h"

typedef enum { B_IDLE, B_CONNECTING, B_READY, B_CLOSING, B_CLOSED, B_RETRY } broker_state_t;

typedef struct broker {
  struct espconn *conn;
  uint8_t secure;
  uint16_t port;
  char *host;
  ip_addr_t ip;
  broker_state_t state;
  ETSTimer tick;
  uint32_t silence;
  uint8_t out[256];
  uint16_t out_length;
  uint8_t busy;
  void (*on_ready)(struct broker *);
} broker_t;

void broker_setup(broker_t *b, char *host, uint16_t port, uint8_t secure);
void broker_open(broker_t *b);
void broker_close(broker_t *b);
int broker_publish(broker_t *b, const char *topic, const char *text);
#endif
