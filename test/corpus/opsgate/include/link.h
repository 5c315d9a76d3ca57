#ifndef LINK_H
#define LINK_H

#include "c_types.h"
#include "ets_sys.h"
#include "os_type.h"
#include "ip_addr.h"
#include "espconn.h"

struct link;

/* What differs between TCP and TLS. */
struct link_ops {
    const char *name;
    sint8 (*open)(struct espconn *conn);
    sint8 (*write)(struct espconn *conn, uint8 *data, uint16 length);
    sint8 (*shut)(struct espconn *conn);
};

enum link_event { EV_START, EV_FOUND, EV_UP, EV_DATA, EV_SENT, EV_DOWN, EV_ERROR, EV_TICK, EV_COUNT };
enum link_state { ST_IDLE, ST_RESOLVING, ST_OPENING, ST_UP, ST_CLOSING, ST_WAITING, ST_COUNT };

struct link {
    struct espconn conn;
    esp_tcp tcp;
    ip_addr_t ip;
    const struct link_ops *ops;
    const char *host;
    uint16 port;
    enum link_state state;
    os_timer_t tick;
    uint8 out[300];
    uint16 out_length;
    uint8 busy;
    void (*on_line)(struct link *link, char *line, uint16 length);
};

extern const struct link_ops tcp_ops, tls_ops;

void link_start(struct link *link, const struct link_ops *ops, const char *host, uint16 port);
int link_print(struct link *link, const char *text);
void link_stop(struct link *link);

#endif
