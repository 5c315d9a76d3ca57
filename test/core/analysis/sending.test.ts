import { describeRule } from './checkSources';

const declarations = ['#include "espconn.h"', 'static struct espconn conn;', 'static esp_tcp tcp;'];
const open = [
  'void start(void) {',
  '  conn.type = ESPCONN_TCP;',
  '  conn.proto.tcp = &tcp;',
  '  espconn_regist_connectcb(&conn, on_connect);',
  '  espconn_secure_connect(&conn);',
  '}',
];

/** A client whose connect callback does this. */
function connected(...body: string[]): string[] {
  return [
    ...declarations,
    'static void ICACHE_FLASH_ATTR on_connect(void *arg)',
    '{',
    '  struct espconn *c = (struct espconn *)arg;',
    ...body.map(line => `  ${line}`),
    '}',
    ...open,
  ];
}

/** A client whose receive callback does this. */
function received(before: string[], ...body: string[]): string[] {
  return [
    ...declarations,
    ...before,
    'static void on_receive(void *arg, char *data, unsigned short length)',
    '{',
    ...body.map(line => `  ${line}`),
    '}',
    'static void on_connect(void *arg) { espconn_regist_recvcb(arg, on_receive); }',
    ...open,
  ];
}

describeRule('SSL050', {
  finds: {
    'head and body': connected(
      'espconn_secure_sent(c, head, 20);',
      'espconn_secure_sent(c, body, 100); //! SSL050',
    ),
    'each call behind the first, once': connected(
      'espconn_secure_sent(c, head, 20);',
      'espconn_secure_sent(c, body, 100); //! SSL050',
      'espconn_secure_sent(c, body, 200); //! SSL050',
    ),
    'under both names': connected(
      'espconn_secure_sent(c, head, 20);',
      'os_printf("head\\n");',
      'espconn_secure_send(arg, body, 100); //! SSL050',
    ),
    'after a checked one': connected(
      'if (espconn_secure_sent(c, head, 20) != ESPCONN_OK) return;',
      'espconn_secure_sent(c, body, 100); //! SSL050',
    ),
    'a body that may be empty': connected(
      'int length = os_strlen(text);',
      'espconn_secure_sent(c, head, 20);',
      'if (length > 0) espconn_secure_sent(c, text, length); //! SSL050',
    ),
    'in a helper': [
      ...declarations,
      'static void reply(struct espconn *to, char *text) {',
      '  espconn_secure_sent(to, (uint8 *)text, os_strlen(text)); //! SSL050',
      '}',
      'static void on_connect(void *arg) {',
      '  reply(arg, "HTTP/1.1 200 OK");',
      '  reply(arg, "Hello");',
      '}',
      ...open,
    ],
  },
  silent: {
    'one or the other': connected(
      'if (c->reverse) espconn_secure_sent(c, head, 20); else espconn_secure_sent(c, body, 30);',
    ),
    'a return in between': connected(
      'if (c->reverse) { espconn_secure_sent(c, head, 20); return; }',
      'espconn_secure_sent(c, body, 30);',
    ),
    'a second try': connected(
      'if (espconn_secure_sent(c, head, 20) != ESPCONN_OK) espconn_secure_sent(c, head, 20);',
    ),
    'a flag that the sent callback clears': connected(
      'busy = 1;',
      'espconn_secure_sent(c, head, 20);',
      'if (!busy) espconn_secure_sent(c, body, 30);',
    ),
    'the next from the sent callback': [
      ...declarations,
      'static void on_sent(void *arg) { espconn_secure_sent(arg, body, 30); }',
      'static void on_connect(void *arg) { espconn_regist_sentcb(arg, on_sent); espconn_secure_sent(arg, head, 20); }',
      ...open,
    ],
    'one group or the other': connected(
      '#ifdef CLIENT_SSL_ENABLE',
      'espconn_secure_sent(c, head, 20);',
      '#else',
      'espconn_secure_sent(c, body, 20);',
      '#endif',
    ),
    'two connections': [
      'static struct espconn one, other;',
      'void report(void) { espconn_secure_sent(&one, d, 2); espconn_secure_sent(&other, d, 2); }',
    ],
    'cases of a switch': connected(
      'switch (state) {',
      '  case 1: espconn_secure_sent(c, head, 20); break;',
      '  case 2: espconn_secure_sent(c, body, 20); break;',
      '}',
    ),
  },
});

describeRule('SSL051', {
  finds: {
    'a send': connected('espconn_secure_sent(c, head, 20); //! SSL051').map(line =>
      line.replace('espconn_secure_connect(&conn);', '(void)espconn_secure_connect(&conn);'),
    ),
    'a setting in an arm without braces': [
      'void start(int level) {',
      '  if (level == 1)',
      '    espconn_secure_set_size(1, 4096); //! SSL051',
      '  else',
      '    espconn_secure_ca_enable(1, 0x77); //! SSL051',
      '}',
    ],
  },
  silent: {
    'a result that is looked at': [
      'void start(struct espconn *c) { if (espconn_secure_connect(c) != ESPCONN_OK) os_printf("no\\n"); }',
    ],
    'a result that is kept or returned': [
      'int start(struct espconn *c) { sint8 r = espconn_secure_accept(c); os_printf("%d", r); return espconn_secure_set_size(1, 4096); }',
    ],
    'a result that is meant to be ignored': [
      'void start(struct espconn *c) { (void)espconn_secure_connect(c); }',
    ],
    'plain calls and the end': [
      'void stop(struct espconn *c) { espconn_secure_disconnect(c); espconn_regist_recvcb(c, NULL); espconn_sent(c, "x", 1); }',
    ],
  },
});

describeRule('SSL052', {
  finds: {
    'a large array on the stack': connected(
      'uint8 page[2048];',
      'espconn_secure_sent(c, page, sizeof(page)); //! SSL052',
    ),
    'a large buffer that is freed': connected(
      'char *page = (char *)os_zalloc(4096);',
      'espconn_secure_sent(c, (uint8 *)page, 4096); //! SSL052',
      'os_free(page);',
    ),
  },
  silent: {
    'the freed buffer of the SDK’s example': connected(
      'char *page = (char *)os_zalloc(2048);',
      'espconn_secure_sent(c, (uint8 *)page, os_strlen(page));',
      'os_free(page);',
    ),
    'a small array': connected('uint8 page[256];', 'espconn_secure_sent(c, page, sizeof(page));'),
    'an array that lasts': connected(
      'static uint8 page[2048];',
      'LOCAL uint8 other[2048];',
      'if (c->reverse) espconn_secure_sent(c, page, sizeof(page)); else espconn_secure_sent(c, other, 2048);',
    ),
    'freed because it could not be sent': connected(
      'char *page = (char *)os_zalloc(4096);',
      'if (espconn_secure_sent(c, (uint8 *)page, 4096) != ESPCONN_OK) os_free(page);',
    ),
    'a size between those of the libraries': connected(
      'uint8 page[1200];',
      'espconn_secure_sent(c, page, sizeof(page));',
    ),
    'part of a large array': connected('char page[2048];', 'espconn_secure_sent(c, page, os_strlen(page));'),
  },
});
describeRule(
  'SSL052',
  {
    finds: {
      'more than libssl copies': connected(
        'uint8 page[1200];',
        'espconn_secure_sent(c, page, sizeof(page)); //! SSL052',
      ),
    },
    silent: {},
  },
  { target: { tlsLibrary: 'libssl' } },
);

describeRule('SSL053', {
  finds: {
    'no data': connected('espconn_secure_sent(c, NULL, 10); //! SSL053'),
    'length 0': connected('espconn_secure_sent(c, head, 0); //! SSL053'),
    'an empty text': connected('espconn_secure_send(c, (uint8 *)"", os_strlen("")); //! SSL053'),
  },
  silent: {
    'some data': connected('espconn_secure_sent(c, head, 1);'),
    'a text': connected('espconn_secure_send(c, (uint8 *)"x", os_strlen("x"));'),
    'a length that is not known': connected('espconn_secure_sent(c, head, head_length);'),
    'a length that is checked': [
      'static void reply(struct espconn *c, uint8 *d, uint16 n) {',
      '  if (n == 0) return;',
      '  espconn_secure_sent(c, d, n);',
      '}',
      'void report(struct espconn *c, uint8 *d) { reply(c, d, 0); }',
    ],
    'a length that is counted': connected(
      'uint16 n = 0;',
      'while (head[n]) n++;',
      'espconn_secure_sent(c, head, n);',
    ),
  },
});

describeRule('SSL054', {
  finds: {
    'pieces in a loop': connected(
      'int i;',
      'for (i = 0; i < 10; i++) {',
      '  espconn_secure_sent(c, page + i * 512, 512); //! SSL054',
      '}',
    ),
    'a loop that waits': connected('while (espconn_secure_sent(c, head, 20) != ESPCONN_OK); //! SSL054'),
    'a loop without braces': connected('while (left--) espconn_secure_sent(c, head, 20); //! SSL054'),
  },
  silent: {
    'each of several connections': [
      'static struct espconn *all[4];',
      'void report(void) { int i; for (i = 0; i < 4; i++) if (all[i]) espconn_secure_sent(all[i], d, 2); }',
    ],
    'connections of a list': [
      'typedef struct link { struct espconn *c; struct link *next; } link_t;',
      'void report(link_t *l) { while (l) { espconn_secure_sent(l->c, d, 2); l = l->next; } }',
    ],
    'one of a list that ends the loop': connected(
      'int i;',
      'for (i = 0; i < 10; i++) {',
      '  if (queue[i].full) {',
      '    espconn_secure_sent(c, queue[i].data, queue[i].length);',
      '    break;',
      '  }',
      '}',
    ),
    'a macro that looks like a loop': connected('do { espconn_secure_sent(c, head, 20); } while (0);'),
    'plain sends': [
      'void report(struct espconn *c) { int i; for (i = 0; i < 3; i++) espconn_sent(c, d, 2); }',
    ],
  },
});

/** A TLS server whose connect callback does this. */
function serving(before: string[], ...body: string[]): string[] {
  return [
    ...declarations,
    ...before,
    'static void on_connect(void *arg)',
    '{',
    ...body.map(line => `  ${line}`),
    '}',
    'void start(void) {',
    '  conn.proto.tcp = &tcp;',
    '  espconn_regist_connectcb(&conn, on_connect);',
    '  espconn_secure_accept(&conn);',
    '}',
  ];
}

describeRule('SSL055', {
  finds: {
    'the listening struct in a callback': serving([], 'espconn_secure_sent(&conn, hello, 5); //! SSL055'),
    'the listening struct in a timer': serving(
      [
        'static os_timer_t t;',
        'static void tick(void *unused) {',
        '  espconn_secure_sent(&conn, hello, 5); //! SSL055',
        '}',
      ],
      'os_timer_setfn(&t, tick, NULL);',
    ),
  },
  silent: {
    'the argument': serving([], 'espconn_secure_sent(arg, hello, 5);'),
    'a kept client': serving(
      ['static struct espconn *client;', 'void report(void) { espconn_secure_sent(client, hello, 5); }'],
      'client = (struct espconn *)arg;',
    ),
    'a client': connected('espconn_secure_sent(&conn, hello, 5);'),
    'a helper that gets either': serving(
      ['void reply(struct espconn *to) { espconn_secure_sent(to, hello, 5); }'],
      'reply(arg);',
    ),
  },
});

const tick = [
  'static struct espconn *client;',
  'static os_timer_t timer;',
  'static void tick(void *unused) { if (client) espconn_secure_sent(client, hello, 5); }',
];
const keep = ['os_timer_setfn(&timer, tick, NULL);', 'os_timer_arm(&timer, 1000, 1);'];

describeRule('SSL056', {
  finds: {
    'a client that nothing forgets': serving(tick, ...keep, 'client = (struct espconn *)arg; //! SSL056'),
  },
  silent: {
    'a client that is forgotten': serving(
      [...tick, 'static void gone(void *arg) { client = NULL; }'],
      ...keep,
      'client = (struct espconn *)arg;',
      'espconn_regist_disconcb(arg, gone);',
    ),
    'a client that only callbacks use': serving(
      [
        'static struct espconn *client;',
        'static void on_receive(void *arg, char *d, unsigned short n) { espconn_secure_sent(client, hello, 5); }',
      ],
      'client = arg;',
      'espconn_regist_recvcb(arg, on_receive);',
    ),
    'the struct of a client': [
      ...connected(...keep, 'client = arg;').slice(0, 3),
      ...tick,
      ...connected(...keep, 'client = arg;').slice(3),
    ],
    'a plain server': serving(tick, ...keep, 'client = (struct espconn *)arg;').map(line =>
      line.replace('espconn_secure_accept', 'espconn_accept').replace('espconn_secure_sent', 'espconn_sent'),
    ),
  },
});

describeRule('SSL057', {
  finds: { 'more than 16 bits': connected('espconn_secure_sent(c, page, 70000); //! SSL057') },
  silent: { 'an int': connected('int n = os_strlen(page);', 'espconn_secure_sent(c, page, n);') },
});

describeRule('SSL058', {
  finds: {
    'sizeof of a pointer': [
      'void report(struct espconn *c, char *text) {',
      '  espconn_secure_sent(c, (uint8 *)text, sizeof(text)); //! SSL058',
      '}',
    ],
    'sizeof of an array as a parameter': [
      'void report(struct espconn *c, uint8 page[512]) {',
      '  espconn_secure_sent(c, page, sizeof(page)); //! SSL058',
      '}',
    ],
    'strlen of binary data': [
      'static uint8 packet[] = { 0x10, 0x00, 0x04, 0x4d };',
      'void report(struct espconn *c) {',
      '  espconn_secure_sent(c, packet, os_strlen(packet)); //! SSL058',
      '}',
    ],
  },
  silent: {
    'sizeof of an array': [
      'void report(struct espconn *c) { static uint8 page[512]; espconn_secure_sent(c, page, sizeof(page)); }',
    ],
    'a pointer that is sent itself': [
      'void report(struct espconn *c, void *token) { espconn_secure_sent(c, (uint8 *)&token, sizeof(token)); }',
    ],
    'sizeof of a struct': [
      'typedef struct { int a; int b; } packet_t;',
      'void report(struct espconn *c, packet_t *p) { espconn_secure_sent(c, (uint8 *)p, sizeof(*p)); espconn_sent(c, (uint8 *)p, sizeof(packet_t)); }',
    ],
    'strlen of a text': [
      "static char text[] = { 'a', 'b', 0 };",
      'void report(struct espconn *c) { espconn_secure_sent(c, text, os_strlen(text)); }',
    ],
  },
});

const reading = [
  'static char *last;',
  'static os_timer_t timer;',
  'static void tick(void *unused) { os_printf("%s\\n", last); }',
  'void begin(void) { os_timer_setfn(&timer, tick, NULL); }',
];

describeRule('SSL060', {
  finds: {
    'data that a timer reads': received(reading, 'last = data; //! SSL060'),
    'a part of it': received(reading, 'last = data + 4; //! SSL060'),
    'a struct that is left to a task': received(
      [
        'struct piece { char *data; int length; };',
        'void task(os_event_t *e) { struct piece *p = (struct piece *)e->par; os_printf("%s", p->data); }',
        'static os_event_t queue[4];',
        'void user_init(void) { system_os_task(task, 1, queue, 4); }',
      ],
      'struct piece *p = os_malloc(sizeof(struct piece));',
      'p->data = data; //! SSL060',
      'system_os_post(1, 0, (uint32)p);',
    ),
  },
  silent: {
    'a copy': received(reading, 'os_memcpy(last, data, length);'),
    'data that only the callback reads': received(
      ['static char *rest;', 'static void parse(void) { os_printf("%s\\n", rest); }'],
      'rest = data;',
      'parse();',
    ),
    'a pointer that is set back': received(reading, 'last = data;', 'os_printf("%s", last);', 'last = NULL;'),
    'a struct that is made and used up in the callback': received(
      [
        'struct piece { char *data; int length; };',
        'void send(struct piece p) { os_printf("%s", p.data); }',
        'void tick(void *arg) { send(*(struct piece *)arg); }',
        'static os_timer_t timer;',
        'void user_init(void) { os_timer_setfn(&timer, tick, NULL); }',
        'void parse(struct piece *p) { os_printf("%s", p->data); }',
      ],
      'struct piece *p = (struct piece *)os_malloc(sizeof(struct piece));',
      'p->data = data;',
      'parse(p);',
      'struct piece local;',
      'local.data = data;',
      'parse(&local);',
    ),
    'a byte of it': received(['static char first;', ...reading], 'first = data[0];'),
    'a local pointer': received(reading, 'char *p = data;', 'while (*p) p++;'),
  },
});

describeRule('SSL061', {
  finds: {
    'two bytes behind': received([], 'data[length] = 0;', 'data[length + 1] = 0; //! SSL061'),
    'the same the other way round': received([], "data[2 + length] = '!'; //! SSL061"),
  },
  silent: {
    'the spare byte': received([], "data[length] = '\\0';", 'data[length - 1] = 0;'),
    'another array': received(['static char page[2000];'], 'page[length + 1] = 0;'),
    reading: received([], 'if (data[length + 1] == 0) return;'),
  },
});
