import assert from 'node:assert/strict';
import { readMakefile } from '../../../src/analysis/project/makefile';
import { describeRule } from './checkSources';

const secure = ['static struct espconn conn;', 'void start(void) { espconn_secure_connect(&conn); }'];

/** As the SDK's examples link, with these libraries. */
const linking = (...libraries: string[]) => [
  'LINKFLAGS_eagle.app.v6 = \\',
  '\t-L../lib        \\',
  '\t-nostdlib\t\\',
  '\t-Wl,--start-group\t\\',
  '\t-lc\t\\',
  ...libraries.map(each => `\t${each}\t\\`),
  '\t$(DEP_LIBS_eagle.app.v6)\t\\',
  '\t-Wl,--end-group',
];

describe('reading a Makefile', () => {
  const names = (...lines: string[]) =>
    readMakefile('Makefile', lines.join('\n')).libraries.map(({ name }) => name);

  it('finds the libraries of the SDK’s examples', () => {
    assert.deepEqual(names(...linking('-lmain', '-lssl')), ['c', 'main', 'ssl']);
  });

  it('finds those that make puts -l before', () => {
    assert.deepEqual(
      names('LIBS = c gcc main ssl # and so on', 'LIBS += crypto', 'LIBS := $(addprefix -l,$(LIBS))'),
      ['c', 'gcc', 'main', 'ssl', 'crypto'],
    );
  });

  it('leaves out comments, and knows what it cannot know', () => {
    const { libraries, hasUnknownLibraries } = readMakefile('Makefile', '# -lssl\nL = -lmain -l$(TLS)');
    assert.deepEqual(
      libraries.map(({ name }) => name),
      ['main'],
    );
    assert.ok(hasUnknownLibraries);
  });

  it('knows where everything stands, and what is burnt', () => {
    const text = 'flash:\n\tesptool.py write_flash 0x77000 bin/esp_ca_cert.bin\nL = -lssl\n';
    const { libraries, burnings } = readMakefile('Makefile', text);
    assert.deepEqual(
      libraries.map(({ start, end }) => text.slice(start, end)),
      ['-lssl'],
    );
    assert.deepEqual(
      burnings.map(({ address, file }) => [address, file]),
      [[0x77000, 'bin/esp_ca_cert.bin']],
    );
  });

  it('reads words as make does', () => {
    assert.deepEqual(names('LIBS=-lssl -lmain'), ['ssl', 'main']);
    assert.deepEqual(names('L = \\', '\t-lmain\t\\', '\t-lmbedtls\\', '\t-lcrypto'), [
      'main',
      'mbedtls',
      'crypto',
    ]);
    assert.deepEqual(names('L = -lmain\\\r', '  -lssl\r', 'X = 1'), ['main', 'ssl']);
    assert.deepEqual(names('# L = -lssl \\', '-lmbedtls', 'L = -lmain # -lssl'), ['main']);
    assert.deepEqual(names('L = -Wl,--start-group,-lssl,-lmain -l crypto "-lc" -l:libpp.a'), [
      'ssl',
      'main',
      'crypto',
      'c',
      'pp',
    ]);
    assert.deepEqual(names('L = $(SDK)/lib/libssl.a ../lib/libmbedtls.a'), ['ssl', 'mbedtls']);
  });

  it('knows which libraries a variable has in the end', () => {
    assert.deepEqual(names('L = -lssl', 'L = -lmain -lmbedtls'), ['main', 'mbedtls']);
    assert.deepEqual(names('L = -lmain -lmbedtls', 'L ?= -lssl'), ['main', 'mbedtls']);
    assert.deepEqual(names('L = -lmain -lssl', 'L := $(filter-out -lssl,$(L)) -lmbedtls'), [
      'main',
      'mbedtls',
    ]);
    assert.deepEqual(names('TLS = mbedtls', 'L = -lmain -l$(TLS)'), ['mbedtls', 'main'].reverse());
    for (const form of [
      '$(addprefix -l,$(L))',
      '$(patsubst %,-l%,$(L))',
      '$(L:%=-l%)',
      '$(foreach l,$(L),-l$(l))',
      '$(addprefix $(SDK)/lib/lib,$(addsuffix .a,$(L)))',
    ])
      assert.deepEqual(names('L = main ssl', `F = ${form}`), ['main', 'ssl'], form);
  });

  it('takes variables from the Makefiles that it includes', () => {
    const { libraries } = readMakefile('app/Makefile', 'include ../tls.mk\nL = -lmain -l$(TLS)', name =>
      name === 'tls.mk' ? 'TLS = ssl' : undefined,
    );
    assert.deepEqual(
      libraries.map(({ name }) => name),
      ['main', 'ssl'],
    );
  });

  it('finds no library in what is broken, and one behind it', () => {
    for (const text of ['', 'else\nendif\nendif', '\\\n\\\n=', '\0\xff\n=\t=']) {
      assert.deepEqual(names(text), [], JSON.stringify(text));
      assert.deepEqual(names(text, 'LIBS = -lssl'), ['ssl'], JSON.stringify(text));
    }
    assert.ok(readMakefile('Makefile', `L=${'-l'.repeat(10_000)}`).libraries.length <= 1);
  });
});

describeRule('SSL130', {
  finds: {
    'both in one list': {
      'user/main.c': secure,
      Makefile: ['LIBS = -lmain -lssl -lcrypto -lmbedtls # //! SSL130'],
    },
    'one in a variable of the other’s list': {
      'user/main.c': secure,
      Makefile: [
        'TLS = mbedtls',
        'EXTRA=-lssl -lcrypto # //! SSL130',
        'LIBS=-lmain -l$(TLS)',
        'app: a.o',
        '\t$(CC) -o $@ $^ -Wl,--start-group $(LIBS) $(EXTRA) -Wl,--end-group',
      ],
    },
    'the other in a file that is included': {
      'user/main.c': secure,
      Makefile: ['include tls.mk', 'LIBS += -lmain $(SDK)/lib/libssl.a # //! SSL130'],
      'tls.mk': ['LIBS = -l mbedtls -lcrypto'],
    },
    'both in one environment of PlatformIO': {
      'src/main.c': secure,
      'platformio.ini': [
        '[common]',
        'libs = -lmbedtls',
        '[env]',
        'platform = espressif8266@4',
        '[env:one]',
        'build_flags =',
        '  -Wl,-lssl ; //! SSL130',
        '  ${common.libs} -lcrypto',
        '[env:two]',
        'build_flags = -lmbedtls',
      ],
    },
    'one added to the other': {
      'user/main.c': secure,
      Makefile: [
        'LIBS = main crypto mbedtls',
        'LIBS += ssl # //! SSL130',
        'LDFLAGS = $(addprefix -l,$(LIBS))',
      ],
    },
    'one added to the other under a further condition': {
      'user/main.c': secure,
      Makefile: [
        'ifdef TLS',
        'LIBS = -lmain -lcrypto -lmbedtls',
        'ifdef OLD',
        'LIBS += -lssl # //! SSL130',
        'endif',
        'endif',
      ],
    },
  },
  silent: {
    'one of them': { 'user/main.c': secure, Makefile: linking('-lmain', '-lssl', '-lcrypto') },
    'one of them by a condition': {
      'user/main.c': secure,
      Makefile: ['ifeq ($(TLS), mbedtls)', 'LIBS = -lmain -lmbedtls', 'else', 'LIBS = -lmain -lssl', 'endif'],
    },
    'one in a comment': { 'user/main.c': secure, Makefile: ['LIBS = -lmain -lmbedtls # -lssl'] },
    'the RTOS SDK': { 'user/main.c': secure, Makefile: ['LIBS = -lmain -lfreertos -lssl -lmbedtls'] },
    'two programs': { 'user/main.c': secure, Makefile: ['A = -lmain -lssl', 'B = -lmain -lmbedtls'] },
  },
});

describeRule(
  'SSL131',
  {
    finds: {
      'no TLS library': { 'user/main.c': secure, Makefile: ['LIBS = -lmain -lcrypto # //! SSL131'] },
      'no libcrypto': { 'user/main.c': secure, Makefile: ['LIBS = -lmain -lssl # //! SSL131'] },
      'none besides those that the Makefile makes': {
        'user/main.c': secure,
        Makefile: ['LIBS = -lmain -lcrypto $(DEP_LIBS_eagle.app.v6) # //! SSL131'],
      },
      'neither, by prefix': {
        'user/main.c': secure,
        Makefile: ['LIBS = c gcc main lwip # //! SSL131', 'LIBS := $(addprefix -l,$(LIBS))'],
      },
    },
    silent: {
      both: { 'user/main.c': secure, Makefile: linking('-lmain', '-lmbedtls', '-lcrypto') },
      'a program without TLS': {
        'user/main.c': ['static struct espconn conn;', 'void start(void) { espconn_connect(&conn); }'],
        Makefile: ['LIBS = -lmain'],
      },
      'TLS that only a macro brings in': {
        'user/main.c': ['#ifdef CLIENT_SSL_ENABLE', ...secure, '#endif'],
        Makefile: ['LIBS = -lmain'],
      },
      'libraries by a variable': { 'user/main.c': secure, Makefile: ['LIBS = -lmain -l$(TLS_LIBRARY)'] },
      'libraries from the command line of make': {
        'user/main.c': secure,
        Makefile: ['LINKFLAGS = -lmain \\', '  $(EXTRA_LIBS) \\', '  $(DEP_LIBS_eagle.app.v6)'],
      },
      'libraries as files': {
        'user/main.c': secure,
        Makefile: ['LIBS = -lmain lib/libssl.a lib/libcrypto.a'],
      },
      'libraries in another Makefile': {
        'user/main.c': secure,
        Makefile: ['LIBS = -lmain'],
        'tls/Makefile': ['LIBS += -lmbedtls -lcrypto'],
      },
      'no list of libraries at all': { 'user/main.c': secure, Makefile: ['SUBDIRS = user'] },
    },
  },
  { target: { sdk: '3.0.6' } },
);

describeRule(
  'SSL132',
  {
    finds: {
      'libssl of a new SDK': {
        'user/main.c': secure,
        Makefile: ['LIBS = -lmain -lssl -lcrypto # //! SSL132'],
      },
    },
    silent: {
      libmbedtls: { 'user/main.c': secure, Makefile: ['LIBS = -lmain -lmbedtls -lcrypto'] },
      'a program without TLS': {
        'user/main.c': ['void start(void) { espconn_port(); }'],
        Makefile: ['LIBS = -lmain -lssl'],
      },
    },
  },
  { target: { sdk: '2.2.1' } },
);
describeRule(
  'SSL132',
  {
    finds: {},
    silent: { 'an SDK that has no other': { 'user/main.c': secure, Makefile: ['LIBS = -lmain -lssl'] } },
  },
  { target: { sdk: '2.1.0' } },
);

const rows = (...lines: string[]) => [
  '#include "user_interface.h"',
  'static const partition_item_t table[] = {',
  ...lines.map(line => `  ${line}`),
  '};',
];
const registered = (map: string) => [
  'void ICACHE_FLASH_ATTR user_pre_init(void) {',
  `  if (!system_partition_table_regist(table, sizeof(table) / sizeof(table[0]), ${map})) {`,
  '    while (1);',
  '  }',
  '}',
];
const boot = '{ SYSTEM_PARTITION_BOOTLOADER, 0x0, 0x1000 },';

describeRule(
  'SSL133',
  {
    finds: {
      'no user_pre_init': ['void user_init(void) { espconn_port(); } //! SSL133'],
      'a user_pre_init that registers nothing': [
        'void user_pre_init(void) { espconn_port(); } //! SSL133',
        'void user_init(void) { }',
      ],
      'a table that is registered too late': [
        ...rows(boot),
        'void user_init(void) { system_partition_table_regist(table, 1, 4); } //! SSL133',
      ],
      'another map than that of the Makefile': {
        'user/main.c': [
          ...rows(boot),
          ...registered('4').map(line => (line.includes('regist') ? `${line} //! SSL133` : line)),
        ],
        Makefile: ['SPI_SIZE_MAP = 6'],
      },
    },
    silent: {
      'a table': [...rows(boot), ...registered('4'), 'void user_init(void) { }'],
      'a table that a function registers': [
        ...rows(boot),
        'static void register_all(void) { system_partition_table_regist(table, 1, 4); }',
        'void user_pre_init(void) { register_all(); }',
        'void user_init(void) { }',
      ],
      'a map that no SDK 3.x has: that is another finding': {
        'user/main.c': [...rows(boot), ...registered('0')],
        Makefile: ['SPI_SIZE_MAP = 6'],
      },
      'the map of the Makefile': {
        'user/main.c': [...rows(boot), ...registered('FLASH_SIZE_32M_MAP_1024_1024')],
        Makefile: ['SPI_SIZE_MAP = 6'],
      },
      'the map by its macro': {
        'user/main.c': [
          '#if SPI_FLASH_SIZE_MAP == 2',
          '#define SIZE 0x6A000',
          '#elif SPI_FLASH_SIZE_MAP == 5',
          '#define SIZE 0xE0000',
          '#endif',
          ...rows('{ SYSTEM_PARTITION_OTA_1, 0x1000, SIZE },'),
          ...registered('SPI_FLASH_SIZE_MAP'),
        ],
        Makefile: ['SPI_SIZE_MAP = 6'],
      },
      'a part of a program': secure,
    },
  },
  { target: { sdk: '3.0.4' } },
);
describeRule('SSL133', {
  finds: {
    'a user_pre_init, which only SDK 3.x has, that registers nothing': [
      'void user_pre_init(void) { espconn_port(); } //! SSL133',
      'void user_init(void) { }',
    ],
  },
  silent: {
    'an SDK that is not known': ['void user_init(void) { espconn_port(); }'],
    'a program for SDK 2.x and 3.x alike': [
      'void user_pre_init(void) { }',
      'uint32 user_rf_cal_sector_set(void) { return 0x3FB; }',
      'void user_init(void) { }',
    ],
    'a user_pre_init that calls something elsewhere': [
      'void user_pre_init(void) { register_partitions(); }',
      'void user_init(void) { }',
    ],
  },
});

describeRule(
  'SSL134',
  {
    finds: {
      'no function for the sector': [
        '#include "user_interface.h"',
        'void user_init(void) { espconn_port(); } //! SSL134',
      ],
    },
    silent: {
      'the function': [
        'uint32 user_rf_cal_sector_set(void) { return 123; }',
        'void user_init(void) { espconn_port(); }',
      ],
      'the function in another file': {
        'user/main.c': ['void user_init(void) { espconn_port(); }'],
        'user/rf.c': ['uint32 ICACHE_FLASH_ATTR', 'user_rf_cal_sector_set(void)', '{', '  return 1019;', '}'],
      },
      'a part of a program': secure,
      'esp-open-sdk, which has one': {
        'user/main.c': ['void user_init(void) { espconn_port(); }'],
        Makefile: ['SDK_BASE ?= /opt/esp-open-sdk/sdk'],
      },
    },
  },
  { target: { sdk: '2.2.1' } },
);
describeRule(
  'SSL134',
  { finds: {}, silent: { 'SDK 3.x': ['void user_init(void) { espconn_port(); }'] } },
  { target: { sdk: '3.0.0' } },
);

describeRule('SSL135', {
  finds: {
    'a slot over the certificates': [
      ...rows(
        boot,
        '{ SYSTEM_PARTITION_SSL_CLIENT_CA, 0x77000, 0x1000 },',
        '{ SYSTEM_PARTITION_OTA_1, 0x1000, 0x7A000 }, //! SSL135',
      ),
      ...registered('4'),
    ],
    'two of one address': [
      ...rows(
        '{ SYSTEM_PARTITION_CUSTOMER_BEGIN + 1, 0x7C000, 0x1000 },',
        '{ .type = SYSTEM_PARTITION_CUSTOMER_BEGIN + 2, .addr = 0x7C000, .size = 0x1000 }, //! SSL135',
      ),
      ...registered('4'),
    ],
  },
  silent: {
    neighbours: [
      ...rows(
        boot,
        '{ SYSTEM_PARTITION_OTA_1, 0x1000, 0x6A000 },',
        '{ SYSTEM_PARTITION_OTA_2, 0x6B000, 0x1000 },',
      ),
      ...registered('4'),
    ],
    'a table that is not registered': [
      ...rows(boot, '{ SYSTEM_PARTITION_OTA_1, 0x0, 0x6A000 },'),
      'void start(void) { espconn_port(); }',
    ],
    'addresses by the map': [
      '#if SPI_FLASH_SIZE_MAP == 2',
      '#define SECOND 0x81000',
      '#elif SPI_FLASH_SIZE_MAP == 5',
      '#define SECOND 0x101000',
      '#endif',
      ...rows('{ SYSTEM_PARTITION_OTA_1, 0x1000, 0x6A000 },', '{ SYSTEM_PARTITION_OTA_2, SECOND, 0x6A000 },'),
      ...registered('SPI_FLASH_SIZE_MAP'),
    ],
  },
});

describeRule('SSL136', {
  finds: {
    'an upgrade over TLS': [
      'void upgrade(struct upgrade_server_info *server) {',
      '  system_upgrade_start_ssl(server); //! SSL136',
      '}',
    ],
  },
  silent: {
    'a macro that is not defined': [
      'void upgrade(struct upgrade_server_info *server) {',
      '#ifdef UPGRADE_SSL_ENABLE',
      '  system_upgrade_start_ssl(server);',
      '#else',
      '  system_upgrade_start(server);',
      '#endif',
      '}',
    ],
  },
});

describeRule('SSL137', {
  finds: {
    'a table for 512 KB': [
      ...rows(boot),
      ...registered('0').map(line => (line.includes('regist') ? `${line} //! SSL137` : line)),
    ],
    'a Makefile for 512 KB': {
      'user/main.c': [
        ...rows(boot),
        ...registered('SPI_FLASH_SIZE_MAP').map(line =>
          line.includes('regist') ? `${line} //! SSL137` : line,
        ),
      ],
      Makefile: ['SPI_SIZE_MAP = 0'],
    },
  },
  silent: {
    'a larger one': [...rows(boot), ...registered('4')],
    'the default of the SDK’s Makefile': {
      'user/main.c': [...rows(boot), ...registered('SPI_FLASH_SIZE_MAP')],
      Makefile: ['SPI_SIZE_MAP ?= 0'],
    },
    'the #error of the SDK’s examples': [
      '#if (SPI_FLASH_SIZE_MAP == 0) || (SPI_FLASH_SIZE_MAP == 1)',
      '#error "The flash map is not supported"',
      '#endif',
      ...rows(boot),
      ...registered('SPI_FLASH_SIZE_MAP'),
    ],
    'an SDK before 3': { 'user/main.c': secure, Makefile: ['SPI_SIZE_MAP = 0'] },
  },
});

const server = (port: string, accept = 'espconn_secure_accept') => [
  'static struct espconn conn; static esp_tcp tcp;',
  'void start(void) {',
  '  conn.proto.tcp = &tcp;',
  `  tcp.local_port = ${port};`,
  `  ${accept}(&conn);`,
  '}',
];

describeRule('SSL138', {
  finds: {
    'TLS at port 80': server('80').map(line => (line.includes('port') ? `${line} //! SSL138` : line)),
  },
  silent: {
    'port 443': server('443'),
    'plain HTTP': server('80', 'espconn_accept'),
    'a port by the macro': [
      'static struct espconn conn; static esp_tcp tcp;',
      'void start(void) {',
      '  conn.proto.tcp = &tcp;',
      '#ifdef SERVER_SSL_ENABLE',
      '  tcp.local_port = 443;',
      '  espconn_secure_accept(&conn);',
      '#else',
      '  tcp.local_port = 80;',
      '  espconn_accept(&conn);',
      '#endif',
      '}',
    ],
  },
});

const lines = Array.from({ length: 60 }, (_, index) => `  os_printf("%d", ${index});`);
const callback = (head: string, mark = '') => [
  'static struct espconn conn;',
  'void ICACHE_FLASH_ATTR one(void) { espconn_port(); }',
  'void ICACHE_FLASH_ATTR two(void) { espconn_port(); }',
  'void ICACHE_FLASH_ATTR',
  'three(void) { espconn_port(); }',
  `${head} {${mark}`,
  ...lines,
  '}',
  'void ICACHE_FLASH_ATTR start(void) { espconn_regist_sentcb(&conn, sent); }',
];

describeRule('SSL139', {
  finds: { 'a large callback': callback('static void sent(void *arg)', ' //! SSL139') },
  silent: {
    'one in the flash': callback('static void ICACHE_FLASH_ATTR sent(void *arg)'),
    'one that is declared so': [
      'static void sent(void *arg) ICACHE_FLASH_ATTR;',
      ...callback('static void sent(void *arg)'),
    ],
    'a small one': callback('static void sent(void *arg)').filter(line => !line.includes('os_printf')),
    'a project that puts all code into the flash otherwise': callback('static void sent(void *arg)').map(
      line => line.replace('ICACHE_FLASH_ATTR ', ''),
    ),
    'an interrupt handler': callback('static void sent(void *arg)').map(line =>
      line.replace('espconn_regist_sentcb(&conn, sent)', 'espconn_port(); ETS_GPIO_INTR_ATTACH(sent, NULL)'),
    ),
  },
});
