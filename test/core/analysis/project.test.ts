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

  it('knows where everything stands, and what is flashed', () => {
    const text = 'flash:\n\tesptool.py write_flash 0x77000 bin/esp_ca_cert.bin\nL = -lssl\n';
    const { libraries, flashWrites } = readMakefile('Makefile', text);
    assert.deepEqual(
      libraries.map(({ start, end }) => text.slice(start, end)),
      ['-lssl'],
    );
    assert.deepEqual(
      flashWrites.map(({ address, file }) => [address, file]),
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

const slots = (first: string, second: string) => [
  boot,
  `{ SYSTEM_PARTITION_OTA_1, ${first}, 0x6A000 },`,
  `{ SYSTEM_PARTITION_OTA_2, ${second}, 0x6A000 },`,
];
/** The partitions that the SDK needs, from the first sector of the last five on. */
const system = (start: number) =>
  [
    ['RF_CAL', 0, 0x1000],
    ['PHY_DATA', 0x1000, 0x1000],
    ['SYSTEM_PARAMETER', 0x2000, 0x3000],
  ].map(
    ([name, offset, size]) =>
      `{ SYSTEM_PARTITION_${name}, 0x${(start + Number(offset)).toString(16)}, 0x${Number(size).toString(16)} },`,
  );
const mark = (id: string, lines: readonly string[]) => lines.map(line => `${line} //! ${id}`);

describeRule('SSL140', {
  finds: {
    'the last sectors of another flash': [
      ...rows(...slots('0x1000', '0x101000'), ...mark('SSL140', system(0x3fb000))),
      ...registered('5'),
    ],
    'a slot that begins in the flash and ends behind it': [
      ...rows('{ SYSTEM_PARTITION_OTA_2, 0x81000, 0x80000 }, //! SSL140'),
      ...registered('FLASH_SIZE_8M_MAP_512_512'),
    ],
    'rows by a macro': [
      '#define ROW(type, sector, count) { SYSTEM_PARTITION_##type, (sector) * 0x1000, (count) * 0x1000 }',
      ...rows('ROW(RF_CAL, 0x1FB, 1),', 'ROW(PHY_DATA, 0x3FC, 1) //! SSL140'),
      ...registered('3'),
    ],
    'rows by a list of all of them': [
      '#define PARTITIONS(X) X(RF_CAL, 0x1FB000, 0x1000) X(PHY_DATA, 0x3FC000, 0x1000)',
      '#define ROW(type, at, size) { SYSTEM_PARTITION_##type, at, size },',
      ...rows('PARTITIONS(ROW) //! SSL140'),
      ...registered('3'),
    ],
    'a table that a macro registers': [
      '#define REGISTER(rows, map) system_partition_table_regist((rows), sizeof(rows) / sizeof((rows)[0]), (map))',
      ...rows('{ SYSTEM_PARTITION_RF_CAL, 0x3FB000, 0x1000 }, //! SSL140'),
      'void user_pre_init(void) { REGISTER(table, 5); }',
    ],
    'a table that a function registers': [
      ...rows('{ SYSTEM_PARTITION_RF_CAL, 0x3FB000, 0x1000 }, //! SSL140'),
      'static void reg(const partition_item_t *rows, uint32 count) { system_partition_table_regist(rows, count, 5); }',
      'void user_pre_init(void) { reg(table, 1); }',
    ],
    'the map of the Makefile': {
      'user/main.c': [
        ...rows('{ SYSTEM_PARTITION_RF_CAL, 0x3FB000, 0x1000 }, //! SSL140'),
        ...registered('SPI_FLASH_SIZE_MAP'),
      ],
      Makefile: ['SPI_SIZE_MAP = 5'],
    },
  },
  silent: {
    'the end of the flash': [
      ...rows(...slots('0x1000', '0x101000'), ...system(0x1fb000)),
      ...registered('5'),
    ],
    'a map that is not known': [
      ...rows('{ SYSTEM_PARTITION_RF_CAL, 0xFFB000, 0x1000 },'),
      ...registered('system_get_flash_size_map()'),
    ],
    'an address that is not known': [
      'extern uint32 last;',
      ...rows('{ SYSTEM_PARTITION_RF_CAL, LAST_SECTOR, 0x1000 },', 'MORE_ROWS'),
      ...registered('5'),
    ],
    'rows that are not registered': [
      ...rows(boot, '{ SYSTEM_PARTITION_RF_CAL, 0x3FB000, 0x1000 },'),
      'void user_pre_init(void) { system_partition_table_regist(table, 1, 5); }',
    ],
    'a map that SDK 3.x does not have: that is another finding': [
      ...rows('{ SYSTEM_PARTITION_RF_CAL, 0x3FB000, 0x1000 },'),
      ...registered('0'),
    ],
    'another map than the project’s: that is another finding': {
      'user/main.c': [...rows('{ SYSTEM_PARTITION_RF_CAL, 0x3FB000, 0x1000 },'), ...registered('5')],
      Makefile: ['SPI_SIZE_MAP = 6'],
    },
    'each map’s own addresses': {
      'user/main.c': [
        '#if SPI_FLASH_SIZE_MAP == 2',
        '#define END 0x100000',
        '#elif SPI_FLASH_SIZE_MAP == 6',
        '#define END 0x400000',
        '#else',
        '#error "this map is not supported"',
        '#endif',
        ...rows('{ SYSTEM_PARTITION_RF_CAL, END - 0x5000, 0x1000 },'),
        ...registered('SPI_FLASH_SIZE_MAP'),
      ],
      Makefile: ['SPI_SIZE_MAP ?= 2'],
    },
  },
});

describeRule('SSL141', {
  finds: {
    'user1 elsewhere': [
      ...rows(boot, '{ SYSTEM_PARTITION_OTA_1, 0x2000, 0x69000 }, //! SSL141'),
      ...registered('6'),
    ],
    'user2 of another map': [
      ...rows(boot, '{ SYSTEM_PARTITION_OTA_2, 0x81000, 0x6A000 }, //! SSL141'),
      ...registered('6'),
    ],
    'user2 where no map has it': [
      ...rows('{ SYSTEM_PARTITION_OTA_2, 0x100000, 0x6A000 }, //! SSL141'),
      ...registered('SPI_FLASH_SIZE_MAP'),
    ],
    'a boot loader elsewhere': [
      ...rows('{ SYSTEM_PARTITION_BOOTLOADER, 0x1000, 0x1000 }, //! SSL141'),
      ...registered('6'),
    ],
  },
  silent: {
    'the addresses of 512+512': [...rows(...slots('0x1000', '0x81000')), ...registered('4')],
    'the addresses of 1024+1024': [...rows(...slots('0x1000', '0x101000')), ...registered('9')],
    'either where the map is not known': [
      ...rows(...slots('0x1000', '0x101000')),
      ...registered('SPI_FLASH_SIZE_MAP'),
    ],
    'a firmware without slots': [
      ...rows(
        '{ SYSTEM_PARTITION_CUSTOMER_BEGIN + 1, 0x0, 0x10000 },',
        '{ SYSTEM_PARTITION_CUSTOMER_BEGIN + 2, 0x10000, 0x60000 },',
      ),
      ...registered('2'),
    ],
  },
});

const registering = (id: string) =>
  registered('6').map(line => (line.includes('regist') ? `${line} //! ${id}` : line));

describeRule('SSL142', {
  finds: {
    'a table without RF_CAL': [
      ...rows(...slots('0x1000', '0x101000'), ...system(0x3fb000).slice(1)),
      ...registering('SSL142'),
    ],
    'a table whose last rows are not counted': [
      ...rows(...slots('0x1000', '0x101000'), ...system(0x3fb000)),
      'void user_pre_init(void) { system_partition_table_regist(table, 5, 6); } //! SSL142',
    ],
    'a table of a macro, for a map that is not known': [
      '#define ALL { SYSTEM_PARTITION_RF_CAL, 0x3FB000, 0x1000 }, { SYSTEM_PARTITION_PHY_DATA, 0x3FC000, 0x1000 }',
      ...rows(boot, 'ALL'),
      ...registered('SPI_FLASH_SIZE_MAP').map(line =>
        line.includes('regist') ? `${line} //! SSL142` : line,
      ),
    ],
  },
  silent: {
    'a table with all of them': [...rows(boot, ...system(0x3fb000)), ...registered('6')],
    'a row that is not known': [
      ...rows(boot, ...system(0x3fb000).slice(1), 'OUR_RF_CAL'),
      ...registered('6'),
    ],
    'a type that is not known': [
      ...rows(boot, ...system(0x3fb000).slice(1), '{ OUR_TYPE, 0x3FB000, 0x1000 },'),
      ...registered('6'),
    ],
    'a table that is not in the sources': [
      'extern const partition_item_t table[6];',
      'void user_pre_init(void) { system_partition_table_regist(table, 6, 6); }',
    ],
    'rows that only some configurations have': [
      ...rows(
        boot,
        '#ifdef WITH_RF_CAL',
        ...system(0x3fb000).slice(0, 1),
        '#endif',
        ...system(0x3fb000).slice(1),
      ),
      ...registered('6'),
    ],
  },
});

describeRule('SSL143', {
  finds: {
    'too few sectors for the parameters': [
      ...rows('{ SYSTEM_PARTITION_SYSTEM_PARAMETER, 0x3FD000, 0x1000 }, //! SSL143'),
      ...registered('6'),
    ],
    'more than a sector for the calibration': [
      ...rows('{ SYSTEM_PARTITION_RF_CAL, 0x3FA000, 0x2000 }, //! SSL143'),
      ...registered('6'),
    ],
    'the data of the radio twice': [
      ...rows(
        '{ SYSTEM_PARTITION_PHY_DATA, 0x3FB000, 0x1000 },',
        '{ .type = SYSTEM_PARTITION_PHY_DATA, .addr = 0x3FC000, .size = 0x1000 }, //! SSL143',
      ),
      ...registered('6'),
    ],
  },
  silent: {
    'each once': [...rows(...slots('0x1000', '0x101000'), ...system(0x3fb000)), ...registered('6')],
    'several of the firmware’s own': [
      ...rows(
        '{ SYSTEM_PARTITION_CUSTOMER_BEGIN + 1, 0x7C000, 0x1000 },',
        '{ SYSTEM_PARTITION_CUSTOMER_BEGIN + 1, 0x7D000, 0x400 },',
      ),
      ...registered('6'),
    ],
    'a size that is not known': [
      ...rows('{ SYSTEM_PARTITION_RF_CAL, 0x3FB000, RF_CAL_SIZE },'),
      ...registered('6'),
    ],
  },
});

describeRule('SSL144', {
  finds: {
    'an address inside a sector': [
      ...rows('{ SYSTEM_PARTITION_RF_CAL, 0x3FB800, 0x1000 }, //! SSL144'),
      ...registered('6'),
    ],
  },
  silent: {
    'whole sectors': [...rows(boot, ...system(0x3fb000)), ...registered('6')],
    'a size of the firmware’s own': [
      ...rows('{ SYSTEM_PARTITION_CUSTOMER_BEGIN + 1, 0x7C000, 0x400 },'),
      ...registered('6'),
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
