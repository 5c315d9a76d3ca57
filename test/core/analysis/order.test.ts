import assert from 'node:assert/strict';
import { check, describeRule, ruleNamed, type Snippet, type SnippetOptions } from './checkSources';

const conn = ['static struct espconn conn;', 'static esp_tcp tcp;', 'static os_timer_t timer;'];

/** A program whose functions are these. */
function program(...lines: string[]): Snippet {
  return [...conn, ...lines];
}

/** A TLS client with callbacks; `receive`, `lost` and `gone` are what its callbacks do. */
function client({ connect = '', receive = '', sent = '', lost = '', gone = '', start = '' }): string[] {
  return [
    ...conn,
    'void later(void *arg) { espconn_secure_connect((struct espconn *)arg); }',
    'void close_later(void *arg) { espconn_secure_disconnect((struct espconn *)arg); }',
    'void on_receive(void *arg, char *data, unsigned short length)',
    '{',
    '    struct espconn *c = arg;',
    `    ${receive}`,
    '}',
    'void on_sent(void *arg)',
    '{',
    `    ${sent}`,
    '}',
    'void on_lost(void *arg, sint8 err)',
    '{',
    `    ${lost}`,
    '}',
    'void on_gone(void *arg)',
    '{',
    `    ${gone}`,
    '}',
    'void on_connect(void *arg)',
    '{',
    '    espconn_regist_recvcb(arg, on_receive);',
    '    espconn_regist_sentcb(arg, on_sent);',
    `    ${connect}`,
    '}',
    'void begin(void)',
    '{',
    '    conn.type = ESPCONN_TCP;',
    '    conn.proto.tcp = &tcp;',
    '    espconn_regist_connectcb(&conn, on_connect);',
    '    espconn_regist_reconcb(&conn, on_lost);',
    '    espconn_regist_disconcb(&conn, on_gone);',
    '    espconn_secure_connect(&conn);',
    `    ${start}`,
    '}',
  ];
}

describeRule('SSL020', {
  finds: {
    'a size set after connect, under a condition about two instances of one struct': program(
      'static ip_addr_t known;',
      'void found(const char *name, ip_addr_t *ip, void *arg) {',
      '    if (known.addr == 0 && ip->addr != 0) {',
      '        espconn_secure_connect(&conn);',
      '        espconn_secure_set_size(ESPCONN_CLIENT, 4096); //! SSL020',
      '    }',
      '}',
    ),
    'a size set after connect': program(
      'void start(void) {',
      '    espconn_secure_connect(&conn);',
      '    espconn_secure_set_size(ESPCONN_CLIENT, 4096); //! SSL020',
      '}',
    ),
    'a size set in the connect callback': client({
      connect: 'espconn_secure_set_size(0x01, 4096); //! SSL020',
    }),
    'a size set after a helper that connects': program(
      'void open(void) { espconn_secure_connect(&conn); }',
      'void start(void) {',
      '    open();',
      '    espconn_secure_set_size(ESPCONN_BOTH, 4096); //! SSL020',
      '}',
    ),
  },
  silent: {
    'a size set before': program(
      'void start(void) { espconn_secure_set_size(1, 4096); espconn_secure_connect(&conn); }',
    ),
    'the size of the server set after the client': program(
      'static struct espconn server;',
      'void start(void) { espconn_secure_connect(&conn); espconn_secure_set_size(ESPCONN_SERVER, 4096); espconn_secure_accept(&server); }',
    ),
    'the other arm': program(
      'void start(int ip) { if (ip) { espconn_secure_connect(&conn); } else { espconn_secure_set_size(1, 4096); } }',
    ),
    'the next connection from the disconnect callback': client({
      gone: 'espconn_secure_set_size(1, 4096); os_timer_setfn(&timer, later, arg); os_timer_arm(&timer, 1000, 0);',
    }),
    'a comment': client({ start: '//espconn_secure_set_size(0x01,6*1024);' }),
  },
});

describeRule('SSL021', {
  finds: {
    'verification switched on after connect': program(
      'void start(void) {',
      '    espconn_secure_connect(&conn);',
      '    espconn_secure_ca_enable(ESPCONN_CLIENT, 0x77); //! SSL021',
      '}',
    ),
    'verification switched on in the connect callback': client({
      connect: 'espconn_secure_ca_enable(1, 0x77); //! SSL021',
    }),
    'verification after connect, under a condition on two structs': program(
      'static ip_addr_t server;',
      'void found(const char *n, ip_addr_t *ip, void *arg) {',
      '    if (server.addr == 0 && ip->addr != 0) {',
      '        espconn_secure_connect(&conn);',
      '        espconn_secure_ca_enable(ESPCONN_CLIENT, 0x77); //! SSL021',
      '    }',
      '}',
    ),
  },
  silent: {
    'arms that one struct decides about': program(
      'static ip_addr_t server;',
      'void found(void) {',
      '    if (server.addr == 0) espconn_secure_connect(&conn);',
      '    if (server.addr != 0) espconn_secure_ca_enable(ESPCONN_CLIENT, 0x77);',
      '}',
    ),
    'verification in both paths, before each connect': program(
      'void found(const char *n, ip_addr_t *ip, void *arg) { espconn_secure_ca_enable(1, 0x77); espconn_secure_connect((struct espconn *)arg); }',
      'void start(void) { if (espconn_gethostbyname(&conn, "h", 0, found) == 0) { espconn_secure_ca_enable(1, 0x77); espconn_secure_connect(&conn); } }',
    ),
    'a level that folds to dead code': program(
      '#define DEFAULT_SECURITY 1',
      'void start(void) { espconn_secure_connect(&conn); if (DEFAULT_SECURITY >= 2) espconn_secure_ca_enable(1, 0x77); }',
    ),
  },
});

describeRule('SSL022', {
  finds: {
    'an own certificate after connect': program(
      'void start(void) {',
      '    espconn_secure_connect(&conn);',
      '    espconn_secure_cert_req_enable(1, 0x78); //! SSL022',
      '}',
    ),
  },
  silent: {
    'an own certificate before': program(
      'void start(void) { espconn_secure_cert_req_enable(1, 0x78); espconn_secure_connect(&conn); }',
    ),
  },
});

describeRule('SSL023', {
  finds: {
    'two calls': program(
      'void start(void) {',
      '    espconn_secure_accept(&conn);',
      '    espconn_secure_accept(&conn); //! SSL023',
      '}',
    ),
    'each call behind the first, once': program(
      'void start(void) {',
      '    espconn_secure_accept(&conn);',
      '    espconn_secure_accept(&conn); //! SSL023',
      '    espconn_secure_accept(&conn); //! SSL023',
      '}',
    ),
    'a call whenever the station gets its address': program(
      'void on_wifi(System_Event_t *e) {',
      '    switch (e->event) {',
      '    case EVENT_STAMODE_GOT_IP:',
      '        espconn_secure_accept(&conn); //! SSL023',
      '        break;',
      '    }',
      '}',
      'void user_init(void) { wifi_set_event_handler_cb(on_wifi); }',
    ),
    'a timer that goes on': program(
      'void tick(void *arg) {',
      '    if (wifi_station_get_connect_status() == STATION_GOT_IP)',
      '        espconn_secure_accept(&conn); //! SSL023',
      '}',
      'void user_init(void) { os_timer_setfn(&timer, tick, NULL); os_timer_arm(&timer, 1000, 1); }',
    ),
    'two servers': program(
      'static struct espconn other;',
      'void admin(void) {',
      '    espconn_secure_accept(&other); //! SSL023',
      '}',
      'void web(void) { espconn_secure_accept(&conn); }',
      'void user_init(void) { web(); admin(); }',
    ),
    'a function that is called twice': program(
      'void listen(int port) { tcp.local_port = port; espconn_secure_accept(&conn); }',
      'void user_init(void) {',
      '    listen(443);',
      '    listen(8443); //! SSL023',
      '}',
    ),
    'a callback of a client that leaves': program(
      'void gone(void *arg) {',
      '    espconn_secure_accept(&conn); //! SSL023',
      '}',
      'void user_init(void) { espconn_regist_disconcb(&conn, gone); espconn_secure_accept(&conn); }',
    ),
  },
  silent: {
    'a function that is called twice, for TLS once': program(
      'void listen(struct espconn *c, int tls) { if (tls) espconn_secure_accept(c); else espconn_accept(c); }',
      'static struct espconn other;',
      'void user_init(void) { listen(&conn, 1); listen(&other, 0); }',
    ),
    'a callback that ends the server first': program(
      'void gone(void *arg) { if (espconn_secure_delete(&conn) == 0) espconn_secure_accept(&conn); }',
      'void user_init(void) { espconn_regist_disconcb(&conn, gone); espconn_secure_accept(&conn); }',
    ),
    'a flag that it was started': program(
      'static int started;',
      'void on_wifi(System_Event_t *e) { if (e->event == EVENT_STAMODE_GOT_IP && !started) { started = 1; espconn_secure_accept(&conn); } }',
      'void user_init(void) { wifi_set_event_handler_cb(on_wifi); }',
    ),
    'a timer that stops itself': program(
      'void tick(void *arg) { if (wifi_station_get_connect_status() == STATION_GOT_IP) { os_timer_disarm(&timer); espconn_secure_accept(&conn); } }',
      'void user_init(void) { os_timer_setfn(&timer, tick, NULL); os_timer_arm(&timer, 1000, 1); }',
    ),
    'ending it first': program(
      'void again(void) { if (espconn_secure_delete(&conn) == 0) { espconn_secure_accept(&conn); } }',
      'void user_init(void) { espconn_secure_accept(&conn); }',
    ),
    'one or the other by the flash map': program(
      'void start(void) {',
      '#if SPI_FLASH_SIZE_MAP == 6',
      '    espconn_secure_accept(&conn);',
      '#else',
      '    espconn_secure_accept(&conn);',
      '#endif',
      '}',
    ),
  },
});

describeRule('SSL024', {
  finds: {
    'two calls in one arm': program(
      'void start(int secure) {',
      '    if (secure) {',
      '        espconn_secure_connect(&conn);',
      '        espconn_secure_connect(&conn); //! SSL024',
      '    }',
      '}',
    ),
    'two calls': program(
      'void start(void) {',
      '    espconn_secure_connect(&conn);',
      '    espconn_secure_connect(&conn); //! SSL024',
      '}',
    ),
    'two calls under one condition': program(
      'void start(int tls) {',
      '    if (tls > 1) {',
      '        espconn_secure_connect(&conn);',
      '        espconn_secure_connect(&conn); //! SSL024',
      '    }',
      '}',
    ),
    'a timer that repeats, behind checks of pointers': program(
      'void tick(void *arg) {',
      '    struct espconn *own = arg;',
      '    if (arg == NULL || !own) return;',
      '    espconn_secure_connect(&conn); //! SSL024',
      '}',
      'void on_ip(void) { os_timer_setfn(&timer, tick, NULL); os_timer_arm(&timer, 5000, 1); }',
    ),
    'a timer that repeats': program(
      'void tick(void *arg) {',
      '    espconn_secure_connect(&conn); //! SSL024',
      '}',
      'void on_ip(void) { os_timer_setfn(&timer, tick, NULL); os_timer_arm(&timer, 5000, 1); }',
    ),
  },
  silent: {
    'DNS or address': program(
      'void found(const char *n, ip_addr_t *ip, void *arg) { espconn_secure_connect((struct espconn *)arg); }',
      'void start(void) { if (espconn_gethostbyname(&conn, "h", 0, found) == ESPCONN_OK) espconn_secure_connect(&conn); }',
    ),
    'another try after a failure, in one arm': program(
      'void start(int secure) {',
      '    if (secure) { sint8 r = espconn_secure_connect(&conn); if (r == ESPCONN_MEM) espconn_secure_connect(&conn); }',
      '}',
    ),
    'two calls in two arms': program(
      'void start(int fast) {',
      '    if (fast) espconn_secure_connect(&conn);',
      '    else if (conn.proto.tcp) espconn_secure_connect(&conn);',
      '}',
    ),
    'a reconnect by timer': client({
      lost: 'os_timer_setfn(&timer, later, arg); os_timer_arm(&timer, 1000, 0);',
    }),
    'a timer that looks at a pointer and a state': program(
      'static int state;',
      'void tick(void *arg) { if (arg == NULL || state > 1) return; espconn_secure_connect(&conn); }',
      'void on_ip(void) { os_timer_setfn(&timer, tick, NULL); os_timer_arm(&timer, 5000, 1); }',
    ),
    'a timer that looks at the state': program(
      'static int connected;',
      'void tick(void *arg) { if (!connected) espconn_secure_connect(&conn); }',
      'void on_ip(void) { os_timer_setfn(&timer, tick, NULL); os_timer_arm(&timer, 5000, 1); }',
    ),
    'two calls under conditions of their own': program(
      'void start(int a, int b) { if (a > 1) espconn_secure_connect(&conn); if (b > 1) espconn_secure_connect(&conn); }',
    ),
    'a second try on failure': program(
      'void start(void) { if (espconn_secure_connect(&conn) != 0) espconn_secure_connect(&conn); }',
    ),
  },
});

describeRule('SSL025', {
  finds: {
    'two clients': program(
      'static struct espconn other;',
      'void start(void) {',
      '    espconn_secure_connect(&conn);',
      '    espconn_secure_connect(&other); //! SSL025',
      '}',
    ),
  },
  silent: {
    'one of two': program(
      'static struct espconn other;',
      'void start(int which) { if (which) espconn_secure_connect(&conn); else espconn_secure_connect(&other); }',
    ),
  },
});

describeRule(
  'SSL026',
  {
    finds: {
      'both with libssl': program(
        'static struct espconn server;',
        'void a(void) { espconn_secure_accept(&server); }',
        'void b(void) {',
        '    espconn_secure_connect(&conn); //! SSL026',
        '}',
      ),
    },
    silent: { 'a client alone': program('void b(void) { espconn_secure_connect(&conn); }') },
  },
  { target: { tlsLibrary: 'libssl' } },
);

const set = [
  'espconn_secure_set_default_certificate(default_certificate, default_certificate_len);',
  'espconn_secure_set_default_private_key(default_private_key, default_private_key_len);',
];

describeRule('SSL027', {
  finds: {
    neither: program('void start(void) {', '    espconn_secure_accept(&conn); //! SSL027', '}'),
    'neither, but the headers': {
      'user/main.c': [
        '#include "cert.h"',
        'static struct espconn s;',
        'uint32 user_rf_cal_sector_set(void) { return 0x3FB; }',
        'void a(void) {',
        '    espconn_secure_accept(&s); //! SSL027',
        '}',
      ],
      'include/cert.h': ['unsigned char default_certificate[] = {0x30};'],
    },
    'no key': program(
      'void start(void) {',
      `    ${set[0]}`,
      '    espconn_secure_accept(&conn); //! SSL027',
      '}',
    ),
    'NULL for both': program(
      'void start(void) {',
      '    espconn_secure_set_default_certificate(NULL, 0); //! SSL027',
      '    espconn_secure_set_default_private_key((const uint8 *)0, 0); //! SSL027',
      '    espconn_secure_accept(&conn);',
      '}',
    ),
  },
  silent: {
    both: program('void start(void) {', ...set, 'espconn_secure_accept(&conn); }'),
    'an SDK 1.x, which takes them from variables': {
      'user/main.c': [
        '#include "cert.h"',
        'static struct espconn s;',
        'void a(void) { espconn_secure_accept(&s); }',
      ],
      'include/cert.h': ['unsigned char default_certificate[] = {0x30};'],
    },
    'NULL, to take back what was given': program(
      'void start(void) {',
      ...set,
      'espconn_secure_accept(&conn); }',
      'void stop(void) { espconn_secure_set_default_certificate(NULL, 0); }',
    ),
    'both in another file': {
      'user/a.c': ['static struct espconn s;', 'void a(void) { espconn_secure_accept(&s); }'],
      'user/b.c': ['void b(void) {', ...set, '}'],
    },
    'both under the same #ifdef': program(
      'void start(void) {',
      '#ifdef SERVER_SSL_ENABLE',
      ...set,
      'espconn_secure_accept(&conn);',
      '#else',
      'espconn_accept(&conn);',
      '#endif',
      '}',
    ),
    'both under another #ifdef': program(
      'void keys(void) {',
      '#ifdef OWN_KEYS',
      ...set,
      '#endif',
      '}',
      'void start(void) { keys(); espconn_secure_accept(&conn); }',
    ),
    'objects from flash': program(
      'void start(void) { espconn_secure_obj_load(0, 0x77, 600); espconn_secure_obj_load(2, 0x78, 1200); espconn_secure_accept(&conn); }',
    ),
  },
});

describeRule('SSL028', {
  finds: {
    'a certificate after accept': program(
      'void start(void) {',
      '    espconn_secure_accept(&conn);',
      `    ${set[0]} //! SSL028`,
      '}',
    ),
  },
  silent: {
    'a certificate before': program('void start(void) {', ...set, 'espconn_secure_accept(&conn); }'),
  },
});

describeRule('SSL029', {
  finds: {
    'a restart': program(
      'void again(void) {',
      '    espconn_secure_delete(&conn);',
      '    espconn_secure_accept(&conn); //! SSL029',
      '}',
    ),
  },
  silent: {
    'a restart with certificate and key': program(
      'void again(void) { espconn_secure_delete(&conn);',
      ...set,
      'espconn_secure_accept(&conn); }',
    ),
  },
});

describeRule('SSL030', {
  finds: {
    'an ignored result': program('void end(void) {', 'espconn_secure_delete(&conn); //! SSL030', '}'),
  },
  silent: {
    'a result that is looked at': program('int end(void) { return espconn_secure_delete(&conn); }'),
    'one that is ignored on purpose': program('void end(void) { (void)espconn_secure_delete(&conn); }'),
  },
});

describeRule('SSL031', {
  finds: {
    'a state that a case sets and falls into the next': [
      'static int state;',
      'static void step(struct espconn *c) {',
      '    switch (state) {',
      '    case 3: state = 9;',
      '    case 9: espconn_secure_disconnect(c); break; //! SSL031',
      '    }',
      '}',
      ...client({ receive: 'state = 3; step(c);' }),
    ],
    'a disconnect in the receive callback': client({
      receive: 'espconn_secure_disconnect(c); //! SSL031',
    }),
    'a disconnect in the sent callback, by the variable': client({
      sent: 'espconn_secure_disconnect(&conn); //! SSL031',
    }),
    'a disconnect without braces': client({
      receive: 'if (length == 0) espconn_secure_disconnect(c); //! SSL031',
    }),
    'a disconnect in what the callback calls': [
      ...client({ receive: 'finish(c);' }),
      'void finish(struct espconn *c)',
      '{',
      '    espconn_secure_disconnect(c); //! SSL031',
      '}',
    ],
    'a callback from a table': program(
      'void on_receive(void *arg, char *data, unsigned short length) {',
      '    espconn_secure_disconnect(arg); //! SSL031',
      '}',
      'static const espconn_recv_callback handlers[] = { on_receive };',
      'void open(int n) { espconn_regist_recvcb(&conn, handlers[n]); espconn_secure_connect(&conn); }',
    ),
    'a callback through a wrapper': program(
      'void on_receive(void *arg, char *data, unsigned short length) {',
      '    espconn_secure_disconnect(arg); //! SSL031',
      '}',
      'void listen_to(struct espconn *c, espconn_recv_callback f) { espconn_regist_recvcb(c, f); }',
      'void open(void) { listen_to(&conn, on_receive); espconn_secure_connect(&conn); }',
    ),
    'a callback set as a member': program(
      'void on_receive(void *arg, char *data, unsigned short length) {',
      '    espconn_secure_disconnect(arg); //! SSL031',
      '}',
      'void open(void) { conn.recv_callback = on_receive; espconn_secure_connect(&conn); }',
    ),
  },
  silent: {
    'a state set before, although another case sets it, too': [
      'static int state;',
      'static void step(struct espconn *c) {',
      '    switch (state) {',
      '    case 1: state = 2; break;',
      '    case 9: espconn_secure_disconnect(c); break;',
      '    }',
      '}',
      ...client({ receive: 'state = 3; step(c);' }),
    ],
    'a timer armed by the callback': client({
      receive: 'os_timer_setfn(&timer, close_later, c); os_timer_arm(&timer, 10, 0);',
    }),
    'a task': [
      ...client({ receive: 'system_os_post(1, 0, (os_param_t)c);' }),
      'void task(os_event_t *e) { espconn_secure_disconnect((struct espconn *)e->par); }',
      'void user_init(void) { system_os_task(task, 1, queue, 4); }',
    ],
    'another connection': [
      ...client({}),
      'static struct espconn udp;',
      'void command(void *arg, char *d, unsigned short n) { espconn_secure_disconnect(&conn); }',
      'void udp_start(void) { espconn_regist_recvcb(&udp, command); espconn_create(&udp); }',
    ],
    'a function that nobody calls inside of a callback': [
      ...client({}),
      'void stop(void) { espconn_secure_disconnect(&conn); }',
    ],
  },
});

describeRule('SSL032', {
  finds: {
    'a disconnect in the reconnect callback': client({
      lost: 'espconn_secure_disconnect((struct espconn *)arg); //! SSL032',
    }),
    'a disconnect in the disconnect callback': client({
      gone: 'espconn_secure_disconnect(&conn); //! SSL032',
    }),
  },
  silent: {
    'a timer': client({ lost: 'os_timer_setfn(&timer, close_later, arg); os_timer_arm(&timer, 10, 0);' }),
    'a check of the state': client({
      gone: 'if (conn.state != ESPCONN_CLOSE) espconn_secure_disconnect(&conn);',
    }),
  },
});

describeRule('SSL033', {
  finds: {
    'a connect in the reconnect callback': client({
      lost: 'espconn_secure_connect((struct espconn *)arg); //! SSL033',
    }),
    'a state that the callback sets and that connects': [
      ...client({ gone: 'state = AGAIN; run();' }),
      'enum { WAITING, AGAIN };',
      'static int state;',
      'void run(void)',
      '{',
      '    switch (state) {',
      '    case AGAIN:',
      '        espconn_secure_connect(&conn); //! SSL033',
      '        break;',
      '    }',
      '}',
    ],
    'a connect in what the disconnect callback calls': [
      ...client({ gone: 'again();' }),
      'void again(void)',
      '{',
      '    espconn_secure_connect(&conn); //! SSL033',
      '}',
    ],
  },
  silent: {
    'a timer': client({ lost: 'os_timer_setfn(&timer, later, arg); os_timer_arm(&timer, 1000, 0);' }),
    'a state that the callback sets and that does not connect': [
      ...client({ gone: 'state = WAITING; run();' }),
      'enum { WAITING, AGAIN, BROKEN };',
      'static int state;',
      'void run(void) { switch (state) { case WAITING: break; case AGAIN: espconn_secure_connect(&conn); break; } }',
    ],
    'a task': [
      ...client({ gone: 'system_os_post(1, 0, (os_param_t)arg);' }),
      'void task(os_event_t *e) { espconn_secure_connect((struct espconn *)e->par); }',
      'void user_init(void) { system_os_task(task, 1, queue, 4); }',
    ],
  },
});

describeRule('SSL034', {
  finds: {
    'a long delay': client({ receive: 'os_delay_us(50000); //! SSL034' }),
    'seconds in the callback of a plain connection': [
      'static struct espconn udp;',
      'void on_udp(void *arg, char *data, unsigned short length)',
      '{',
      '    os_delay_us(2000000); //! SSL034',
      '}',
      'void listen(void) { espconn_regist_recvcb(&udp, on_udp); espconn_create(&udp); }',
    ],
    'a loop of delays': client({ sent: 'for (i = 0; i < 100; i++) os_delay_us(1000); //! SSL034' }),
  },
  silent: {
    'a short delay': client({ receive: 'os_delay_us(500);' }),
    'some time in the callback of a plain connection next to TLS': [
      ...client({}),
      'static struct espconn udp;',
      'void on_udp(void *arg, char *data, unsigned short length) { os_delay_us(50000); }',
      'void listen(void) { espconn_regist_recvcb(&udp, on_udp); espconn_create(&udp); }',
    ],
    'a delay at the start': program(
      'void user_init(void) { os_delay_us(60000); espconn_secure_connect(&conn); }',
    ),
  },
});

describeRule('SSL035', {
  finds: {
    'a connect in user_init': program(
      'void user_init(void) {',
      'espconn_secure_connect(&conn); //! SSL035',
      '}',
    ),
    'a connect in what only user_init calls': program(
      'void open(void) {',
      '    espconn_secure_connect(&conn); //! SSL035',
      '}',
      'void user_init(void) { open(); }',
    ),
    'a connect in what a timer calls, too': program(
      'void open(void *arg) {',
      '    espconn_secure_connect(&conn); //! SSL035',
      '}',
      'void user_init(void) { open(0); os_timer_setfn(&timer, open, 0); os_timer_arm(&timer, 1000, 0); }',
    ),
  },
  silent: {
    'a function that a timer calls again when it fails': program(
      'void open(void *arg) { if (espconn_secure_connect(&conn) != 0) os_timer_arm(&timer, 1000, 0); }',
      'void user_init(void) { os_timer_setfn(&timer, open, 0); open(0); }',
    ),
    'a connect from Wi-Fi events': program(
      'void on_wifi(System_Event_t *e) { if (e->event == EVENT_STAMODE_GOT_IP) espconn_secure_connect(&conn); }',
      'void user_init(void) { wifi_set_event_handler_cb(on_wifi); }',
    ),
    'a function that a timer calls, too': program(
      'void open(void *arg) { if (wifi_station_get_connect_status() == STATION_GOT_IP) espconn_secure_connect(&conn); }',
      'void user_init(void) { open(0); os_timer_setfn(&timer, open, 0); os_timer_arm(&timer, 1000, 0); }',
    ),
    'an access point': program(
      'void user_init(void) { wifi_set_opmode(SOFTAP_MODE); espconn_secure_connect(&conn); }',
    ),
  },
});

describeRule(
  'SSL036',
  {
    finds: {
      'no time': program('void a(void) {', 'espconn_secure_connect(&conn); //! SSL036', '}'),
      'TLS that the configuration switches on': program(
        '#define CLIENT_SSL_ENABLE',
        '#ifdef CLIENT_SSL_ENABLE',
        'void a(void) {',
        '    espconn_secure_connect(&conn); //! SSL036',
        '}',
        '#endif',
      ),
      'those variables in a firmware for a later SDK': program(
        'unsigned char *default_certificate;',
        'uint32 user_rf_cal_sector_set(void) { return 0x3FB; }',
        'void a(void) {',
        '    espconn_secure_connect(&conn); //! SSL036',
        '}',
      ),
    },
    silent: {
      SNTP: program('void a(void) { sntp_init(); espconn_secure_connect(&conn); }'),
      'TLS that nobody switches on': program(
        '#ifdef CLIENT_SSL_ENABLE',
        'void a(void) { espconn_secure_connect(&conn); }',
        '#endif',
      ),
      'a client for an SDK 1.x, which needs these variables to be linked': program(
        'unsigned char *default_certificate;',
        'unsigned int default_certificate_len = 0;',
        'void a(void) { espconn_secure_connect(&conn); }',
      ),
    },
  },
  { target: { tlsLibrary: 'libssl' } },
);

describe('SSL036 where the version is unknown', () => {
  const client = 'void a(void) { espconn_secure_connect(&conn); }';
  const severity = async (target: NonNullable<SnippetOptions['target']>, ...lines: string[]) =>
    (await check(program(...lines, client), [ruleNamed('SSL036')], { target })).findings.map(
      found => found.severity,
    );
  it('is a hint, unless something tells SDK 2.0 or later', async () => {
    assert.deepEqual(await severity({ tlsLibrary: 'libssl' }), ['hint']);
    assert.deepEqual(await severity({ tlsLibrary: 'libssl', sdk: '2.0.0' }), ['warning']);
    assert.deepEqual(await severity({ tlsLibrary: 'libssl' }, 'void user_pre_init(void) { }'), ['warning']);
  });
});

describeRule('SSL038', {
  finds: {
    'no reconnect callback': program('void a(void) {', '    espconn_secure_connect(&conn); //! SSL038', '}'),
  },
  silent: {
    'a reconnect callback': client({}),
    'one on the link of a server': program(
      'void lost(void *arg, sint8 err) {}',
      'void came(void *arg) { struct espconn *c = arg; espconn_regist_reconcb(c, lost); }',
      'void start(void) { espconn_regist_connectcb(&conn, came); espconn_secure_accept(&conn); }',
    ),
    'one set as a member': program(
      'void lost(void *arg, sint8 err) {}',
      'void start(void) { conn.proto.tcp = &tcp; tcp.reconnect_callback = lost; espconn_secure_connect(&conn); }',
    ),
    'one by a helper in another file': {
      'user/a.c': [
        'struct espconn conn;',
        'void start(void) { set_callbacks(&conn); espconn_secure_connect(&conn); }',
      ],
      'user/b.c': [
        'static void lost(void *arg, sint8 err) {}',
        'void set_callbacks(struct espconn *c) { espconn_regist_reconcb(c, lost); }',
      ],
    },
    'a plain connection': program('void a(void) { espconn_connect(&conn); }'),
  },
});

describeRule('SSL039', {
  finds: {
    'no disconnect callback': program('void a(void) {', '    espconn_secure_connect(&conn); //! SSL039', '}'),
  },
  silent: { 'a disconnect callback': client({}) },
});

describeRule('SSL040', {
  finds: {
    'callbacks first': program(
      'void came(void *arg) {}',
      'void a(void) {',
      '    espconn_regist_connectcb(&conn, came); //! SSL040',
      '    conn.proto.tcp = &tcp;',
      '    espconn_secure_connect(&conn);',
      '}',
    ),
  },
  silent: {
    'callbacks afterwards': client({}),
    'the receive callback, which lies in struct espconn': program(
      'void got(void *arg, char *d, unsigned short n) {}',
      'void a(void) { espconn_regist_recvcb(&conn, got); conn.proto.tcp = &tcp; espconn_secure_connect(&conn); }',
    ),
    'proto.tcp set elsewhere, too': program(
      'void came(void *arg) {}',
      'void first(void) { conn.proto.tcp = &tcp; }',
      'void a(void) { espconn_regist_connectcb(&conn, came); conn.proto.tcp = &tcp; espconn_secure_connect(&conn); }',
    ),
  },
});

describeRule('SSL041', {
  finds: {
    'struct espconn on the stack that the DNS callback opens': [
      'void found(const char *n, ip_addr_t *ip, void *arg) { espconn_secure_connect((struct espconn *)arg); }',
      'void a(void) {',
      '    struct espconn local; //! SSL041',
      '    ip_addr_t ip;',
      '    espconn_gethostbyname(&local, "h", &ip, found);',
      '}',
    ],
    'struct espconn on the stack that a helper opens': [
      'void open(struct espconn *c) { espconn_secure_connect(c); }',
      'void a(void) {',
      '    struct espconn local; //! SSL041',
      '    open(&local);',
      '}',
    ],
    'struct espconn on the stack': [
      'void a(void) {',
      '    struct espconn local; //! SSL041',
      '    espconn_secure_connect(&local);',
      '}',
    ],
    'esp_tcp on the stack': program(
      'void a(void) {',
      '    esp_tcp own; //! SSL041',
      '    conn.proto.tcp = &own;',
      '    espconn_secure_accept(&conn);',
      '}',
    ),
  },
  silent: {
    'a local that only the search for a name gets': program(
      'void found(const char *n, ip_addr_t *ip, void *arg) { espconn_secure_connect(&conn); }',
      'void a(void) { struct espconn local; ip_addr_t ip; espconn_gethostbyname(&local, "h", &ip, found); }',
    ),
    'LOCAL and static': [
      'void a(void) { LOCAL struct espconn c; static esp_tcp t; c.proto.tcp = &t; espconn_secure_accept(&c); }',
    ],
    'a pointer to allocated memory': [
      'void a(void) { struct espconn *c = (struct espconn *)os_zalloc(sizeof(struct espconn)); c->proto.tcp = (esp_tcp *)os_zalloc(sizeof(esp_tcp)); espconn_secure_connect(c); }',
    ],
    'a parameter': ['void a(struct espconn *c) { espconn_secure_connect(c); }'],
  },
});

describeRule('SSL042', {
  finds: {
    'freed right after the connect, where the program chooses the kind': [
      'void open(int secure) {',
      '    struct espconn *c = (struct espconn *)os_zalloc(sizeof(struct espconn));',
      '    if (secure) {',
      '        espconn_secure_connect(c);',
      '        os_free(c); //! SSL042',
      '    } else {',
      '        espconn_connect(c);',
      '    }',
      '}',
    ],
    'freed right after the disconnect': [
      'static struct espconn *c;',
      'void open(void) { c = (struct espconn *)os_zalloc(sizeof(struct espconn)); espconn_secure_connect(c); }',
      'void close(void) {',
      '    espconn_secure_disconnect(c);',
      '    os_free(c); //! SSL042',
      '}',
    ],
  },
  silent: {
    'freed in the disconnect callback': [
      'static struct espconn *c;',
      'void gone(void *arg) { os_free(arg); }',
      'void open(void) { c = (struct espconn *)os_zalloc(sizeof(struct espconn)); espconn_regist_disconcb(c, gone); espconn_secure_connect(c); }',
    ],
    'freed when it could not be opened': [
      'static struct espconn *c;',
      'void open(void) { c = (struct espconn *)os_zalloc(sizeof(struct espconn)); if (espconn_secure_connect(c) != 0) { os_free(c); c = NULL; } }',
    ],
    'a buffer freed after sending': program(
      'void report(void) { char *b = (char *)os_zalloc(100); espconn_secure_connect(&conn); espconn_secure_sent(&conn, (uint8 *)b, 100); os_free(b); }',
    ),
    'freed by who deletes the old connection first': [
      'typedef struct { struct espconn *pCon; int security; } C;',
      'void drop(C *c) { espconn_delete(c->pCon); os_free(c->pCon); c->pCon = NULL; }',
      'void open(C *c) { if (c->pCon) drop(c); c->pCon = (struct espconn *)os_zalloc(28); if (c->security) espconn_secure_connect(c->pCon); else espconn_connect(c->pCon); }',
    ],
  },
});

/** A firmware with such a handler of Wi-Fi events. */
const handlingWifi = (...body: readonly string[]) => [
  'static struct espconn client;',
  'static void dial(void) { if (espconn_secure_connect(&client)) os_printf("no"); }',
  'static void on_wifi(System_Event_t *event)',
  '{',
  ...body,
  '}',
  'void user_init(void) { wifi_set_event_handler_cb(on_wifi); }',
];
/** The same, where the connect is found. */
const connectingEarly = (...body: readonly string[]) =>
  handlingWifi(...body).map(line => (line.startsWith('static void dial') ? `${line} //! SSL035` : line));

describeRule('SSL035', {
  finds: {
    'a connect at association': connectingEarly('    if (event->event == EVENT_STAMODE_CONNECTED) dial();'),
    'one in a switch': connectingEarly(
      '    switch (event->event) {',
      '    case EVENT_STAMODE_CONNECTED: dial(); break;',
      '    case EVENT_STAMODE_GOT_IP: os_printf("ip"); break;',
      '    }',
    ),
    'one behind an connectingEarly return': connectingEarly(
      '    if (event->event != EVENT_STAMODE_CONNECTED) return;',
      '    dial();',
    ),
    'one while the station still connects': connectingEarly(
      '    if (wifi_station_get_connect_status() == STATION_CONNECTING) dial();',
    ),
  },
  silent: {
    'a connect with an address': handlingWifi('    if (event->event == EVENT_STAMODE_GOT_IP) dial();'),
    'one at association and one with an address': handlingWifi(
      '    if (event->event == EVENT_STAMODE_CONNECTED) dial();',
      '    if (event->event == EVENT_STAMODE_GOT_IP) dial();',
    ),
    'two labels': handlingWifi(
      '    switch (event->event) {',
      '    case EVENT_STAMODE_CONNECTED:',
      '    case EVENT_STAMODE_GOT_IP: dial(); break;',
      '    }',
    ),
    'an address that is set': handlingWifi(
      '    if (event->event == EVENT_STAMODE_CONNECTED) { wifi_station_dhcpc_stop(); dial(); }',
    ),
  },
});
