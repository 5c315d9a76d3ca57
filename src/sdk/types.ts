import { hexDigits } from '../text/hex';
import { errors } from './errors';
import type { Header } from './functions';

/**
 * The types of the NON-OS SDK's API, as data: the C headers are generated from them, and the simulator reads struct
 * offsets here when the firmware's own debug information has none. Layouts are those of a 32-bit little-endian chip with
 * 4-byte enums, as the headers of SDK 3.0.6 give them.
 */
export type Declaration = { kind: 'text'; header: TypeHeader; text: string } | Macros | Enum | Struct;

export interface Macros {
  kind: 'macros';
  header: TypeHeader;
  /** Name, with the parameters where it has some, and what stands for it. */
  values: readonly (readonly [macro: string, replacement: string])[];
}

export interface Enum {
  kind: 'enum';
  header: TypeHeader;
  /** The tag behind `enum`; undefined for one without. */
  name: string | undefined;
  typedef?: string;
  values: readonly (readonly [string, number])[];
}

export interface Struct {
  kind: 'struct';
  header: TypeHeader;
  /** The tag behind `struct`. */
  name: string;
  typedef?: string;
  /** In bytes. */
  size: number;
  members: readonly Member[];
}

export interface Member {
  /** The C declaration, such as `uint8 remote_ip[4]`. */
  declaration: string;
  /** Empty for bit-fields. */
  name: string;
  /** In bytes from the beginning of the struct. */
  offset: number;
}

export type TypeHeader = Header | 'c_types.h' | 'os_type.h' | 'eagle_soc.h' | 'queue.h';

function text(header: TypeHeader, lines: string): Declaration {
  return { kind: 'text', header, text: lines };
}

function macros(header: TypeHeader, values: [macro: string, replacement: string][]): Macros {
  return { kind: 'macros', header, values };
}

/** An enum whose values count up from 0. */
function counting(header: TypeHeader, name: string | undefined, names: string[]): Enum {
  return { kind: 'enum', header, name, values: names.map((value, index) => [value, index]) };
}

function struct(
  header: TypeHeader,
  name: string,
  typedef: string | undefined,
  size: number,
  members: [offset: number, declaration: string][],
): Struct {
  return {
    kind: 'struct',
    header,
    name,
    ...(typedef === undefined ? {} : { typedef }),
    size,
    members: members.map(([offset, declaration]) => ({
      declaration,
      name: /\(\*(\w+)\)|([a-z_]\w*)(?:\[\w+\])?$/i.exec(declaration)?.slice(1).find(Boolean) ?? '',
      offset,
    })),
  };
}

/** The pins: the register of each in the multiplexer, and the functions a pin can have there. */
const pins: { mux: string; offset: number; functions: Record<string, number> }[] = [
  { mux: 'MTDI', offset: 0x04, functions: { GPIO12: 3 } },
  { mux: 'MTCK', offset: 0x08, functions: { GPIO13: 3 } },
  { mux: 'MTMS', offset: 0x0c, functions: { GPIO14: 3 } },
  { mux: 'MTDO', offset: 0x10, functions: { GPIO15: 3, U0RTS: 4 } },
  { mux: 'U0RXD', offset: 0x14, functions: { GPIO3: 3 } },
  { mux: 'U0TXD', offset: 0x18, functions: { U0TXD: 0, GPIO1: 3 } },
  { mux: 'SD_CLK', offset: 0x1c, functions: { SDCLK: 0, SPICLK: 1 } },
  { mux: 'SD_DATA0', offset: 0x20, functions: { SDDATA0: 0, SPIQ: 1, U1TXD: 4 } },
  { mux: 'SD_DATA1', offset: 0x24, functions: { SDDATA1: 0, SPID: 1, U1RXD: 4 } },
  { mux: 'SD_DATA2', offset: 0x28, functions: { SDDATA2: 0, SPIHD: 1, GPIO9: 3 } },
  { mux: 'SD_DATA3', offset: 0x2c, functions: { SDDATA3: 0, SPIWP: 1, GPIO10: 3 } },
  { mux: 'SD_CMD', offset: 0x30, functions: { SDCMD: 0, SPICS0: 1 } },
  { mux: 'GPIO0', offset: 0x34, functions: { GPIO0: 0 } },
  { mux: 'GPIO2', offset: 0x38, functions: { GPIO2: 0, U1TXD_BK: 2, U0TXD_BK: 4 } },
  { mux: 'GPIO4', offset: 0x3c, functions: { GPIO4: 0 } },
  { mux: 'GPIO5', offset: 0x40, functions: { GPIO5: 0 } },
];

/** In the order in which C needs them. */
export const declarations: readonly Declaration[] = [
  text(
    'c_types.h',
    `typedef unsigned char uint8_t;
typedef signed char sint8_t;
typedef signed char int8_t;
typedef unsigned short uint16_t;
typedef signed short sint16_t;
typedef signed short int16_t;
typedef unsigned int uint32_t;
typedef signed int sint32_t;
typedef signed int int32_t;
typedef unsigned long long uint64_t;
typedef signed long long sint64_t;
typedef signed long long int64_t;
typedef unsigned int size_t;
typedef uint8_t uint8;
typedef uint8_t u8;
typedef sint8_t sint8;
typedef sint8_t int8;
typedef sint8_t s8;
typedef uint16_t uint16;
typedef uint16_t u16;
typedef sint16_t sint16;
typedef sint16_t s16;
typedef uint32_t uint32;
typedef uint32_t u32;
typedef sint32_t sint32;
typedef sint32_t s32;
typedef sint32_t int32;
typedef uint64_t uint64;
typedef uint64_t u64;
typedef sint64_t sint64;
typedef unsigned int u_int;
typedef float real32;
typedef double real64;

#ifndef __cplusplus
typedef unsigned char bool;
#define true 1
#define false 0
#endif
#define BOOL bool
#define TRUE true
#define FALSE false
#ifndef NULL
#define NULL ((void *)0)
#endif

#define BIT(nr) (1UL << (nr))
#define LOCAL static
#ifndef __packed
#define __packed __attribute__((packed))
#endif
#define STORE_ATTR __attribute__((aligned(4)))

/* Functions with ICACHE_FLASH_ATTR run from flash, others from instruction RAM; constants with ICACHE_RODATA_ATTR
   lie in flash, where only aligned words can be read. */
#define ICACHE_FLASH_ATTR __attribute__((section(".irom0.text")))
#define ICACHE_RODATA_ATTR __attribute__((section(".irom.text")))
#define IRAM_ATTR __attribute__((section(".iram.text")))`,
  ),
  {
    kind: 'enum',
    header: 'c_types.h',
    name: 'status',
    typedef: 'STATUS',
    values: [
      ['OK', 0],
      ['FAIL', 1],
      ['PENDING', 2],
      ['BUSY', 3],
      ['CANCEL', 4],
    ],
  },

  text('ets_sys.h', 'typedef void ETSTimerFunc(void *timer_arg);'),
  struct('ets_sys.h', '_ETSTIMER_', 'ETSTimer', 20, [
    [0, 'struct _ETSTIMER_ *timer_next'],
    [4, 'uint32 timer_expire'],
    [8, 'uint32 timer_period'],
    [12, 'ETSTimerFunc *timer_func'],
    [16, 'void *timer_arg'],
  ]),
  text('ets_sys.h', 'typedef uint32 ETSSignal;\ntypedef uint32 ETSParam;'),
  struct('ets_sys.h', 'ETSEventTag', 'ETSEvent', 8, [
    [0, 'ETSSignal sig'],
    [4, 'ETSParam par'],
  ]),
  text('ets_sys.h', 'typedef void (*ETSTask)(ETSEvent *e);\ntypedef void (*ets_isr_t)(void *arg);'),
  macros('ets_sys.h', [
    ['ETS_SDIO_INUM', '1'],
    ['ETS_SPI_INUM', '2'],
    ['ETS_GPIO_INUM', '4'],
    ['ETS_UART_INUM', '5'],
    ['ETS_FRC_TIMER1_INUM', '9'],
    ['ETS_INTR_LOCK()', 'ets_intr_lock()'],
    ['ETS_INTR_UNLOCK()', 'ets_intr_unlock()'],
    ['ETS_INTR_ENABLE(inum)', 'ets_isr_unmask(1 << (inum))'],
    ['ETS_INTR_DISABLE(inum)', 'ets_isr_mask(1 << (inum))'],
    ['ETS_GPIO_INTR_ATTACH(func, arg)', 'ets_isr_attach(ETS_GPIO_INUM, (func), (void *)(arg))'],
    ['ETS_GPIO_INTR_ENABLE()', 'ETS_INTR_ENABLE(ETS_GPIO_INUM)'],
    ['ETS_GPIO_INTR_DISABLE()', 'ETS_INTR_DISABLE(ETS_GPIO_INUM)'],
    ['ETS_UART_INTR_ATTACH(func, arg)', 'ets_isr_attach(ETS_UART_INUM, (func), (void *)(arg))'],
    ['ETS_UART_INTR_ENABLE()', 'ETS_INTR_ENABLE(ETS_UART_INUM)'],
    ['ETS_UART_INTR_DISABLE()', 'ETS_INTR_DISABLE(ETS_UART_INUM)'],
    ['ETS_FRC_TIMER1_INTR_ATTACH(func, arg)', 'ets_isr_attach(ETS_FRC_TIMER1_INUM, (func), (void *)(arg))'],
    ['ETS_FRC_TIMER1_NMI_INTR_ATTACH(func)', 'NmiTimSetFunc(func)'],
    ['ETS_FRC1_INTR_ENABLE()', 'ETS_INTR_ENABLE(ETS_FRC_TIMER1_INUM)'],
    ['ETS_FRC1_INTR_DISABLE()', 'ETS_INTR_DISABLE(ETS_FRC_TIMER1_INUM)'],
  ]),

  macros('os_type.h', [
    ['os_signal_t', 'ETSSignal'],
    ['os_param_t', 'ETSParam'],
    ['os_event_t', 'ETSEvent'],
    ['os_task_t', 'ETSTask'],
    ['os_timer_t', 'ETSTimer'],
    ['os_timer_func_t', 'ETSTimerFunc'],
  ]),

  macros('osapi.h', [
    ['os_printf', 'os_printf_plus'],
    ['os_sprintf', 'ets_sprintf'],
    ['os_snprintf', 'ets_snprintf'],
    ['os_memcmp', 'ets_memcmp'],
    ['os_memcpy', 'ets_memcpy'],
    ['os_memmove', 'ets_memmove'],
    ['os_memset', 'ets_memset'],
    ['os_bzero', 'ets_bzero'],
    ['os_strcat', 'strcat'],
    ['os_strchr', 'strchr'],
    ['os_strcmp', 'ets_strcmp'],
    ['os_strcpy', 'ets_strcpy'],
    ['os_strlen', 'ets_strlen'],
    ['os_strncmp', 'ets_strncmp'],
    ['os_strncpy', 'ets_strncpy'],
    ['os_strstr', 'ets_strstr'],
    ['os_delay_us', 'ets_delay_us'],
    ['os_install_putc1', 'ets_install_putc1'],
    ['os_timer_setfn', 'ets_timer_setfn'],
    ['os_timer_arm(timer, ms, repeat)', 'ets_timer_arm_new(timer, ms, repeat, 1)'],
    // In units of µs, after system_timer_reinit.
    ['os_timer_arm_us(timer, us, repeat)', 'ets_timer_arm_new(timer, us, repeat, 0)'],
    ['os_timer_disarm', 'ets_timer_disarm'],
  ]),

  macros('mem.h', [
    ['os_malloc_iram(size)', 'pvPortMalloc(size, "", __LINE__, true)'],
    ['os_malloc_dram(size)', 'pvPortMalloc(size, "", __LINE__, false)'],
    ['os_zalloc_iram(size)', 'pvPortZallocIram(size, "", __LINE__)'],
    ['os_zalloc_dram(size)', 'pvPortZalloc(size, "", __LINE__)'],
    ['os_calloc_iram(count, size)', 'pvPortCallocIram(count, size, "", __LINE__)'],
    ['os_calloc_dram(count, size)', 'pvPortCalloc(count, size, "", __LINE__)'],
    ['os_malloc', 'os_malloc_iram'],
    ['os_zalloc', 'os_zalloc_iram'],
    ['os_calloc', 'os_calloc_iram'],
    ['os_realloc(ptr, size)', 'pvPortRealloc(ptr, size, "", __LINE__)'],
    ['os_free(ptr)', 'vPortFree(ptr, "", __LINE__)'],
  ]),

  struct('ip_addr.h', 'ip_addr', 'ip_addr_t', 4, [[0, 'uint32 addr']]),
  struct('ip_addr.h', 'ip_info', undefined, 12, [
    [0, 'struct ip_addr ip'],
    [4, 'struct ip_addr netmask'],
    [8, 'struct ip_addr gw'],
  ]),
  macros('ip_addr.h', [
    [
      'IP4_ADDR(ipaddr, a, b, c, d)',
      '(ipaddr)->addr = ((uint32)((d) & 0xff) << 24) | ((uint32)((c) & 0xff) << 16) | ((uint32)((b) & 0xff) << 8) | (uint32)((a) & 0xff)',
    ],
    ['ip4_addr1(ipaddr)', '(((uint8 *)(ipaddr))[0])'],
    ['ip4_addr2(ipaddr)', '(((uint8 *)(ipaddr))[1])'],
    ['ip4_addr3(ipaddr)', '(((uint8 *)(ipaddr))[2])'],
    ['ip4_addr4(ipaddr)', '(((uint8 *)(ipaddr))[3])'],
    ['ip_addr_netcmp(a, b, mask)', '(((a)->addr & (mask)->addr) == ((b)->addr & (mask)->addr))'],
    ['IPADDR_NONE', '((uint32)0xffffffff)'],
    ['IPADDR_ANY', '((uint32)0)'],
    ['IP2STR(ipaddr)', 'ip4_addr1(ipaddr), ip4_addr2(ipaddr), ip4_addr3(ipaddr), ip4_addr4(ipaddr)'],
    ['IPSTR', '"%d.%d.%d.%d"'],
  ]),

  macros(
    'espconn.h',
    errors.filter(({ isPublic }) => isPublic).map(({ name, value }) => [name, String(value)]),
  ),
  text(
    'espconn.h',
    `typedef sint8 err_t;
typedef void *espconn_handle;
typedef void (*espconn_connect_callback)(void *arg);
typedef void (*espconn_reconnect_callback)(void *arg, sint8 err);
typedef void (*espconn_recv_callback)(void *arg, char *pdata, unsigned short len);
typedef void (*espconn_sent_callback)(void *arg);
typedef void (*dns_found_callback)(const char *name, ip_addr_t *ipaddr, void *callback_arg);`,
  ),
  struct('espconn.h', '_esp_tcp', 'esp_tcp', 32, [
    [0, 'int remote_port'],
    [4, 'int local_port'],
    [8, 'uint8 local_ip[4]'],
    [12, 'uint8 remote_ip[4]'],
    [16, 'espconn_connect_callback connect_callback'],
    [20, 'espconn_reconnect_callback reconnect_callback'],
    [24, 'espconn_connect_callback disconnect_callback'],
    [28, 'espconn_connect_callback write_finish_fn'],
  ]),
  struct('espconn.h', '_esp_udp', 'esp_udp', 16, [
    [0, 'int remote_port'],
    [4, 'int local_port'],
    [8, 'uint8 local_ip[4]'],
    [12, 'uint8 remote_ip[4]'],
  ]),
  {
    kind: 'enum',
    header: 'espconn.h',
    name: 'espconn_type',
    values: [
      ['ESPCONN_INVALID', 0],
      ['ESPCONN_TCP', 0x10],
      ['ESPCONN_UDP', 0x20],
    ],
  },
  {
    kind: 'enum',
    header: 'espconn.h',
    name: 'espconn_state',
    values: [
      ['ESPCONN_NONE', 0],
      ['ESPCONN_WAIT', 1],
      ['ESPCONN_LISTEN', 2],
      ['ESPCONN_CONNECT', 3],
      ['ESPCONN_WRITE', 4],
      ['ESPCONN_READ', 5],
      ['ESPCONN_CLOSE', 6],
    ],
  },
  {
    kind: 'enum',
    header: 'espconn.h',
    name: 'espconn_option',
    values: [
      ['ESPCONN_START', 0],
      ['ESPCONN_REUSEADDR', 1],
      ['ESPCONN_NODELAY', 2],
      ['ESPCONN_COPY', 4],
      ['ESPCONN_KEEPALIVE', 8],
      ['ESPCONN_MANUALRECV', 0x10],
      ['ESPCONN_END', 0x11],
    ],
  },
  {
    kind: 'enum',
    header: 'espconn.h',
    name: 'espconn_level',
    values: [
      ['ESPCONN_KEEPIDLE', 0],
      ['ESPCONN_KEEPINTVL', 1],
      ['ESPCONN_KEEPCNT', 2],
    ],
  },
  counting('espconn.h', undefined, [
    'ESPCONN_IDLE',
    'ESPCONN_CLIENT',
    'ESPCONN_SERVER',
    'ESPCONN_BOTH',
    'ESPCONN_MAX',
  ]),
  struct('espconn.h', 'espconn', undefined, 28, [
    [0, 'enum espconn_type type'],
    [4, 'enum espconn_state state'],
    [8, 'union { esp_tcp *tcp; esp_udp *udp; } proto'],
    [12, 'espconn_recv_callback recv_callback'],
    [16, 'espconn_sent_callback sent_callback'],
    [20, 'uint8 link_cnt'],
    [24, 'void *reverse'],
  ]),
  struct('espconn.h', '_remot_info', 'remot_info', 12, [
    [0, 'enum espconn_state state'],
    [4, 'int remote_port'],
    [8, 'uint8 remote_ip[4]'],
  ]),
  struct('espconn.h', 'espconn_packet', undefined, 20, [
    [0, 'uint16 sent_length'],
    [2, 'uint16 snd_buf_size'],
    [4, 'uint16 snd_queuelen'],
    [6, 'uint16 total_queuelen'],
    [8, 'uint32 packseqno'],
    [12, 'uint32 packseq_nxt'],
    [16, 'uint32 packnum'],
  ]),
  struct('espconn.h', 'mdns_info', undefined, 56, [
    [0, 'char *host_name'],
    [4, 'char *server_name'],
    [8, 'uint16 server_port'],
    [12, 'unsigned long ipAddr'],
    [16, 'char *txt_data[10]'],
  ]),

  struct('user_interface.h', 'rst_info', undefined, 28, [
    [0, 'uint32 reason'],
    [4, 'uint32 exccause'],
    [8, 'uint32 epc1'],
    [12, 'uint32 epc2'],
    [16, 'uint32 epc3'],
    [20, 'uint32 excvaddr'],
    [24, 'uint32 depc'],
  ]),
  {
    kind: 'enum',
    header: 'user_interface.h',
    name: 'rst_reason',
    values: [
      ['REASON_DEFAULT_RST', 0],
      ['REASON_WDT_RST', 1],
      ['REASON_EXCEPTION_RST', 2],
      ['REASON_SOFT_WDT_RST', 3],
      ['REASON_SOFT_RESTART', 4],
      ['REASON_DEEP_SLEEP_AWAKE', 5],
      ['REASON_EXT_SYS_RST', 6],
    ],
  },
  text('user_interface.h', 'typedef void (*init_done_cb_t)(void);'),
  macros('user_interface.h', [
    ['MAC2STR(a)', '(a)[0], (a)[1], (a)[2], (a)[3], (a)[4], (a)[5]'],
    ['MACSTR', '"%02x:%02x:%02x:%02x:%02x:%02x"'],
    ['UPGRADE_FW_BIN1', '0x00'],
    ['UPGRADE_FW_BIN2', '0x01'],
    ['SYS_CPU_80MHZ', '80'],
    ['SYS_CPU_160MHZ', '160'],
    ['NULL_MODE', '0x00'],
    ['STATION_MODE', '0x01'],
    ['SOFTAP_MODE', '0x02'],
    ['STATIONAP_MODE', '0x03'],
    ['STATION_IF', '0x00'],
    ['SOFTAP_IF', '0x01'],
  ]),
  counting('user_interface.h', undefined, [
    'USER_TASK_PRIO_0',
    'USER_TASK_PRIO_1',
    'USER_TASK_PRIO_2',
    'USER_TASK_PRIO_MAX',
  ]),
  counting('user_interface.h', 'flash_size_map', [
    'FLASH_SIZE_4M_MAP_256_256',
    'FLASH_SIZE_2M',
    'FLASH_SIZE_8M_MAP_512_512',
    'FLASH_SIZE_16M_MAP_512_512',
    'FLASH_SIZE_32M_MAP_512_512',
    'FLASH_SIZE_16M_MAP_1024_1024',
    'FLASH_SIZE_32M_MAP_1024_1024',
    'FLASH_SIZE_32M_MAP_2048_2048',
    'FLASH_SIZE_64M_MAP_1024_1024',
    'FLASH_SIZE_128M_MAP_1024_1024',
  ]),
  counting('user_interface.h', 'dhcp_status', ['DHCP_STOPPED', 'DHCP_STARTED']),
  {
    kind: 'enum',
    header: 'user_interface.h',
    name: 'phy_mode',
    values: [
      ['PHY_MODE_11B', 1],
      ['PHY_MODE_11G', 2],
      ['PHY_MODE_11N', 3],
    ],
  },
  counting('user_interface.h', 'sleep_type', ['NONE_SLEEP_T', 'LIGHT_SLEEP_T', 'MODEM_SLEEP_T']),
  {
    kind: 'enum',
    header: 'user_interface.h',
    name: '_auth_mode',
    typedef: 'AUTH_MODE',
    values: [
      ['AUTH_OPEN', 0],
      ['AUTH_WEP', 1],
      ['AUTH_WPA_PSK', 2],
      ['AUTH_WPA2_PSK', 3],
      ['AUTH_WPA_WPA2_PSK', 4],
      ['AUTH_MAX', 5],
    ],
  },
  struct('user_interface.h', '_wifi_fast_scan_threshold', 'wifi_fast_scan_threshold_t', 8, [
    [0, 'sint8 rssi'],
    [4, 'AUTH_MODE authmode'],
  ]),
  // As in 3.0.2 to 3.0.6; earlier headers have no channel, which moves the members behind it.
  struct('user_interface.h', 'station_config', undefined, 116, [
    [0, 'uint8 ssid[32]'],
    [32, 'uint8 password[64]'],
    [96, 'uint8 channel'],
    [97, 'uint8 bssid_set'],
    [98, 'uint8 bssid[6]'],
    [104, 'wifi_fast_scan_threshold_t threshold'],
    [112, 'bool open_and_wep_mode_disable'],
    [113, 'bool all_channel_scan'],
  ]),
  struct('user_interface.h', 'softap_config', undefined, 108, [
    [0, 'uint8 ssid[32]'],
    [32, 'uint8 password[64]'],
    [96, 'uint8 ssid_len'],
    [97, 'uint8 channel'],
    [100, 'AUTH_MODE authmode'],
    [104, 'uint8 ssid_hidden'],
    [105, 'uint8 max_connection'],
    [106, 'uint16 beacon_interval'],
  ]),
  {
    kind: 'enum',
    header: 'user_interface.h',
    name: '_cipher_type',
    typedef: 'CIPHER_TYPE',
    values: [
      ['CIPHER_NONE', 0],
      ['CIPHER_WEP40', 1],
      ['CIPHER_WEP104', 2],
      ['CIPHER_TKIP', 3],
      ['CIPHER_CCMP', 4],
      ['CIPHER_TKIP_CCMP', 5],
      ['CIPHER_UNKNOWN', 6],
    ],
  },
  struct('user_interface.h', 'bss_info', undefined, 80, [
    [0, 'STAILQ_ENTRY(bss_info) next'],
    [4, 'uint8 bssid[6]'],
    [10, 'uint8 ssid[32]'],
    [42, 'uint8 ssid_len'],
    [43, 'uint8 channel'],
    [44, 'sint8 rssi'],
    [48, 'AUTH_MODE authmode'],
    [52, 'uint8 is_hidden'],
    [54, 'sint16 freq_offset'],
    [56, 'sint16 freqcal_val'],
    [60, 'uint8 *esp_mesh_ie'],
    [64, 'uint8 simple_pair'],
    [68, 'CIPHER_TYPE pairwise_cipher'],
    [72, 'CIPHER_TYPE group_cipher'],
    [76, 'uint32 phy_11b : 1, phy_11g : 1, phy_11n : 1, wps : 1, reserved : 28'],
  ]),
  text('user_interface.h', 'typedef void (*scan_done_cb_t)(void *arg, STATUS status);'),
  {
    kind: 'enum',
    header: 'user_interface.h',
    name: '_wifi_scan_type',
    typedef: 'wifi_scan_type_t',
    values: [
      ['WIFI_SCAN_TYPE_ACTIVE', 0],
      ['WIFI_SCAN_TYPE_PASSIVE', 1],
    ],
  },
  text(
    'user_interface.h',
    'typedef union {\n    struct { uint32 min; uint32 max; } active;\n    uint32 passive;\n} wifi_scan_time_t;',
  ),
  struct('user_interface.h', 'scan_config', undefined, 24, [
    [0, 'uint8 *ssid'],
    [4, 'uint8 *bssid'],
    [8, 'uint8 channel'],
    [9, 'uint8 show_hidden'],
    [12, 'wifi_scan_type_t scan_type'],
    [16, 'wifi_scan_time_t scan_time'],
  ]),
  counting('user_interface.h', undefined, [
    'STATION_IDLE',
    'STATION_CONNECTING',
    'STATION_WRONG_PASSWORD',
    'STATION_NO_AP_FOUND',
    'STATION_CONNECT_FAIL',
    'STATION_GOT_IP',
  ]),
  counting('user_interface.h', undefined, [
    'EVENT_STAMODE_CONNECTED',
    'EVENT_STAMODE_DISCONNECTED',
    'EVENT_STAMODE_AUTHMODE_CHANGE',
    'EVENT_STAMODE_GOT_IP',
    'EVENT_STAMODE_DHCP_TIMEOUT',
    'EVENT_SOFTAPMODE_STACONNECTED',
    'EVENT_SOFTAPMODE_STADISCONNECTED',
    'EVENT_SOFTAPMODE_PROBEREQRECVED',
    'EVENT_OPMODE_CHANGED',
    'EVENT_SOFTAPMODE_DISTRIBUTE_STA_IP',
    'EVENT_MAX',
  ]),
  // IEEE 802.11 reason codes, and from 200 on those of the SDK.
  {
    kind: 'enum',
    header: 'user_interface.h',
    name: undefined,
    values: [
      ['REASON_UNSPECIFIED', 1],
      ['REASON_AUTH_EXPIRE', 2],
      ['REASON_AUTH_LEAVE', 3],
      ['REASON_ASSOC_EXPIRE', 4],
      ['REASON_ASSOC_TOOMANY', 5],
      ['REASON_NOT_AUTHED', 6],
      ['REASON_NOT_ASSOCED', 7],
      ['REASON_ASSOC_LEAVE', 8],
      ['REASON_4WAY_HANDSHAKE_TIMEOUT', 15],
      ['REASON_BEACON_TIMEOUT', 200],
      ['REASON_NO_AP_FOUND', 201],
      ['REASON_AUTH_FAIL', 202],
      ['REASON_ASSOC_FAIL', 203],
      ['REASON_HANDSHAKE_TIMEOUT', 204],
    ],
  },
  struct('user_interface.h', '_event_sta_mode_connected', 'Event_StaMode_Connected_t', 40, [
    [0, 'uint8 ssid[32]'],
    [32, 'uint8 ssid_len'],
    [33, 'uint8 bssid[6]'],
    [39, 'uint8 channel'],
  ]),
  struct('user_interface.h', '_event_sta_mode_disconnected', 'Event_StaMode_Disconnected_t', 40, [
    [0, 'uint8 ssid[32]'],
    [32, 'uint8 ssid_len'],
    [33, 'uint8 bssid[6]'],
    [39, 'uint8 reason'],
  ]),
  struct('user_interface.h', '_event_sta_mode_got_ip', 'Event_StaMode_Got_IP_t', 12, [
    [0, 'struct ip_addr ip'],
    [4, 'struct ip_addr mask'],
    [8, 'struct ip_addr gw'],
  ]),
  struct('user_interface.h', '_event_sta_mode_auth_mode_change', 'Event_StaMode_AuthMode_Change_t', 2, [
    [0, 'uint8 old_mode'],
    [1, 'uint8 new_mode'],
  ]),
  struct('user_interface.h', '_event_soft_ap_mode_sta_connected', 'Event_SoftAPMode_StaConnected_t', 7, [
    [0, 'uint8 mac[6]'],
    [6, 'uint8 aid'],
  ]),
  struct(
    'user_interface.h',
    '_event_soft_ap_mode_distribute_sta_ip',
    'Event_SoftAPMode_Distribute_Sta_IP_t',
    16,
    [
      [0, 'uint8 mac[6]'],
      [8, 'struct ip_addr ip'],
      [12, 'uint8 aid'],
    ],
  ),
  struct(
    'user_interface.h',
    '_event_soft_ap_mode_sta_disconnected',
    'Event_SoftAPMode_StaDisconnected_t',
    7,
    [
      [0, 'uint8 mac[6]'],
      [6, 'uint8 aid'],
    ],
  ),
  struct(
    'user_interface.h',
    '_event_soft_ap_mode_probe_req_recved',
    'Event_SoftAPMode_ProbeReqRecved_t',
    12,
    [
      [0, 'int rssi'],
      [4, 'uint8 mac[6]'],
    ],
  ),
  struct('user_interface.h', '_event_op_mode_change', 'Event_OpMode_Change_t', 2, [
    [0, 'uint8 old_opmode'],
    [1, 'uint8 new_opmode'],
  ]),
  text(
    'user_interface.h',
    `typedef union {
    Event_StaMode_Connected_t connected;
    Event_StaMode_Disconnected_t disconnected;
    Event_StaMode_AuthMode_Change_t auth_change;
    Event_StaMode_Got_IP_t got_ip;
    Event_SoftAPMode_StaConnected_t sta_connected;
    Event_SoftAPMode_Distribute_Sta_IP_t distribute_sta_ip;
    Event_SoftAPMode_StaDisconnected_t sta_disconnected;
    Event_SoftAPMode_ProbeReqRecved_t ap_probereqrecved;
    Event_OpMode_Change_t opmode_changed;
} Event_Info_u;`,
  ),
  struct('user_interface.h', '_esp_event', 'System_Event_t', 44, [
    [0, 'uint32 event'],
    [4, 'Event_Info_u event_info'],
  ]),
  text('user_interface.h', 'typedef void (*wifi_event_handler_cb_t)(System_Event_t *event);'),
  {
    kind: 'enum',
    header: 'user_interface.h',
    name: '_partition_type',
    typedef: 'partition_type_t',
    values: [
      ['SYSTEM_PARTITION_INVALID', 0],
      ['SYSTEM_PARTITION_BOOTLOADER', 1],
      ['SYSTEM_PARTITION_OTA_1', 2],
      ['SYSTEM_PARTITION_OTA_2', 3],
      ['SYSTEM_PARTITION_RF_CAL', 4],
      ['SYSTEM_PARTITION_PHY_DATA', 5],
      ['SYSTEM_PARTITION_SYSTEM_PARAMETER', 6],
      ['SYSTEM_PARTITION_AT_PARAMETER', 7],
      ['SYSTEM_PARTITION_SSL_CLIENT_CERT_PRIVKEY', 8],
      ['SYSTEM_PARTITION_SSL_CLIENT_CA', 9],
      ['SYSTEM_PARTITION_SSL_SERVER_CERT_PRIVKEY', 10],
      ['SYSTEM_PARTITION_SSL_SERVER_CA', 11],
      ['SYSTEM_PARTITION_WPA2_ENTERPRISE_CERT_PRIVKEY', 12],
      ['SYSTEM_PARTITION_WPA2_ENTERPRISE_CA', 13],
      ['SYSTEM_PARTITION_CUSTOMER_BEGIN', 100],
      ['SYSTEM_PARTITION_MAX', 101],
    ],
  },
  struct('user_interface.h', '_partition_item', 'partition_item_t', 12, [
    [0, 'partition_type_t type'],
    [4, 'uint32 addr'],
    [8, 'uint32 size'],
  ]),

  {
    kind: 'enum',
    header: 'spi_flash.h',
    name: '_SpiFlashOpResult',
    typedef: 'SpiFlashOpResult',
    values: [
      ['SPI_FLASH_RESULT_OK', 0],
      ['SPI_FLASH_RESULT_ERR', 1],
      ['SPI_FLASH_RESULT_TIMEOUT', 2],
    ],
  },
  macros('spi_flash.h', [['SPI_FLASH_SEC_SIZE', '4096']]),

  text('upgrade.h', 'typedef void (*upgrade_states_check_callback)(void *arg);'),
  struct('upgrade.h', 'upgrade_server_info', undefined, 56, [
    [0, 'uint8 ip[4]'],
    [4, 'uint16 port'],
    [6, 'uint8 upgrade_flag'],
    [7, 'uint8 pre_version[16]'],
    [23, 'uint8 upgrade_version[16]'],
    [40, 'uint32 check_times'],
    [44, 'uint8 *url'],
    [48, 'upgrade_states_check_callback check_cb'],
    [52, 'struct espconn *pespconn'],
  ]),
  macros('upgrade.h', [
    ['UPGRADE_FLAG_IDLE', '0x00'],
    ['UPGRADE_FLAG_START', '0x01'],
    ['UPGRADE_FLAG_FINISH', '0x02'],
  ]),

  {
    kind: 'enum',
    header: 'gpio.h',
    name: '_GPIO_INT_TYPE',
    typedef: 'GPIO_INT_TYPE',
    values: [
      ['GPIO_PIN_INTR_DISABLE', 0],
      ['GPIO_PIN_INTR_POSEDGE', 1],
      ['GPIO_PIN_INTR_NEGEDGE', 2],
      ['GPIO_PIN_INTR_ANYEDGE', 3],
      ['GPIO_PIN_INTR_LOLEVEL', 4],
      ['GPIO_PIN_INTR_HILEVEL', 5],
    ],
  },
  text('gpio.h', 'typedef void (*gpio_intr_handler_fn_t)(uint32 intr_mask, void *arg);'),
  macros('gpio.h', [
    [
      'GPIO_OUTPUT_SET(pin, value)',
      'gpio_output_set(((value) & 1) << (pin), (~(value) & 1) << (pin), 1 << (pin), 0)',
    ],
    ['GPIO_DIS_OUTPUT(pin)', 'gpio_output_set(0, 0, 0, 1 << (pin))'],
    ['GPIO_INPUT_GET(pin)', '((gpio_input_get() >> (pin)) & 1)'],
  ]),

  // Registers of the chip: base addresses, and what GPIO code uses of them.
  macros('eagle_soc.h', [
    ...Array.from({ length: 32 }, (_, bit): [string, string] => [`BIT${bit}`, `0x${hexDigits(2 ** bit, 1)}`]),
    ['READ_PERI_REG(addr)', '(*(volatile uint32 *)(addr))'],
    ['WRITE_PERI_REG(addr, value)', '(*(volatile uint32 *)(addr) = (uint32)(value))'],
    ['SET_PERI_REG_MASK(addr, mask)', 'WRITE_PERI_REG(addr, READ_PERI_REG(addr) | (mask))'],
    ['CLEAR_PERI_REG_MASK(addr, mask)', 'WRITE_PERI_REG(addr, READ_PERI_REG(addr) & ~(mask))'],
    ['PERIPHS_DPORT_BASEADDR', '0x3ff00000'],
    ['PERIPHS_GPIO_BASEADDR', '0x60000300'],
    ['PERIPHS_TIMER_BASEDDR', '0x60000600'],
    ['PERIPHS_RTC_BASEADDR', '0x60000700'],
    ['PERIPHS_IO_MUX', '0x60000800'],
    ['GPIO_REG_READ(reg)', 'READ_PERI_REG(PERIPHS_GPIO_BASEADDR + (reg))'],
    ['GPIO_REG_WRITE(reg, value)', 'WRITE_PERI_REG(PERIPHS_GPIO_BASEADDR + (reg), value)'],
    ['GPIO_OUT_ADDRESS', '0x00'],
    ['GPIO_OUT_W1TS_ADDRESS', '0x04'],
    ['GPIO_OUT_W1TC_ADDRESS', '0x08'],
    ['GPIO_ENABLE_ADDRESS', '0x0c'],
    ['GPIO_ENABLE_W1TS_ADDRESS', '0x10'],
    ['GPIO_ENABLE_W1TC_ADDRESS', '0x14'],
    ['GPIO_IN_ADDRESS', '0x18'],
    ['GPIO_STATUS_ADDRESS', '0x1c'],
    ['GPIO_STATUS_W1TS_ADDRESS', '0x20'],
    ['GPIO_STATUS_W1TC_ADDRESS', '0x24'],
    ['GPIO_PIN0_ADDRESS', '0x28'],
    ['GPIO_PIN_ADDR(pin)', '(GPIO_PIN0_ADDRESS + (pin) * 4)'],
    ['GPIO_PIN_COUNT', '16'],
    ['GPIO_ID_PIN(pin)', '(pin)'],
    ['PERIPHS_IO_MUX_FUNC', '0x13'],
    ['PERIPHS_IO_MUX_FUNC_S', '4'],
    ['PERIPHS_IO_MUX_PULLUP', 'BIT7'],
    ...pins.flatMap(({ mux, offset, functions }): [string, string][] => [
      [`PERIPHS_IO_MUX_${mux}_U`, `(PERIPHS_IO_MUX + 0x${hexDigits(offset, 2)})`],
      ...Object.entries(functions).map(([name, value]): [string, string] => [`FUNC_${name}`, String(value)]),
    ]),
    ['PIN_PULLUP_EN(pin)', 'SET_PERI_REG_MASK(pin, PERIPHS_IO_MUX_PULLUP)'],
    ['PIN_PULLUP_DIS(pin)', 'CLEAR_PERI_REG_MASK(pin, PERIPHS_IO_MUX_PULLUP)'],
    [
      // Bits 0 and 1 of the function lie together in the register, bit 2 two places further up.
      'PIN_FUNC_SELECT(pin, func)',
      'WRITE_PERI_REG(pin, (READ_PERI_REG(pin) & ~(PERIPHS_IO_MUX_FUNC << PERIPHS_IO_MUX_FUNC_S)) | ((((func) & 4) << 2 | ((func) & 3)) << PERIPHS_IO_MUX_FUNC_S))',
    ],
  ]),

  // The part of BSD's singly linked tail queues that users of a scan need.
  macros('queue.h', [
    ['STAILQ_HEAD(name, type)', 'struct name { struct type *stqh_first; struct type **stqh_last; }'],
    ['STAILQ_ENTRY(type)', 'struct { struct type *stqe_next; }'],
    ['STAILQ_FIRST(head)', '((head)->stqh_first)'],
    ['STAILQ_NEXT(element, field)', '((element)->field.stqe_next)'],
    ['STAILQ_EMPTY(head)', '((head)->stqh_first == NULL)'],
    [
      'STAILQ_FOREACH(variable, head, field)',
      'for ((variable) = STAILQ_FIRST(head); (variable); (variable) = STAILQ_NEXT(variable, field))',
    ],
  ]),

  {
    kind: 'enum',
    header: 'driver/uart.h',
    name: '_UartBautRate',
    typedef: 'UartBautRate',
    values: [9600, 19200, 38400, 57600, 74880, 115200, 230400, 256000, 460800, 921600].map(
      (rate): [string, number] => [`BIT_RATE_${rate}`, rate],
    ),
  },
];

/** A struct by its tag. Throws when the table has none: a mistake of ours. */
export function structOf(name: string): Struct {
  const found = declarations.find(declaration => declaration.kind === 'struct' && declaration.name === name);
  if (found?.kind !== 'struct') throw new Error(`no struct ${name}`);
  return found;
}

/** The names of all values of the enum that one of them is part of, by value. Throws when the table has none: a mistake of ours. */
export function valueNames(containing: string): ReadonlyMap<number, string> {
  const found = declarations.find(
    declaration => declaration.kind === 'enum' && declaration.values.some(([name]) => name === containing),
  );
  if (found?.kind !== 'enum') throw new Error(`no enum with ${containing}`);
  return new Map(found.values.map(([name, value]) => [value, name]));
}
