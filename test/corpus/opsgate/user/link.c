#include "osapi.h"
#include "mem.h"
#include "user_interface.h"
#include "link.h"

#define LINK_TASK 0
#define CA_SECTOR 0xE5

static os_event_t queue[16];

/* ---- what the two kinds of links do ---- */

static sint8 ICACHE_FLASH_ATTR tls_open(struct espconn *conn)
{
    if (!espconn_secure_set_size(ESPCONN_CLIENT, 4096) || !espconn_secure_ca_enable(ESPCONN_CLIENT, CA_SECTOR))
        return ESPCONN_ARG;
    return espconn_secure_connect(conn);
}

static sint8 ICACHE_FLASH_ATTR tls_write(struct espconn *conn, uint8 *data, uint16 length)
{
    return espconn_secure_send(conn, data, length);
}

static sint8 ICACHE_FLASH_ATTR tls_shut(struct espconn *conn)
{
    return espconn_secure_disconnect(conn);
}

static sint8 ICACHE_FLASH_ATTR tcp_open(struct espconn *conn)
{
    return espconn_connect(conn);
}

static sint8 ICACHE_FLASH_ATTR tcp_write(struct espconn *conn, uint8 *data, uint16 length)
{
    return espconn_send(conn, data, length);
}

const struct link_ops tcp_ops = { "tcp", tcp_open, tcp_write, espconn_disconnect };

const struct link_ops tls_ops = {
    .name = "tls",
    .open = tls_open,
    .write = tls_write,
    .shut = tls_shut,
};

/* ---- the machine ---- */

static void ICACHE_FLASH_ATTR post(struct link *link, enum link_event event)
{
    system_os_post(LINK_TASK, event, (os_param_t)link);
}

static void ICACHE_FLASH_ATTR found(const char *name, ip_addr_t *ip, void *arg)
{
    struct link *link = ((struct espconn *)arg)->reverse;

    if (ip != NULL) {
        link->ip = *ip;
        post(link, EV_FOUND);
    } else {
        post(link, EV_ERROR);
    }
}

static void ICACHE_FLASH_ATTR up(void *arg)
{
    post(((struct espconn *)arg)->reverse, EV_UP);
}

static void ICACHE_FLASH_ATTR down(void *arg)
{
    post(((struct espconn *)arg)->reverse, EV_DOWN);
}

static void ICACHE_FLASH_ATTR failed(void *arg, sint8 error)
{
    struct link *link = ((struct espconn *)arg)->reverse;

    os_printf("%s://%s: %d\n", link->ops->name, link->host, error);
    post(link, EV_ERROR);
}

static void ICACHE_FLASH_ATTR sent(void *arg)
{
    post(((struct espconn *)arg)->reverse, EV_SENT);
}

static void ICACHE_FLASH_ATTR received(void *arg, char *data, unsigned short length)
{
    struct link *link = ((struct espconn *)arg)->reverse;

    if (link->on_line)
        link->on_line(link, data, length);
}

static void ICACHE_FLASH_ATTR ticked(void *arg)
{
    post(arg, EV_TICK);
}

static void ICACHE_FLASH_ATTR wait(struct link *link, uint32 ms)
{
    os_timer_disarm(&link->tick);
    os_timer_setfn(&link->tick, ticked, link);
    os_timer_arm(&link->tick, ms, 0);
}

static enum link_state ICACHE_FLASH_ATTR do_resolve(struct link *link)
{
    sint8 result = espconn_gethostbyname(&link->conn, link->host, &link->ip, found);

    if (result == ESPCONN_OK)
        post(link, EV_FOUND);
    else if (result != ESPCONN_INPROGRESS)
        post(link, EV_ERROR);
    return ST_RESOLVING;
}

static enum link_state ICACHE_FLASH_ATTR do_open(struct link *link)
{
    link->conn.type = ESPCONN_TCP;
    link->conn.state = ESPCONN_NONE;
    link->conn.proto.tcp = &link->tcp;
    link->tcp.remote_port = link->port;
    link->tcp.local_port = espconn_port();
    os_memcpy(link->tcp.remote_ip, &link->ip.addr, 4);
    espconn_regist_connectcb(&link->conn, up);
    espconn_regist_disconcb(&link->conn, down);
    espconn_regist_reconcb(&link->conn, failed);
    espconn_regist_recvcb(&link->conn, received);
    espconn_regist_sentcb(&link->conn, sent);
    if (link->ops->open(&link->conn) != ESPCONN_OK)
        post(link, EV_ERROR);
    return ST_OPENING;
}

static enum link_state ICACHE_FLASH_ATTR do_write(struct link *link)
{
    if (link->out_length > 0) {
        link->busy = link->ops->write(&link->conn, link->out, link->out_length) == ESPCONN_OK;
        if (link->busy)
            link->out_length = 0;
    }
    wait(link, 1000);
    return ST_UP;
}

static enum link_state ICACHE_FLASH_ATTR do_sent(struct link *link)
{
    link->busy = 0;
    return ST_UP;
}

static enum link_state ICACHE_FLASH_ATTR do_tick(struct link *link)
{
    if (!link->busy)
        return do_write(link);
    wait(link, 1000);
    return ST_UP;
}

static enum link_state ICACHE_FLASH_ATTR do_shut(struct link *link)
{
    link->ops->shut(&link->conn);
    return ST_CLOSING;
}

static enum link_state ICACHE_FLASH_ATTR do_wait(struct link *link)
{
    link->busy = 0;
    wait(link, 5000);
    return ST_WAITING;
}

static enum link_state ICACHE_FLASH_ATTR do_rest(struct link *link)
{
    os_timer_disarm(&link->tick);
    return ST_IDLE;
}

typedef enum link_state (*action_t)(struct link *);

static const action_t actions[ST_COUNT][EV_COUNT] = {
    [ST_IDLE] = { [EV_START] = do_resolve },
    [ST_RESOLVING] = { [EV_FOUND] = do_open, [EV_ERROR] = do_wait },
    [ST_OPENING] = { [EV_UP] = do_write, [EV_ERROR] = do_wait, [EV_DOWN] = do_wait },
    [ST_UP] = { [EV_TICK] = do_tick, [EV_SENT] = do_sent, [EV_START] = do_shut, [EV_DOWN] = do_wait, [EV_ERROR] = do_wait },
    [ST_CLOSING] = { [EV_DOWN] = do_rest, [EV_ERROR] = do_rest },
    [ST_WAITING] = { [EV_TICK] = do_resolve },
};

static void ICACHE_FLASH_ATTR task(os_event_t *e)
{
    struct link *link = (struct link *)e->par;
    action_t action = actions[link->state][e->sig];

    if (action != NULL)
        link->state = action(link);
}

void ICACHE_FLASH_ATTR link_start(struct link *link, const struct link_ops *ops, const char *host, uint16 port)
{
    static uint8 ready;

    if (!ready) {
        system_os_task(task, LINK_TASK, queue, sizeof(queue) / sizeof(*queue));
        ready = 1;
    }
    link->ops = ops;
    link->host = host;
    link->port = port;
    link->conn.reverse = link;
    post(link, EV_START);
}

int ICACHE_FLASH_ATTR link_print(struct link *link, const char *text)
{
    int length = os_strlen(text);

    if (link->out_length + length > sizeof(link->out))
        return -1;
    os_memcpy(link->out + link->out_length, text, length);
    link->out_length += length;
    return length;
}

void ICACHE_FLASH_ATTR link_stop(struct link *link)
{
    post(link, EV_START);
}
