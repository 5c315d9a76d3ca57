import { describeRule } from './checkSources';

const client = ['#include "espconn.h"', 'static struct espconn conn;', 'static esp_tcp tcp;'];

/** A client that opens its connection by `open` and does `body` in its receive callback. */
function received(body: string, open = 'espconn_secure_connect(&conn);'): string[] {
  return [
    ...client,
    'LOCAL void ICACHE_FLASH_ATTR on_receive(void *arg, char *data, unsigned short length)',
    '{',
    '  struct espconn *c = (struct espconn *)arg;',
    `  ${body}`,
    '}',
    'void ICACHE_FLASH_ATTR on_connect(void *arg)',
    '{',
    '  espconn_regist_recvcb(arg, on_receive);',
    '}',
    'void start(void)',
    '{',
    '  conn.type = ESPCONN_TCP;',
    '  conn.proto.tcp = &tcp;',
    '  espconn_regist_connectcb(&conn, on_connect);',
    `  ${open}`,
    '}',
  ];
}

describeRule('SSL001', {
  finds: {
    'a plain send in a program whose tests stand in for the SDK': {
      'src/main.c': [
        ...client,
        'void start(void) { espconn_secure_connect(&conn); }',
        'void report(uint8 *data, uint16 length) {',
        '  espconn_sent(&conn, data, length); //! SSL001',
        '}',
      ],
      'test/doubles/espconn.c': ['sint8 espconn_secure_connect(struct espconn *c) { return 0; }'],
    },
    'a plain send in a file with names like those of the SDK': [
      '#include "lwip/app/dhcpserver.h"',
      ...client,
      'void espconn_connected(void *arg) {}',
      'void start(void) { espconn_regist_connectcb(&conn, espconn_connected); espconn_secure_connect(&conn); }',
      'void report(uint8 *data, uint16 length) {',
      '  espconn_sent(&conn, data, length); //! SSL001',
      '}',
    ],
    'a plain send on the struct that was connected': [
      ...client,
      'void start(void) {',
      '  espconn_secure_connect(&conn);',
      '}',
      'void report(uint8 *data, uint16 length) {',
      '  espconn_sent(&conn, data, length); //! SSL001',
      '}',
    ],
    'a plain send on the argument of a callback': received('espconn_send(c, data, length); //! SSL001'),
    'a plain send to the client of a TLS server': received(
      'espconn_sent(c, data, length); //! SSL001',
      'espconn_secure_accept(&conn);',
    ),
    'a plain send through a member of a struct of the project': [
      'typedef struct { struct espconn *pCon; int port; } client_t;',
      'static client_t client;',
      'void start(void) {',
      '  client.pCon = (struct espconn *)os_zalloc(sizeof(struct espconn));',
      '  espconn_secure_connect(client.pCon);',
      '}',
      'void report(client_t *c, uint8 *data) {',
      '  espconn_sent(c->pCon, data, 3); //! SSL001',
      '}',
    ],
    'a plain send across files': {
      'user/tls.c': [
        'struct espconn tls_conn;',
        'void tls_open(void) { espconn_secure_connect(&tls_conn); }',
      ],
      'user/main.c': [
        'extern struct espconn tls_conn;',
        'void user_task(os_event_t *e) {',
        '  espconn_sent(&tls_conn, (uint8 *)"x", 1); //! SSL001',
        '}',
      ],
    },
    'a plain send in a helper that gets the connection': received('reply(c);').concat([
      'void reply(struct espconn *to) {',
      '  espconn_sent(to, (uint8 *)"ok", 2); //! SSL001',
      '}',
    ]),
    'a plain send behind a macro': [
      ...client,
      '#define NET_SEND(c, d, n) espconn_sent(c, d, n)',
      'void start(void) { espconn_secure_connect(&conn); }',
      'void report(uint8 *data) {',
      '  NET_SEND(&conn, data, 3); //! SSL001',
      '}',
    ],
    'both arms plain where the connection is chosen by a flag': [
      'typedef struct { struct espconn *pCon; uint8_t security; } client_t;',
      'void start(client_t *c) {',
      '  c->pCon = (struct espconn *)os_zalloc(sizeof(struct espconn));',
      '  if (c->security) {',
      '    espconn_secure_connect(c->pCon);',
      '  } else {',
      '    espconn_connect(c->pCon);',
      '  }',
      '}',
      'void report(client_t *c, uint8 *data) {',
      '  if (c->security) {',
      '    espconn_sent(c->pCon, data, 3); //! SSL001',
      '  } else {',
      '    espconn_sent(c->pCon, data, 3);',
      '  }',
      '}',
    ],
    'an inverted condition': [
      'typedef struct { struct espconn *pCon; uint8_t security; } client_t;',
      'void start(client_t *c) {',
      '  c->pCon = (struct espconn *)os_zalloc(sizeof(struct espconn));',
      '  if (c->security) espconn_secure_connect(c->pCon); else espconn_connect(c->pCon);',
      '}',
      'void report(client_t *c, uint8 *data) {',
      '  if (c->security != 0)',
      '    espconn_sent(c->pCon, data, 3); //! SSL001',
      '  else',
      '    espconn_secure_sent(c->pCon, data, 3);',
      '}',
    ],
    'the wrong arm of #ifdef': [
      ...client,
      'void start(void) {',
      '#ifdef CLIENT_SSL_ENABLE',
      '  espconn_secure_connect(&conn);',
      '#else',
      '  espconn_connect(&conn);',
      '#endif',
      '}',
      'void report(uint8 *data) {',
      '#ifdef CLIENT_SSL_ENABLE',
      '  espconn_sent(&conn, data, 3); //! SSL001',
      '#else',
      '  espconn_sent(&conn, data, 3);',
      '#endif',
      '}',
    ],
  },
  silent: {
    'the TLS send': received('espconn_secure_sent(c, data, length);'),
    'its alias': received('espconn_secure_send(c, data, length);'),
    'plain TCP': received('espconn_sent(c, data, length);', 'espconn_connect(&conn);'),
    '#ifdef around each pair': [
      ...client,
      'void start(void) {',
      '#ifdef CLIENT_SSL_ENABLE',
      '  espconn_secure_connect(&conn);',
      '#else',
      '  espconn_connect(&conn);',
      '#endif',
      '}',
      'void report(uint8 *data) {',
      '#ifdef CLIENT_SSL_ENABLE',
      '  espconn_secure_sent(&conn, data, 3);',
      '#else',
      '  espconn_sent(&conn, data, 3);',
      '#endif',
      '}',
    ],
    '#if inside of an argument list and between if and else': [
      ...client,
      'int on;',
      'void start(void) {',
      '#if USE_TLS',
      '  if (on) espconn_secure_connect(&conn);',
      '#else',
      '  if (on) {',
      '    espconn_connect(&conn);',
      '  }',
      '#endif',
      '}',
      'void report(uint8 *data) {',
      '#if USE_TLS',
      '  espconn_secure_sent(',
      '#else',
      '  espconn_sent(',
      '#endif',
      '    &conn, data,',
      '#if LONG',
      '    1000',
      '#else',
      '    3',
      '#endif',
      '  );',
      '}',
    ],
    'a name chosen by the preprocessor': {
      'include/net.h': [
        '#ifdef USE_SSL',
        '#define net_connect espconn_secure_connect',
        '#define net_sent espconn_secure_sent',
        '#else',
        '#define net_connect espconn_connect',
        '#define net_sent espconn_sent',
        '#endif',
      ],
      'user/a.c': ['#include "net.h"', 'struct espconn conn;', 'void a(void) { net_connect(&conn); }'],
      'user/b.c': [
        '#include "net.h"',
        'extern struct espconn conn;',
        'void b(uint8 *d) { net_sent(&conn, d, 3); }',
      ],
    },
    'a flag in the struct': [
      'typedef struct { struct espconn *pCon; uint8_t security; } client_t;',
      'void start(client_t *c) {',
      '  c->pCon = (struct espconn *)os_zalloc(sizeof(struct espconn));',
      '  if (c->security) espconn_secure_connect(c->pCon); else espconn_connect(c->pCon);',
      '}',
      'void report(client_t *c, uint8 *data) {',
      '  c->security ? espconn_secure_sent(c->pCon, data, 3) : espconn_sent(c->pCon, data, 3);',
      '}',
      'void other(client_t *c, uint8 *data) {',
      '  if (!c->security) {',
      '    espconn_sent(c->pCon, data, 3);',
      '    return;',
      '  }',
      '  espconn_secure_sent(c->pCon, data, 3);',
      '}',
    ],
    'a bit of the flags, and a port': [
      'typedef struct { struct espconn *pCon; unsigned secure : 1; int port; } client_t;',
      'void start(client_t *c) {',
      '  c->pCon = (struct espconn *)os_zalloc(sizeof(struct espconn));',
      '  if (c->port == 443) espconn_secure_connect(c->pCon); else espconn_connect(c->pCon);',
      '}',
      'void report(client_t *c, uint8 *data) {',
      '  if (c->port != 443) espconn_sent(c->pCon, data, 3); else espconn_secure_sent(c->pCon, data, 3);',
      '}',
      'void bits(client_t *c, uint8 *data) {',
      '  if (c->secure) espconn_secure_sent(c->pCon, data, 3); else espconn_sent(c->pCon, data, 3);',
      '}',
    ],
    'UDP beside TLS': [
      ...client,
      'static struct espconn find;',
      'void found(void *arg, char *data, unsigned short length) { espconn_sent(&find, (uint8 *)data, length); }',
      'void start(void) {',
      '  espconn_secure_accept(&conn);',
      '  find.type = ESPCONN_UDP;',
      '  espconn_regist_recvcb(&find, found);',
      '  espconn_create(&find);',
      '}',
    ],
    'a plain server beside a TLS client, with callbacks of their own': [
      ...client,
      'static struct espconn web;',
      'void web_receive(void *arg, char *d, unsigned short n) { espconn_sent(arg, (uint8 *)d, n); }',
      'void web_connect(void *arg) { espconn_regist_recvcb(arg, web_receive); }',
      'void tls_receive(void *arg, char *d, unsigned short n) { espconn_secure_sent(arg, (uint8 *)d, n); }',
      'void start(void) {',
      '  espconn_regist_connectcb(&web, web_connect);',
      '  espconn_accept(&web);',
      '  espconn_regist_recvcb(&conn, tls_receive);',
      '  espconn_secure_connect(&conn);',
      '}',
    ],
    'comments and dead code': [
      ...client,
      'void start(void) { espconn_secure_connect(&conn); }',
      '/* espconn_sent(&conn, d, 3); */',
      '#if 0',
      "void old(uint8 *d) { don't { espconn_sent(&conn, d, 3); }",
      '#endif',
      'void dead(uint8 *d) { if (0) espconn_sent(&conn, d, 3); // espconn_sent(&conn, d, 3);',
      '}',
    ],
    'a NOLINT mark': received('espconn_sent(c, data, length); // NOLINT(SSL001)'),
    'a helper with a flag from outside': [
      ...client,
      'static struct espconn plain;',
      'void net_send(struct espconn *c, uint8 *d, int tls) {',
      '  if (tls) espconn_secure_sent(c, d, 3); else espconn_sent(c, d, 3);',
      '}',
      'void start(void) { espconn_secure_connect(&conn); espconn_connect(&plain); }',
      'void report(uint8 *d) { net_send(&conn, d, 1); net_send(&plain, d, 0); }',
    ],
  },
});

describeRule('SSL002', {
  finds: {
    'a plain disconnect from a timer': [
      ...client,
      'static os_timer_t timer;',
      'void close(void *arg) {',
      '  espconn_disconnect((struct espconn *)arg); //! SSL002',
      '}',
      'void start(void) {',
      '  os_timer_setfn(&timer, (os_timer_func_t *)close, &conn);',
      '  espconn_secure_connect(&conn);',
      '}',
    ],
    espconn_abort: [
      ...client,
      'void start(void) { espconn_secure_connect(&conn); }',
      'void stop(void) {',
      '  espconn_abort(&conn); //! SSL002',
      '}',
    ],
    'a struct that only its calls tell about': [
      'void bye(struct espconn *c, uint8 *d) {',
      '  espconn_secure_sent(c, d, 3);',
      '  espconn_disconnect(c); //! SSL002',
      '}',
    ],
  },
  silent: {
    'the TLS disconnect': [
      ...client,
      'void start(void) { espconn_secure_connect(&conn); }',
      'void stop(void) { espconn_secure_disconnect(&conn); }',
    ],
    'a flag and early return': [
      'typedef struct { struct espconn *c; int tls; } link_t;',
      'void open(link_t *l) { l->c = (struct espconn *)os_zalloc(28); if (l->tls == 1) { espconn_secure_connect(l->c); return; } espconn_connect(l->c); }',
      'void stop(link_t *l) { if (l->tls == 1) { espconn_secure_disconnect(l->c); return; } espconn_disconnect(l->c); }',
    ],
    'a project that has its own TLS library': [
      ...client,
      'sint8 espconn_secure_connect(struct espconn *c) { return 0; }',
      'void start(void) { espconn_secure_connect(&conn); }',
      'void stop(void) { espconn_disconnect(&conn); }',
    ],
  },
});

describeRule('SSL003', {
  finds: {
    'a TLS send by the condition under which a plain connection is opened': [
      ...client,
      'typedef struct { int secure; } link_t;',
      'static link_t l;',
      'void start(void) { if (l.secure) { espconn_connect(&conn); return; } espconn_connect(&conn); }',
      'void report(uint8 *data, uint16 length) {',
      '  if (l.secure) {',
      '    espconn_secure_sent(&conn, data, length); //! SSL003',
      '    return;',
      '  }',
      '  espconn_sent(&conn, data, length);',
      '}',
    ],
    'a TLS send on a plain connection': received(
      'espconn_secure_sent(c, data, length); //! SSL003',
      'espconn_connect(&conn);',
    ),
  },
  silent: {
    'the plain send': received('espconn_sent(c, data, length);', 'espconn_connect(&conn);'),
    'a choice of which only the plain part is opened here': [
      ...client,
      'typedef struct { int secure; } link_t;',
      'static link_t l;',
      'void start(void) { espconn_connect(&conn); }',
      'void report(uint8 *data, uint16 length) {',
      '  if (l.secure) espconn_secure_sent(&conn, data, length); else espconn_sent(&conn, data, length);',
      '}',
    ],
  },
});

/** Two servers, one with TLS, of which the clients share their callbacks; `registers` is done for each client. */
function twoServers(registers: string, close: string): string[] {
  return [
    '#include "espconn.h"',
    'static struct espconn page, panel;',
    'static os_timer_t timer;',
    'static void close(void *arg) {',
    `  ${close}`,
    '}',
    'static void sent(void *arg) { os_timer_setfn(&timer, close, arg); os_timer_arm(&timer, 100, 0); }',
    'static void connected(void *arg) {',
    '  struct espconn *conn = arg;',
    `  ${registers}`,
    '}',
    'static void listen(struct espconn *conn) { espconn_regist_connectcb(conn, connected); }',
    'void start(void) {',
    '  listen(&page); espconn_accept(&page);',
    '  listen(&panel); espconn_secure_accept(&panel);',
    '}',
  ];
}

describeRule('SSL004', {
  finds: {
    'a TLS disconnect of the clients of two servers': twoServers(
      'espconn_regist_sentcb(conn, sent);',
      'espconn_secure_disconnect(arg); //! SSL004',
    ),
    'a TLS disconnect of a plain connection': [
      ...client,
      'void start(void) { espconn_connect(&conn); }',
      'void stop(void) {',
      '  espconn_secure_disconnect(&conn); //! SSL004',
      '}',
    ],
  },
  silent: {
    'the plain one': [
      ...client,
      'void start(void) { espconn_connect(&conn); }',
      'void stop(void) { espconn_disconnect(&conn); }',
    ],
    'a callback that only the clients of the TLS server have': twoServers(
      'if (conn->proto.tcp->local_port == 443) espconn_regist_sentcb(conn, sent);',
      'espconn_secure_disconnect(arg);',
    ),
  },
});

describeRule('SSL005', {
  finds: {
    'a reconnect by the other function': [
      ...client,
      'static os_timer_t timer;',
      'void again(void *arg) {',
      '  espconn_connect(&conn); //! SSL005',
      '}',
      'void lost(void *arg, sint8 err) { os_timer_setfn(&timer, again, NULL); os_timer_arm(&timer, 1000, 0); }',
      'void start(void) { espconn_regist_reconcb(&conn, lost); espconn_secure_connect(&conn); }',
      'void report(uint8 *d) { espconn_secure_sent(&conn, d, 3); }',
    ],
    'the other function where the first has succeeded': [
      ...client,
      'void start(int ready) {',
      '  if (!ready || espconn_secure_connect(&conn) != ESPCONN_OK) return;',
      '  espconn_connect(&conn); //! SSL005',
      '}',
    ],
  },
  silent: {
    'the other function where the first has failed': [
      ...client,
      'void start(void) { if (espconn_secure_connect(&conn) != ESPCONN_OK) espconn_connect(&conn); }',
    ],
    'two paths that a caller chooses': [
      ...client,
      'void start_tls(void) { espconn_secure_connect(&conn); }',
      'void start_plain(void) { espconn_connect(&conn); }',
      'void start(int tls) { if (tls) start_tls(); else start_plain(); }',
    ],
    'connecting again': [
      ...client,
      'void again(void *arg) { espconn_secure_connect(&conn); }',
      'void start(void) { espconn_secure_connect(&conn); }',
    ],
  },
});

describeRule('SSL006', {
  finds: {
    'one struct for both servers': [
      ...client,
      'void start(void) {',
      '  espconn_secure_accept(&conn);',
      '  espconn_accept(&conn); //! SSL006',
      '}',
    ],
    'one port for both servers': [
      ...client,
      '#define PORT 443',
      'static struct espconn web; static esp_tcp web_tcp;',
      'void start(void) {',
      '  conn.proto.tcp = &tcp; conn.proto.tcp->local_port = PORT;',
      '  web.proto.tcp = &web_tcp; web_tcp.local_port = 443;',
      '  espconn_secure_accept(&conn);',
      '  espconn_accept(&web); //! SSL006',
      '}',
    ],
  },
  silent: {
    'a port for each': [
      ...client,
      'static struct espconn web; static esp_tcp web_tcp;',
      'void start(void) {',
      '  conn.proto.tcp = &tcp; conn.proto.tcp->local_port = 443;',
      '  web.proto.tcp = &web_tcp; web.proto.tcp->local_port = 80;',
      '  espconn_secure_accept(&conn);',
      '  espconn_accept(&web);',
      '}',
    ],
    'one by configuration': [
      ...client,
      'void start(void) {',
      '#ifdef SERVER_SSL_ENABLE',
      '  espconn_secure_accept(&conn);',
      '#else',
      '  espconn_accept(&conn);',
      '#endif',
      '}',
    ],
  },
});

describeRule('SSL007', {
  finds: {
    'a TLS server': [
      ...client,
      'void start(void) { espconn_secure_accept(&conn); }',
      'void stop(void) {',
      '  espconn_delete(&conn); //! SSL007',
      '}',
    ],
  },
  silent: {
    'a client that is TLS by a flag': [
      'typedef struct { struct espconn *c; int tls; } link_t;',
      'void open(link_t *l) { l->c = (struct espconn *)os_zalloc(28); if (l->tls) espconn_secure_connect(l->c); else espconn_connect(l->c); }',
      'void drop(link_t *l) { espconn_delete(l->c); os_free(l->c); }',
    ],
  },
});

describeRule('SSL008', {
  finds: {
    'keep-alive on TLS': received('espconn_set_opt(c, ESPCONN_KEEPALIVE); //! SSL008'),
  },
  silent: {
    'keep-alive on TCP': received('espconn_set_opt(c, ESPCONN_KEEPALIVE);', 'espconn_connect(&conn);'),
  },
});

describeRule('SSL009', {
  finds: {
    'holding TLS data': received('espconn_recv_hold(c); //! SSL009'),
    'holding TLS data, where it is closed otherwise': received(
      'if (length == 0) espconn_secure_disconnect(c); else espconn_recv_hold(c); //! SSL009',
    ),
  },
  silent: { 'holding TCP data': received('espconn_recv_hold(c);', 'espconn_connect(&conn);') },
});

describeRule('SSL010', {
  finds: {
    'an idle timeout for a TLS server': [
      ...client,
      'void start(void) {',
      '  espconn_secure_accept(&conn);',
      '  espconn_regist_time(&conn, 30, 0); //! SSL010',
      '}',
    ],
  },
  silent: {
    'an idle timeout for a plain server': [
      ...client,
      'void start(void) { espconn_accept(&conn); espconn_regist_time(&conn, 30, 0); }',
    ],
  },
});

describeRule('SSL011', {
  finds: {
    'TLS over UDP': [
      ...client,
      'void start(void) {',
      '  conn.type = ESPCONN_UDP;',
      '  espconn_secure_connect(&conn); //! SSL011',
      '}',
    ],
  },
  silent: {
    'TLS over TCP': [
      ...client,
      'void start(void) { conn.type = ESPCONN_TCP; espconn_secure_connect(&conn); }',
    ],
    UDP: [...client, 'void start(void) { conn.type = ESPCONN_UDP; espconn_create(&conn); }'],
  },
});

/** Clients of a plain and of a TLS server in one pool, told apart by a flag of the pool; `send` and `close` are how. */
function pool(send: string[], close: string[]): string[] {
  return [
    '#include "espconn.h"',
    '#define MAX 4',
    'struct client { struct espconn *conn; unsigned tls : 1; uint8 out[64]; int length; };',
    'static struct client pool[MAX];',
    'static struct espconn page, panel;',
    'static void send(struct client *c) {',
    '  if (c->length == 0) return;',
    ...send.map(line => `  ${line}`),
    '}',
    'static void close(void *arg) {',
    '  struct client *c = arg;',
    ...close.map(line => `  ${line}`),
    '}',
    'static void sent(void *arg) { send(&pool[0]); close(&pool[0]); }',
    'static void connected(void *arg) {',
    '  struct espconn *conn = arg;',
    '  int i;',
    '  for (i = 0; i < MAX; i++) if (pool[i].conn == NULL) break;',
    '  if (i == MAX) return;',
    '  pool[i].conn = conn;',
    '  pool[i].tls = conn->proto.tcp->local_port == 443;',
    '  espconn_regist_sentcb(conn, sent);',
    '}',
    'static void listen(struct espconn *conn, int tls) {',
    '  espconn_regist_connectcb(conn, connected);',
    '  if (tls) espconn_secure_accept(conn); else espconn_accept(conn);',
    '}',
    'void start(void) { listen(&page, 0); listen(&panel, 1); }',
  ];
}

const secureSend = 'espconn_secure_sent(c->conn, c->out, c->length);';
const plainSend = 'espconn_sent(c->conn, c->out, c->length);';
const sendByFlag = [`if (c->tls) ${secureSend}`, `else ${plainSend}`];
const closeByFlag = ['if (c->tls) espconn_secure_disconnect(c->conn);', 'else espconn_disconnect(c->conn);'];

describeRule('SSL001', {
  finds: {
    'plain under the flag that elsewhere means TLS': pool(
      [`if (c->tls) ${plainSend} //! SSL001`, `else ${plainSend}`],
      closeByFlag,
    ),
  },
  silent: {
    'clients of two servers, each by its flag': pool(sendByFlag, closeByFlag),
    'a flag that means different things': pool(
      [`if (c->tls) ${secureSend}`, `else ${plainSend}`],
      ['if (c->tls) espconn_disconnect(c->conn);', 'else espconn_secure_disconnect(c->conn);'],
    ),
  },
});

describeRule('SSL002', {
  finds: {
    'a close of all, in a pool with TLS': pool(sendByFlag, ['espconn_disconnect(c->conn); //! SSL002']),
  },
  silent: {
    'a close of those that a condition chooses': pool(sendByFlag, [
      'if (c->length > 0) espconn_disconnect(c->conn);',
    ]),
  },
});

describeRule('SSL003', {
  finds: {
    'TLS where the flag says plain': pool(
      [`if (c->tls) ${secureSend}`, `else ${secureSend} //! SSL003`],
      closeByFlag,
    ),
  },
  silent: {
    'a flag that is looked at in another order': pool(
      [`if (!c->tls) ${plainSend}`, `else ${secureSend}`],
      closeByFlag,
    ),
  },
});

describeRule('SSL006', {
  finds: {
    'one port that a function is given twice': [
      '#include "espconn.h"',
      'static struct espconn page, panel; static esp_tcp page_tcp, panel_tcp;',
      'static void listen(struct espconn *conn, esp_tcp *tcp, int port, int tls) {',
      '  conn->proto.tcp = tcp;',
      '  tcp->local_port = port;',
      '  if (tls) espconn_secure_accept(conn);',
      '  else espconn_accept(conn); //! SSL006',
      '}',
      'void start(void) { listen(&page, &page_tcp, 443, 0); listen(&panel, &panel_tcp, 443, 1); }',
    ],
  },
  silent: {
    'two ports that a function is given': [
      '#include "espconn.h"',
      'static struct espconn page, panel; static esp_tcp page_tcp, panel_tcp;',
      'static void listen(struct espconn *conn, esp_tcp *tcp, int port, int tls) {',
      '  conn->proto.tcp = tcp;',
      '  tcp->local_port = port;',
      '  if (tls) espconn_secure_accept(conn); else espconn_accept(conn);',
      '}',
      'void start(void) { listen(&page, &page_tcp, 80, 0); listen(&panel, &panel_tcp, 443, 1); }',
    ],
    'a kind that is not known': [
      '#include "espconn.h"',
      'static struct espconn panel;',
      'static void listen(struct espconn *conn, int tls) {',
      '  if (tls) espconn_secure_accept(conn); else espconn_accept(conn);',
      '}',
      'void start(int tls) { listen(&panel, tls); }',
    ],
  },
});

describeRule('SSL008', {
  finds: {
    'options of all clients of two servers': twoServers(
      'espconn_set_opt(conn, ESPCONN_NODELAY); //! SSL008',
      'return;',
    ),
  },
  silent: {
    'options of the clients at a port': twoServers(
      'if (conn->proto.tcp->local_port == 80) espconn_set_opt(conn, ESPCONN_NODELAY);',
      'return;',
    ),
  },
});

/** Two tables of functions, one for each kind of connection. */
function callTables(plain: string, tls: string): string[] {
  return [
    '#include "espconn.h"',
    'struct ops { const char *name; sint8 (*open)(struct espconn *); sint8 (*write)(struct espconn *, uint8 *, uint16); };',
    'static sint8 tls_open(struct espconn *c) { espconn_secure_set_size(1, 4096); return espconn_secure_connect(c); }',
    'static sint8 tls_write(struct espconn *c, uint8 *d, uint16 n) { return espconn_secure_sent(c, d, n); }',
    'static sint8 tcp_write(struct espconn *c, uint8 *d, uint16 n) { return espconn_sent(c, d, n); }',
    'static struct espconn log;',
    'static sint8 log_write(struct espconn *c, uint8 *d, uint16 n) { return espconn_sent(&log, d, n); }',
    `static const struct ops plain = { "tcp", espconn_connect, ${plain}`,
    `static const struct ops tls = { .name = "tls", .open = tls_open, .write = ${tls}`,
    'struct link { struct espconn conn; const struct ops *ops; };',
    'static struct link a, b;',
    'static void run(struct link *l) { l->ops->open(&l->conn); l->ops->write(&l->conn, 0, 1); }',
    'void start(void) { a.ops = &plain; b.ops = &tls; run(&a); run(&b); }',
  ];
}

describeRule('SSL001', {
  finds: {
    'a plain function in the table for TLS': callTables('tcp_write };', 'tcp_write }; //! SSL001'),
    'the SDK’s own function in the table for TLS': callTables('tcp_write };', 'espconn_sent }; //! SSL001'),
  },
  silent: {
    'tables for one kind each': callTables('tcp_write };', 'tls_write };'),
    'a function that writes elsewhere': callTables('tcp_write };', 'log_write };'),
  },
});

describeRule('SSL003', {
  finds: { 'a function for TLS in the plain table': callTables('tls_write }; //! SSL003', 'tls_write };') },
  silent: { 'tables for one kind each': callTables('espconn_sent };', 'espconn_secure_sent };') },
});

/** Calls whose names a macro puts together. */
const pasting = (group: string) => [
  ...client,
  `#define NET(call) ${group}##call`,
  '#define ON(event, c, fn) espconn_regist_##event##cb((c), (fn))',
  '#define CALLBACK(name) static void ICACHE_FLASH_ATTR name',
];

describeRule('SSL001', {
  finds: {
    'a plain call beside those that a macro puts together': [
      ...pasting('espconn_secure_'),
      'CALLBACK(on_receive)(void *arg, char *data, unsigned short length)',
      '{',
      '  espconn_sent(arg, data, length); //! SSL001',
      '}',
      'void start(void) { ON(recv, &conn, on_receive); NET(connect)(&conn); }',
    ],
  },
  silent: {
    'calls that a macro puts together': [
      ...pasting('espconn_secure_'),
      'CALLBACK(on_receive)(void *arg, char *data, unsigned short length) { NET(sent)(arg, data, length); }',
      'void start(void) { ON(recv, &conn, on_receive); NET(connect)(&conn); }',
    ],
    'plain calls where the macro makes plain ones': [
      ...pasting('espconn_'),
      'CALLBACK(on_receive)(void *arg, char *data, unsigned short length) { espconn_sent(arg, data, length); }',
      'void start(void) { ON(recv, &conn, on_receive); NET(connect)(&conn); }',
    ],
  },
});

/** Two tasks, each for a connection of its own; `closes` is what the plain one is posted. */
const tasks = (closes: string, mark = '') => [
  ...client,
  'static struct espconn log;',
  'static os_event_t queue[4], plain_queue[4];',
  'static void close_tls(os_event_t *e) { espconn_secure_disconnect((struct espconn *)e->par); }',
  'static void close_plain(os_event_t *e) {',
  `  espconn_disconnect((struct espconn *)e->par);${mark}`,
  '}',
  'static void gone(void *arg) {',
  '  system_os_post(0, 0, (os_param_t)&conn);',
  `  system_os_post(1, 0, (os_param_t)${closes});`,
  '}',
  'void start(void) {',
  '  system_os_task(close_tls, 0, queue, 4);',
  '  system_os_task(close_plain, 1, plain_queue, 4);',
  '  espconn_secure_connect(&conn);',
  '  espconn_connect(&log);',
  '}',
];

describeRule('SSL002', {
  finds: { 'a plain task that is posted a TLS connection': tasks('&conn', ' //! SSL002') },
  silent: { 'tasks for one kind each': tasks('&log') },
});
describeRule('SSL004', {
  finds: {},
  silent: { 'tasks for one kind each': tasks('&log') },
});
