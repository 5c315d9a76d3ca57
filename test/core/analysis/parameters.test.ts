import assert from 'node:assert/strict';
import { check, describeRule, type Lines, ruleNamed } from './checkSources';

/** A client that makes these settings before it connects. */
function client(...settings: string[]): string[] {
  return [
    '#include "espconn.h"',
    'static struct espconn conn;',
    'static esp_tcp tcp;',
    'void ICACHE_FLASH_ATTR start(void)',
    '{',
    '  conn.type = ESPCONN_TCP;',
    '  conn.proto.tcp = &tcp;',
    ...settings.map(each => `  ${each}`),
    '  espconn_secure_connect(&conn);',
    '}',
  ];
}

/** The same with declarations before. */
function with_(before: Lines, ...settings: string[]): string[] {
  return [...before, ...client(...settings)];
}

describeRule('SSL070', {
  finds: {
    'level 0': client('espconn_secure_set_size(0, 4096); //! SSL070'),
    'level 4': client('espconn_secure_ca_enable(4, 0x77); //! SSL070'),
    'another constant of espconn.h': client('espconn_secure_get_size(ESPCONN_TCP); //! SSL070'),
    'a level behind a macro': with_(
      ['#define TLS_LEVEL 0x10'],
      'espconn_secure_cert_req_disable(TLS_LEVEL); //! SSL070',
    ),
    'a level that a helper is called with': [
      'void setup(uint8 level) { espconn_secure_set_size(level, 4096); }',
      'void begin(void) { setup(1); setup(7); } //! SSL070',
    ],
  },
  silent: {
    'names and numbers from 1 to 3': client(
      'espconn_secure_set_size(0x01, 4096);',
      'espconn_secure_ca_enable(ESPCONN_SERVER, 0x77);',
      'espconn_secure_cert_req_enable(ESPCONN_BOTH, 0x78);',
    ),
    'a level that is not known': [
      'extern uint8 level;',
      'void begin(uint8 other) { espconn_secure_set_size(level, 4096); espconn_secure_ca_disable(other); }',
    ],
    'the level of keep-alive': [
      'static struct espconn conn;',
      'void begin(void) { uint32 idle = 60; espconn_connect(&conn); espconn_set_keepalive(&conn, ESPCONN_KEEPIDLE, &idle); }',
    ],
    'a level in a comment and in code that is not compiled': client(
      '//espconn_secure_set_size(0, 4096);',
      '#if 0',
      'espconn_secure_set_size(0, 4096);',
      '#endif',
    ),
  },
});

describeRule('SSL071', {
  finds: {
    'size 0': client('espconn_secure_set_size(ESPCONN_CLIENT, 0); //! SSL071'),
    'a product': client('espconn_secure_set_size(0x01, 16 * 1024); //! SSL071'),
    'a macro': with_(
      ['#define MQTT_SSL_SIZE 10240'],
      'espconn_secure_set_size(0x01, MQTT_SSL_SIZE); //! SSL071',
    ),
    'a variable with one value': [
      'static uint16 size = 9000;',
      'void start(void) { espconn_secure_set_size(1, size); } //! SSL071',
    ],
  },
  silent: {
    'the largest size': client('espconn_secure_set_size(ESPCONN_CLIENT, 8192);'),
    'the size of esp_mqtt_proj’s comment': client('espconn_secure_set_size(0x01,6*1024);'),
    'a comment': client('//espconn_secure_set_size(0x01, 10*1024);'),
    'a variable with several values': [
      'static uint16 size = 0;',
      'void choose(void) { size = 4096; }',
      'void start(void) { espconn_secure_set_size(1, size); }',
    ],
    'a variable that is read from flash': [
      'static uint16 size = 0;',
      'void start(void) { spi_flash_read(0x7C000, (uint32 *)&size, 2); espconn_secure_set_size(1, size); }',
    ],
  },
});

describeRule('SSL072', {
  finds: {
    'a size of the manual': client('espconn_secure_set_size(ESPCONN_CLIENT, 1024); //! SSL072'),
    'a size in the configuration that headers of the SDK include': {
      'user/main.c': [
        '#include "osapi.h"',
        'void start(void) {',
        '  espconn_secure_set_size(ESPCONN_CLIENT, TLS_BUFFER); //! SSL072',
        '}',
      ],
      'include/user_config.h': ['#define TLS_BUFFER 1024'],
    },
    'a size in the header that lies next': {
      'app/net/main.c': [
        '#include "tls_config.h"',
        'void start(void) {',
        '  espconn_secure_set_size(ESPCONN_CLIENT, TLS_BUFFER); //! SSL072',
        '}',
      ],
      'aaa/include/tls_config.h': ['#define TLS_BUFFER 4096'],
      'app/include/tls_config.h': ['#define TLS_BUFFER 1024'],
    },
  },
  silent: {
    'the least size': client('espconn_secure_set_size(ESPCONN_CLIENT, 2048);'),
    'a size that the configuration leaves out': {
      'user/main.c': [
        '#include "user_interface.h"',
        '#ifdef OLD_SDK',
        'void start(void) { espconn_secure_set_size(ESPCONN_CLIENT, 1024); }',
        '#endif',
      ],
      'include/user_config.h': ['#ifdef NEVER', '#define OLD_SDK', '#endif', '#undef OLD_SDK'],
    },
    'reading the size': client('espconn_secure_get_size(ESPCONN_CLIENT);'),
  },
});

describeRule(
  'SSL073',
  {
    finds: { 'a size that is raised': client('espconn_secure_set_size(1, 3072); //! SSL073') },
    silent: { 'a size that stays': client('espconn_secure_set_size(1, 4096);') },
  },
  { target: { sdk: '2.2.1', tlsLibrary: 'libmbedtls' } },
);
describeRule('SSL073', {
  finds: {},
  silent: { 'a library that is not known': client('espconn_secure_set_size(1, 3072);') },
});

describeRule('SSL074', {
  finds: { 'the largest size': client('espconn_secure_set_size(ESPCONN_CLIENT, 8 * 1024); //! SSL074') },
  silent: { 'a smaller one': client('espconn_secure_set_size(ESPCONN_CLIENT, 6 * 1024);') },
});

describeRule('SSL075', {
  finds: {
    'an address': client('espconn_secure_ca_enable(ESPCONN_CLIENT, 0x77000); //! SSL075'),
    'the address of the manual, by a name': with_(
      ['#define CA_SECTOR 0x3B000'],
      'espconn_secure_ca_enable(0x01, CA_SECTOR); //! SSL075',
    ),
    'a sector counted in bytes': with_(
      ['#define SECTOR 0x78'],
      'espconn_secure_cert_req_enable(1, SECTOR * SPI_FLASH_SEC_SIZE); //! SSL075',
    ),
  },
  silent: {
    'a sector called an address': with_(
      ['#define CA_CERT_FLASH_ADDRESS 0x77'],
      'espconn_secure_ca_enable(0x01, CA_CERT_FLASH_ADDRESS);',
    ),
    'an address that is divided': with_(
      ['#define CA_ADDRESS 0x77000'],
      'espconn_secure_ca_enable(0x01, CA_ADDRESS / SPI_FLASH_SEC_SIZE);',
      'espconn_secure_cert_req_enable(0x01, (0x78000 >> 12));',
    ),
    'a sector of a large flash': client('espconn_secure_ca_enable(0x01, 0x3FA);'),
  },
});

describeRule('SSL076', {
  finds: {
    'sector 0': client('espconn_secure_ca_enable(ESPCONN_CLIENT, 0); //! SSL076'),
    'a macro that nobody filled in': with_(
      ['#define CERT_SECTOR 0x0'],
      'espconn_secure_cert_req_enable(ESPCONN_CLIENT, CERT_SECTOR); //! SSL076',
    ),
  },
  silent: {
    'a sector that is checked': [
      'static void verify(uint32 sector) { if (sector != 0) espconn_secure_ca_enable(1, sector); }',
      'void start(void) { verify(0); }',
    ],
    'another sector': client('espconn_secure_ca_enable(ESPCONN_CLIENT, 0x3B);'),
    'a sector that is set as it runs': [
      'static uint32 sector = 0;',
      'void configure(uint32 given) { sector = given; }',
      'void start(void) { espconn_secure_ca_enable(1, sector); }',
    ],
  },
});

const makefile = (map: number) => [`SPI_SIZE_MAP = ${map}`, 'LINKFLAGS = -lmain -lssl -lcrypto'];

describeRule('SSL077', {
  finds: {
    'a sector of a larger flash': {
      'user/main.c': client('espconn_secure_ca_enable(1, 0x1F0); //! SSL077'),
      Makefile: makefile(2),
    },
  },
  silent: {
    'the same in a flash that has it': {
      'user/main.c': client('espconn_secure_ca_enable(1, 0x1F0);'),
      Makefile: makefile(4),
    },
    'a map that is only a default': {
      'user/main.c': client('espconn_secure_ca_enable(1, 0x1F0);'),
      Makefile: ['SPI_SIZE_MAP ?= 0'],
    },
    'no map at all': client('espconn_secure_ca_enable(1, 0x1F0);'),
  },
});

/** A firmware for SDK 3.x with its table. */
const table = (...rows: string[]) => [
  '#include "user_interface.h"',
  'static const partition_item_t table[] = {',
  ...rows.map(row => `  ${row},`),
  '};',
  'void user_pre_init(void) {',
  '  system_partition_table_regist(table, sizeof(table) / sizeof(table[0]), 4);',
  '}',
];
const fota = [
  '{ SYSTEM_PARTITION_BOOTLOADER, 0x0, 0x1000 }',
  '{ SYSTEM_PARTITION_OTA_1, 0x1000, 0x6A000 }',
  '{ SYSTEM_PARTITION_OTA_2, 0x81000, 0x6A000 }',
  '{ SYSTEM_PARTITION_RF_CAL, 0x3FB000, 0x1000 }',
  '{ SYSTEM_PARTITION_PHY_DATA, 0x3FC000, 0x1000 }',
  '{ SYSTEM_PARTITION_SYSTEM_PARAMETER, 0x3FD000, 0x3000 }',
];

describeRule('SSL078', {
  finds: {
    'a sector in a registered slot': [
      ...table(...fota),
      ...client('espconn_secure_ca_enable(1, 0x3B); //! SSL078'),
    ],
    'a sector of the SDK': {
      'user/main.c': client('espconn_secure_ca_enable(1, 0xFE); //! SSL078'),
      Makefile: makefile(2),
    },
    'the boot loader’s sector of the second file': [
      ...table('{ SYSTEM_PARTITION_BOOTLOADER, 0x0, 0x2000 }'),
      ...client('espconn_secure_cert_req_enable(1, 1); //! SSL078'),
    ],
  },
  silent: {
    'the sectors of esp_mqtt_proj': [
      ...table(...fota),
      ...client('espconn_secure_ca_enable(1, 0x77);', 'espconn_secure_cert_req_enable(1, 0x78);'),
    ],
    'a partition for certificates': [
      ...table(...fota, '{ SYSTEM_PARTITION_SSL_CLIENT_CA, 0xFB000, 0x1000 }'),
      ...client('espconn_secure_ca_enable(1, 0xFB);'),
    ],
    'the manual’s sector at the end of a slot': {
      'user/main.c': client('espconn_secure_ca_enable(1, 0x3B);'),
      Makefile: makefile(2),
    },
    'user parameters': {
      'user/main.c': client('espconn_secure_ca_enable(1, 0x7C);'),
      Makefile: makefile(2),
    },
  },
});

const flashing =
  '\tesptool.py write_flash 0x0 boot.bin 0x77000 bin/esp_ca_cert.bin 0x78000 bin/esp_cert_private_key.bin';

describeRule('SSL079', {
  finds: {
    'another sector than that of the Makefile': {
      'user/main.c': client('espconn_secure_ca_enable(1, 0x7B); //! SSL079'),
      Makefile: ['flash:', flashing],
    },
    'a partition elsewhere': {
      'user/main.c': table(
        ...fota,
        '{ SYSTEM_PARTITION_SSL_SERVER_CA, 0x77000, 0x1000 }',
        '{ SYSTEM_PARTITION_SSL_CLIENT_CERT_PRIVKEY, 0x79000, 0x1000 }',
      ).map(line => (line.includes('0x79000') ? `${line} //! SSL079` : line)),
      Makefile: ['flash:', flashing],
    },
  },
  silent: {
    'partitions of their own for certificates': {
      'user/main.c': table(...fota, '{ SYSTEM_PARTITION_SSL_CLIENT_CA, 0x77000, 0x1000 }'),
      Makefile: ['flash:', flashing],
    },
    'the same sectors': {
      'user/main.c': client('espconn_secure_ca_enable(1, 0x77);', 'espconn_secure_cert_req_enable(1, 0x78);'),
      Makefile: ['flash:', flashing],
    },
    'a Makefile that flashes no certificates': {
      'user/main.c': client('espconn_secure_ca_enable(1, 0x7B);'),
      Makefile: ['flash:', '\tesptool.py write_flash 0x0 boot.bin'],
    },
    'one of several addresses': {
      'user/main.c': client('espconn_secure_ca_enable(1, 0xFB);'),
      Makefile: ['flash:', flashing, 'flash2:', '\tesptool.py write_flash 0xFB000 esp_ca_cert.bin'],
    },
  },
});

describeRule('SSL080', {
  finds: {
    'one sector for both': client(
      'espconn_secure_ca_enable(1, 0x77);',
      'espconn_secure_cert_req_enable(ESPCONN_CLIENT, 0x77); //! SSL080',
    ),
  },
  silent: {
    'two sectors': client('espconn_secure_ca_enable(1, 0x77);', 'espconn_secure_cert_req_enable(1, 0x78);'),
    'another level': client('espconn_secure_ca_enable(1, 0x77);', 'espconn_secure_cert_req_enable(2, 0x77);'),
    'one or the other': with_(
      ['extern int two_way;'],
      'if (two_way) espconn_secure_cert_req_enable(1, 0x77); else espconn_secure_ca_enable(1, 0x77);',
    ),
  },
});

describeRule('SSL081', {
  finds: {
    'the server’s level in a client': client('espconn_secure_ca_enable(ESPCONN_SERVER, 0x77); //! SSL081'),
    'the client’s level in a server': [
      'static struct espconn conn;',
      'void start(void) { espconn_secure_ca_enable(0x01, 0x77); espconn_secure_accept(&conn); } //! SSL081',
    ],
  },
  silent: {
    'the right level': client('espconn_secure_ca_enable(ESPCONN_CLIENT, 0x77);'),
    'both levels': client('espconn_secure_ca_enable(ESPCONN_BOTH, 0x77);'),
    'a program with both roles': [
      'static struct espconn conn, server;',
      'void start(void) { espconn_secure_ca_enable(2, 0x77); espconn_secure_accept(&server); espconn_secure_connect(&conn); }',
    ],
    'a server that some configuration has': [
      'static struct espconn conn, server;',
      'void start(void) {',
      '  espconn_secure_ca_enable(ESPCONN_SERVER, 0x77);',
      '#ifdef SERVER_SSL_ENABLE',
      '  espconn_secure_accept(&server);',
      '#endif',
      '  espconn_secure_connect(&conn);',
      '}',
    ],
    'a part of a program': ['void setup(void) { espconn_secure_ca_enable(2, 0x77); }'],
  },
});

describeRule('SSL082', {
  finds: {
    'a client without CA': [
      'static struct espconn conn;',
      'void start(void) {',
      '  espconn_secure_connect(&conn); //! SSL082',
      '}',
    ],
    'a connection once, however often it is opened': [
      'static struct espconn conn, other;',
      'static void again(void) { espconn_secure_connect(&conn); } //! SSL082',
      'void start(void) {',
      '  if (espconn_secure_connect(&conn) != 0) again();',
      '  espconn_secure_connect(&other); //! SSL082',
      '}',
    ],
    'a client beside a server with a CA of its own': [
      'static struct espconn conn, server;',
      'void start(void) {',
      '  espconn_secure_ca_enable(ESPCONN_SERVER, 0x77);',
      '  espconn_secure_accept(&server);',
      '  espconn_secure_connect(&conn); //! SSL082',
      '}',
    ],
  },
  silent: {
    'a client with a CA': client('espconn_secure_ca_enable(ESPCONN_CLIENT, 0x77);'),
    'a CA in some configuration': client('#ifdef VERIFY', 'espconn_secure_ca_enable(1, 0x77);', '#endif'),
    'a server': ['static struct espconn conn;', 'void start(void) { espconn_secure_accept(&conn); }'],
    'a client of which SSL083 says it': client('espconn_secure_cert_req_enable(ESPCONN_CLIENT, 0x77);'),
  },
});

describe('rule SSL082', () => {
  const sending = (...lines: string[]) => [
    'static struct espconn conn;',
    ...lines,
    'void start(void) { espconn_regist_connectcb(&conn, on_connect); espconn_secure_connect(&conn); }',
  ];
  const cases: Record<string, { lines: string[]; severity: string; message: RegExp }> = {
    'an address and no secret': {
      lines: sending('static void on_connect(void *arg) { espconn_secure_sent(arg, "GET / HTTP/1.1", 14); }'),
      severity: 'info',
      message: /any server is accepted here\.$/,
    },
    'a header in a macro': {
      lines: [
        '#define HEAD "GET / HTTP/1.1\\r\\n"',
        '#define REQUEST HEAD "Authorization: Basic Zm9v\\r\\n\\r\\n"',
        ...sending(
          'static void on_connect(void *arg) { espconn_secure_sent(arg, REQUEST, sizeof REQUEST - 1); }',
        ),
      ],
      severity: 'warning',
      message: /“Authorization”/,
    },
    'a variable that is printed into the request': {
      lines: sending(
        'static char request[200];',
        'static struct { char ssid[32]; char cloud_token[32]; } config;',
        'static void send(void *to, char *what) { espconn_secure_sent(to, what, os_strlen(what)); }',
        'static void on_connect(void *arg) {',
        '  os_sprintf(request, "GET /%s HTTP/1.1\\r\\n\\r\\n", config.cloud_token);',
        '  send(arg, request);',
        '}',
      ),
      severity: 'warning',
      message: /“cloud_token”/,
    },
    'a literal that a function is given to send': {
      lines: sending(
        'static void send(void *to, const char *what) { espconn_secure_sent(to, (uint8 *)what, os_strlen(what)); }',
        'static void on_connect(void *arg) { send(arg, "GET /?token=4711 HTTP/1.1\\r\\n\\r\\n"); }',
      ),
      severity: 'warning',
      message: /“token”/,
    },
    'the password of the Wi-Fi, which stays here': {
      lines: sending(
        'static struct station_config config;',
        'static void on_connect(void *arg) {',
        '  os_memcpy(config.password, "password", 9);',
        '  espconn_secure_sent(arg, "GET / HTTP/1.1", 14);',
        '}',
      ),
      severity: 'info',
      message: /any server is accepted here\.$/,
    },
    'an array with a literal': {
      lines: sending(
        'static const char login[] = "{\\"user\\": \\"device\\", \\"pin\\": 1234}";',
        'static void on_connect(void *arg) { espconn_secure_sent(arg, (uint8 *)login, sizeof login - 1); }',
      ),
      severity: 'warning',
      message: /“user”/,
    },
    'an account for MQTT': {
      lines: [
        '#define MQTT_USER ""',
        'static struct espconn conn;',
        'static void mqtt_open(void) { espconn_secure_connect(&conn); }',
        'void start(void) { MQTT_InitClient(&client, "id", MQTT_USER, MQTT_PASS, 120, 1); mqtt_open(); }',
      ],
      severity: 'warning',
      message: /“MQTT_PASS”/,
    },
    'no account for MQTT': {
      lines: [
        '#define MQTT_PASS ""',
        'static struct espconn conn;',
        'static void mqtt_open(void) { espconn_secure_connect(&conn); }',
        'void start(void) { MQTT_InitClient(&client, "id", NULL, MQTT_PASS, 120, 1); mqtt_open(); }',
      ],
      severity: 'info',
      message: /any server is accepted here\.$/,
    },
    'a name': {
      lines: [
        'static struct espconn conn;',
        'static ip_addr_t address;',
        'static void found(const char *name, ip_addr_t *ip, void *arg) { espconn_secure_connect(arg); }',
        'void start(void) { espconn_gethostbyname(&conn, "example.com", &address, found); }',
      ],
      severity: 'warning',
      message: /server’s name resolves to/,
    },
  };
  for (const [name, { lines, severity, message }] of Object.entries(cases))
    it(`is as serious as ${name}`, async () => {
      const { findings } = await check(lines, [ruleNamed('SSL082')]);
      assert.deepEqual(
        findings.map(each => each.severity),
        [severity],
      );
      assert.match(findings[0]?.message ?? '', message);
    });
});

describeRule('SSL083', {
  finds: {
    'an own certificate alone': client('espconn_secure_cert_req_enable(1, 0x78); //! SSL083'),
    'the CA of another level': client(
      'espconn_secure_ca_enable(2, 0x77);',
      'espconn_secure_cert_req_enable(1, 0x78); //! SSL083',
    ),
  },
  silent: {
    'both for both levels': client(
      'espconn_secure_ca_enable(ESPCONN_BOTH, 0x77);',
      'espconn_secure_cert_req_enable(1, 0x78);',
    ),
    'what constants leave out': with_(
      ['#define DEFAULT_SECURITY 0', '#define TWO_WAY 2'],
      'if (DEFAULT_SECURITY >= TWO_WAY) espconn_secure_cert_req_enable(1, 0x78);',
    ),
    'a level that is none: that is another finding': client(
      'espconn_secure_ca_enable(4, 0x77);',
      'espconn_secure_cert_req_enable(1, 0x78);',
    ),
    'both under their conditions': with_(
      ['extern int security;'],
      'if (security >= 1) espconn_secure_ca_enable(1, 0x77);',
      'if (security >= 2) espconn_secure_cert_req_enable(1, 0x78);',
    ),
  },
});

describeRule('SSL084', {
  finds: {
    'TLS to the port of HTTP': client('tcp.remote_port = 80; //! SSL084'),
    'TLS to the port of MQTT, by a name': with_(
      ['#define MQTT_PORT 1883'],
      'conn.proto.tcp->remote_port = MQTT_PORT; //! SSL084',
    ),
    'no TLS to its port': [
      'static struct espconn conn; static esp_tcp tcp;',
      'void start(void) { conn.proto.tcp = &tcp; ',
      '  tcp.remote_port = 443; //! SSL084',
      '  espconn_connect(&conn); }',
    ],
  },
  silent: {
    'the right ports': client('tcp.remote_port = 8883;'),
    'a port chosen with the kind': [
      'static struct espconn conn; static esp_tcp tcp; extern int secure;',
      'void start(void) {',
      '  conn.proto.tcp = &tcp;',
      '  if (secure) { tcp.remote_port = 443; espconn_secure_connect(&conn); }',
      '  else { tcp.remote_port = 80; espconn_connect(&conn); }',
      '}',
    ],
    'a port chosen by the preprocessor': [
      'static struct espconn conn; static esp_tcp tcp;',
      'void start(void) {',
      '  conn.proto.tcp = &tcp;',
      '#ifdef CLIENT_SSL_ENABLE',
      '  tcp.remote_port = 8443;',
      '  espconn_secure_connect(&conn);',
      '#else',
      '  tcp.remote_port = 8000;',
      '  espconn_connect(&conn);',
      '#endif',
      '}',
    ],
    'a port of its own': client('tcp.remote_port = 9443;'),
    'a TLS library of its own above TCP': [
      'static struct espconn conn; static esp_tcp tcp;',
      'void on_connect(void *arg) { mbedtls_ssl_handshake(&ssl); }',
      'void start(void) { conn.proto.tcp = &tcp; tcp.remote_port = 443;',
      '  espconn_regist_connectcb(&conn, on_connect); espconn_connect(&conn); }',
    ],
    'one of two ports': with_(
      ['extern int old;'],
      'tcp.remote_port = 443;',
      'if (old) tcp.remote_port = 8080;',
    ),
  },
});

const plainClient = (...settings: string[]) =>
  client(...settings).map(line => line.replace('espconn_secure_connect', 'espconn_connect'));

describeRule('SSL071', {
  finds: {
    'a size by a macro with a parameter': [
      '#define KB(n) ((n) * 1024)',
      '#define TWICE(n) (2 * KB(n))',
      'static struct espconn conn;',
      'void start(void) {',
      '  espconn_secure_set_size(1, TWICE(8)); //! SSL071',
      '  espconn_secure_connect(&conn);',
      '}',
    ],
  },
  silent: {
    'a size by a macro with a parameter': [
      '#define KB(n) ((n) * 1024)',
      'static struct espconn conn;',
      'void start(void) { espconn_secure_set_size(1, KB(8)); espconn_secure_connect(&conn); }',
    ],
    'what a macro does not say': [
      '#define KB(n) ((n) * unknown)',
      '#define LOOP(n) LOOP(n)',
      'static struct espconn conn;',
      'void start(void) { espconn_secure_set_size(1, KB(16)); espconn_secure_set_size(1, LOOP(16)); espconn_secure_connect(&conn); }',
    ],
  },
});

/** A client whose esp_tcp is a member called `tcp` of the struct around. */
const around = (port: string) => [
  'struct link { struct espconn conn; esp_tcp tcp; };',
  'static struct link one;',
  'void start(struct link *l) {',
  '  l->conn.proto.tcp = &l->tcp;',
  `  l->tcp.remote_port = ${port}`,
  '  espconn_secure_connect(&l->conn);',
  '}',
  'void begin(void) { start(&one); }',
];

describeRule('SSL084', {
  finds: { 'a port in a member called tcp': around('8080; //! SSL084') },
  silent: { 'the port of TLS in a member called tcp': around('8443;') },
});

describeRule('SSL084', {
  finds: {
    'a port that a function is given': [
      'static struct espconn conn; static esp_tcp tcp;',
      'static void open(int port) { conn.proto.tcp = &tcp; tcp.remote_port = port; espconn_secure_connect(&conn); }',
      'void start(void) {',
      '  open(8080); //! SSL084',
      '}',
    ],
  },
  silent: {
    'two ports that a function is given': [
      'static struct espconn conn; static esp_tcp tcp;',
      'static void open(int port) { conn.proto.tcp = &tcp; tcp.remote_port = port; espconn_secure_connect(&conn); }',
      'void start(void) { open(8080); open(8443); }',
    ],
  },
});

describeRule('SSL085', {
  finds: { 'a fixed port': plainClient('conn.proto.tcp->local_port = 5000; //! SSL085') },
  silent: {
    'a port of espconn_port': plainClient('tcp.local_port = espconn_port();'),
    'no port': plainClient('tcp.local_port = 0;'),
    'a TLS client, for libmbedtls takes no notice': client('tcp.local_port = 5000;'),
    'a server': [
      'static struct espconn conn; static esp_tcp tcp;',
      'void start(void) { conn.proto.tcp = &tcp; tcp.local_port = 80; espconn_accept(&conn); }',
    ],
  },
});
describeRule(
  'SSL085',
  {
    finds: {
      'a TLS client with libssl': client('tcp.local_port = 5000; //! SSL085'),
      'a client that is TLS by a flag': [
        'static struct espconn conn; static esp_tcp tcp; extern int secure;',
        'void start(void) {',
        '  conn.proto.tcp = &tcp;',
        '  tcp.local_port = 5000; //! SSL085',
        '  if (secure) espconn_secure_connect(&conn); else espconn_connect(&conn);',
        '}',
      ],
    },
    silent: {
      'a client that is a server, too': [
        'static struct espconn conn; static esp_tcp tcp; extern int listens;',
        'void start(void) {',
        '  conn.proto.tcp = &tcp; tcp.local_port = 5000;',
        '  if (listens) espconn_secure_accept(&conn); else espconn_secure_connect(&conn);',
        '}',
      ],
    },
  },
  { target: { tlsLibrary: 'libssl' } },
);

describeRule('SSL086', {
  finds: { 'more than 16 bits': client('espconn_secure_set_size(1, 0x12000); //! SSL086') },
  silent: { less: client('espconn_secure_set_size(1, 0x2000);') },
});

describeRule('SSL087', {
  finds: {
    'compared with ESPCONN_OK': client(
      'if (espconn_secure_set_size(1, 4096) != ESPCONN_OK) return; //! SSL087',
    ),
    'taken for negative': client('if (espconn_secure_ca_enable(1, 0x77) < 0) return; //! SSL087'),
    'by a variable': client(
      'sint8 result = espconn_secure_ca_enable(1, 0x77);',
      'if (result == ESPCONN_OK) os_printf("set\\n"); //! SSL087',
    ),
    'compared with an error': client(
      'if (espconn_secure_cert_req_enable(1, 0x78) == ESPCONN_ARG) return; //! SSL087',
    ),
  },
  silent: {
    'compared with true': client('if (espconn_secure_set_size(1, 4096) != true) return;'),
    'compared with 0 and negated': client(
      'if (espconn_secure_set_size(1, 4096) == 0) return;',
      'if (!espconn_secure_ca_enable(1, 0x77)) return;',
    ),
    'an error code': client('if (espconn_secure_get_size(1) < 0) return;'),
    'a variable that holds something else by then': client(
      'sint8 result = espconn_secure_ca_enable(1, 0x77);',
      'result = espconn_secure_connect(&conn);',
      'if (result != ESPCONN_OK) return;',
    ),
  },
});

const connecting = (...lines: string[]) => [
  'static struct espconn conn;',
  'void start(void) {',
  ...lines.map(line => `  ${line}`),
  '}',
];

describeRule('SSL088', {
  finds: {
    'a negative result': connecting('if (espconn_secure_connect(&conn) < 0) os_printf("no\\n"); //! SSL088'),
    'by a variable': connecting(
      'sint8 result = espconn_secure_connect(&conn);',
      'if (result >= 0) os_printf("connecting\\n"); //! SSL088',
    ),
  },
  silent: {
    'compared with ESPCONN_OK': connecting('if (espconn_secure_connect(&conn) != ESPCONN_OK) return;'),
    'a check for 0 as well': connecting(
      'sint8 result = espconn_secure_connect(&conn);',
      'if (result < 0) os_printf("no\\n");',
      'else if (result != 0) os_printf("Wi-Fi\\n");',
    ),
    'a station alone': connecting(
      'wifi_set_opmode(STATION_MODE);',
      'if (espconn_secure_connect(&conn) < 0) return;',
    ),
    'another function': connecting('if (espconn_secure_disconnect(&conn) < 0) return;'),
  },
});

const reconnecting = (...body: string[]) => [
  'static struct espconn conn;',
  'static void reconnect(void *arg, sint8 err) {',
  ...body.map(line => `  ${line}`),
  '}',
  'void start(void) { espconn_regist_reconcb(&conn, reconnect); espconn_secure_connect(&conn); }',
];

describeRule(
  'SSL089',
  {
    finds: {
      'only the error of libssl': reconnecting(
        'if (err == ESPCONN_HANDSHAKE) os_printf("no\\n"); //! SSL089',
      ),
      'only the error of libssl, where the program chooses the kind': reconnecting(
        'if (err == ESPCONN_HANDSHAKE) os_printf("no\\n"); //! SSL089',
      ).map(line =>
        line.replace(
          'espconn_secure_connect(&conn);',
          'if (secure) espconn_secure_connect(&conn); else espconn_connect(&conn);',
        ),
      ),
      'its number': reconnecting('if (-61 == err) os_printf("no\\n"); //! SSL089'),
      'as a label': reconnecting(
        'switch (err) {',
        '  case ESPCONN_HANDSHAKE: //! SSL089',
        '    os_printf("no\\n");',
        '    break;',
        '}',
      ),
    },
    silent: {
      'other errors, too': reconnecting(
        'if (err == ESPCONN_HANDSHAKE || err == ESPCONN_CONN) os_printf("no\\n");',
      ),
      'every error': reconnecting('if (err != ESPCONN_OK) os_printf("no\\n");'),
      'a plain connection': reconnecting('if (err == ESPCONN_HANDSHAKE) os_printf("no\\n");').map(line =>
        line.replace('espconn_secure_connect', 'espconn_connect'),
      ),
    },
  },
  { target: { tlsLibrary: 'libmbedtls' } },
);
describeRule('SSL089', {
  finds: {},
  silent: {
    'a library that is not known': reconnecting('if (err == ESPCONN_HANDSHAKE) os_printf("no\\n");'),
  },
});

describeRule('SSL090', {
  finds: {
    'a reconnect callback without the error': [
      'static struct espconn conn;',
      'void reconnect(void *arg) { os_printf("no\\n"); } //! SSL090',
      'void start(void) { espconn_regist_reconcb(&conn, (espconn_reconnect_callback)reconnect); }',
    ],
    'an error of another type': [
      'static struct espconn conn;',
      'void reconnect(void *arg, uint8 err) { os_printf("no\\n"); } //! SSL090',
      'void start(void) { espconn_regist_reconcb(&conn, reconnect); }',
    ],
    'a receive callback without the length': [
      'static struct espconn conn;',
      'void receive(void *arg, char *data) { os_printf(data); } //! SSL090',
      'void start(void) { espconn_regist_recvcb(&conn, receive); }',
    ],
  },
  silent: {
    'the right parameters': [
      'typedef signed char my_error;',
      'static struct espconn conn;',
      'void reconnect(void *arg, int8_t err) { os_printf("no\\n"); }',
      'void other(void *arg, my_error err) { os_printf("no\\n"); }',
      'void receive(void *arg, char *data, unsigned short length) { os_printf(data); }',
      'void start(void) { espconn_regist_reconcb(&conn, reconnect); espconn_regist_reconcb(&conn, other); espconn_regist_recvcb(&conn, receive); }',
    ],
    'a timer function': [
      'static os_timer_t timer;',
      'void tick(void) { os_printf("tick\\n"); }',
      'void start(void) { os_timer_setfn(&timer, (os_timer_func_t *)tick, NULL); espconn_port(); }',
    ],
  },
});

describeRule('SSL075', {
  finds: {
    'an address to erase': [
      '#define CA_ADDRESS 0x77000',
      '#define CA_SECTOR 0x77',
      'void wipe(void) {',
      '  spi_flash_erase_sector(CA_ADDRESS); //! SSL075',
      '  spi_flash_erase_sector(CA_SECTOR * SPI_FLASH_SEC_SIZE); //! SSL075',
      '  spi_flash_erase_sector(0x78 * 4096); //! SSL075',
      '  spi_flash_erase_sector(0x79 << 12); //! SSL075',
      '}',
    ],
    'an address in a variable, and given to a wrapper': [
      'static void wipe(uint32 where) { spi_flash_erase_sector(where); }',
      'void clear(void) {',
      '  uint32 address = 0x7A * SPI_FLASH_SEC_SIZE;',
      '  spi_flash_erase_sector(address); //! SSL075',
      '  wipe(0x77000); //! SSL075',
      '}',
    ],
    'a sector that is multiplied, whichever it is': [
      'void wipe(uint16 sector) {',
      '  spi_flash_erase_sector(sector * SPI_FLASH_SEC_SIZE); //! SSL075',
      '  spi_flash_erase_sector(sector << 12); //! SSL075',
      '}',
    ],
    'one parameter for both': [
      'static uint32 words[64];',
      'void store(uint32 place) {',
      '  spi_flash_erase_sector(place); //! SSL075',
      '  spi_flash_write(place, words, sizeof(words));',
      '}',
    ],
    'an address for saved parameters': [
      'static uint32 words[64];',
      'void save(void) {',
      '  system_param_save_with_protect(0x7C000, words, sizeof(words)); //! SSL075',
      '  system_param_load(0x7C000, 0, words, sizeof(words)); //! SSL075',
      '}',
    ],
  },
  silent: {
    'sectors, and addresses made of them': [
      'static uint32 words[64];',
      'void store(uint32 address, uint16 sector) {',
      '  spi_flash_erase_sector(address / SPI_FLASH_SEC_SIZE);',
      '  spi_flash_erase_sector(address >> 12);',
      '  spi_flash_erase_sector(sector);',
      '  spi_flash_erase_sector(sector + 1);',
      '  spi_flash_write(sector * SPI_FLASH_SEC_SIZE, words, sizeof(words));',
      '}',
    ],
  },
});
