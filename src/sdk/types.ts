import { errors } from './errors';
import type { Header } from './functions';

/**
 * The types of the NON-OS SDK's API, as data: the C headers are generated from them, and the simulator reads struct
 * offsets here when the firmware's own debug information has none. Layouts are those of a 32-bit little-endian chip with
 * 4-byte enums, as the SDK's headers since 2.0.0 give them.
 */
export type Declaration =
  | { kind: 'text'; header: TypeHeader; text: string }
  | {
      kind: 'enum';
      header: TypeHeader;
      name: string;
      typedef?: string;
      values: readonly (readonly [string, number])[];
    }
  | Struct;

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
  name: string;
  /** In bytes from the beginning of the struct. */
  offset: number;
}

export type TypeHeader = Exclude<Header, 'rom'> | 'c_types.h' | 'os_type.h' | 'ip_addr.h' | 'queue.h';

function text(header: TypeHeader, lines: string): Declaration {
  return { kind: 'text', header, text: lines };
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
      name: /\(\*(\w+)\)|(\w+)(?:\[\w+\])?$/.exec(declaration)?.slice(1).find(Boolean) ?? '',
      offset,
    })),
  };
}

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
typedef sint64_t sint64;
typedef float real32;
typedef double real64;

typedef unsigned char bool;
#define BOOL bool
#define true 1
#define false 0
#define TRUE true
#define FALSE false
#ifndef NULL
#define NULL ((void *)0)
#endif

#define BIT(nr) (1UL << (nr))
#define LOCAL static
#define __packed __attribute__((packed))
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
  text('ets_sys.h', 'typedef void (*ETSTask)(ETSEvent *e);'),

  text(
    'os_type.h',
    `#define os_signal_t ETSSignal
#define os_param_t ETSParam
#define os_event_t ETSEvent
#define os_task_t ETSTask
#define os_timer_t ETSTimer
#define os_timer_func_t ETSTimerFunc`,
  ),

  text(
    'osapi.h',
    `#define os_printf os_printf_plus
#define os_sprintf ets_sprintf
#define os_snprintf ets_snprintf
#define os_memcmp ets_memcmp
#define os_memcpy ets_memcpy
#define os_memmove ets_memmove
#define os_memset ets_memset
#define os_bzero ets_bzero
#define os_strcat strcat
#define os_strchr strchr
#define os_strrchr strrchr
#define os_strcmp ets_strcmp
#define os_strcpy ets_strcpy
#define os_strlen ets_strlen
#define os_strncmp ets_strncmp
#define os_strncpy ets_strncpy
#define os_strstr ets_strstr
#define os_delay_us ets_delay_us
#define os_timer_setfn ets_timer_setfn
#define os_timer_arm(timer, ms, repeat) ets_timer_arm_new(timer, ms, repeat, 1)
#define os_timer_disarm ets_timer_disarm`,
  ),

  text(
    'mem.h',
    `#define os_malloc(size) pvPortMalloc(size, "", __LINE__)
#define os_zalloc(size) pvPortZalloc(size, "", __LINE__)
#define os_calloc(count, size) pvPortCalloc(count, size, "", __LINE__)
#define os_realloc(ptr, size) pvPortRealloc(ptr, size, "", __LINE__)
#define os_free(ptr) vPortFree(ptr, "", __LINE__)`,
  ),

  struct('ip_addr.h', 'ip_addr', 'ip_addr_t', 4, [[0, 'uint32 addr']]),
  struct('ip_addr.h', 'ip_info', undefined, 12, [
    [0, 'struct ip_addr ip'],
    [4, 'struct ip_addr netmask'],
    [8, 'struct ip_addr gw'],
  ]),
  text(
    'ip_addr.h',
    `#define IP4_ADDR(ipaddr, a, b, c, d) \\
    (ipaddr)->addr = ((uint32)((d) & 0xff) << 24) | ((uint32)((c) & 0xff) << 16) | ((uint32)((b) & 0xff) << 8) | (uint32)((a) & 0xff)
#define ip4_addr1(ipaddr) (((uint8 *)(ipaddr))[0])
#define ip4_addr2(ipaddr) (((uint8 *)(ipaddr))[1])
#define ip4_addr3(ipaddr) (((uint8 *)(ipaddr))[2])
#define ip4_addr4(ipaddr) (((uint8 *)(ipaddr))[3])
#define IP2STR(ipaddr) ip4_addr1(ipaddr), ip4_addr2(ipaddr), ip4_addr3(ipaddr), ip4_addr4(ipaddr)
#define IPSTR "%d.%d.%d.%d"`,
  ),

  text(
    'espconn.h',
    errors
      .filter(({ isPublic }) => isPublic)
      .map(({ name, value }) => `#define ${name} ${value}`)
      .join('\n'),
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
  text(
    'espconn.h',
    '#define ESPCONN_IDLE 0\n#define ESPCONN_CLIENT 1\n#define ESPCONN_SERVER 2\n#define ESPCONN_BOTH 3\n#define ESPCONN_MAX 4',
  ),
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
  text(
    'user_interface.h',
    `typedef void (*init_done_cb_t)(void);

#define NULL_MODE 0x00
#define STATION_MODE 0x01
#define SOFTAP_MODE 0x02
#define STATIONAP_MODE 0x03
#define STATION_IF 0x00
#define SOFTAP_IF 0x01`,
  ),
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
  // As in SDK 2.1 and 2.2; 3.x appends members behind it.
  struct('user_interface.h', 'station_config', undefined, 112, [
    [0, 'uint8 ssid[32]'],
    [32, 'uint8 password[64]'],
    [96, 'uint8 bssid_set'],
    [97, 'uint8 bssid[6]'],
    [104, 'wifi_fast_scan_threshold_t threshold'],
  ]),
  text(
    'user_interface.h',
    `enum { STATION_IDLE = 0, STATION_CONNECTING, STATION_WRONG_PASSWORD, STATION_NO_AP_FOUND, STATION_CONNECT_FAIL, STATION_GOT_IP };

enum {
    EVENT_STAMODE_CONNECTED = 0,
    EVENT_STAMODE_DISCONNECTED,
    EVENT_STAMODE_AUTHMODE_CHANGE,
    EVENT_STAMODE_GOT_IP,
    EVENT_STAMODE_DHCP_TIMEOUT,
    EVENT_SOFTAPMODE_STACONNECTED,
    EVENT_SOFTAPMODE_STADISCONNECTED,
    EVENT_SOFTAPMODE_PROBEREQRECVED,
    EVENT_OPMODE_CHANGED,
    EVENT_SOFTAPMODE_DISTRIBUTE_STA_IP,
    EVENT_MAX
};`,
  ),
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
  text(
    'user_interface.h',
    `typedef union {
    Event_StaMode_Connected_t connected;
    Event_StaMode_Disconnected_t disconnected;
    Event_StaMode_Got_IP_t got_ip;
} Event_Info_u;`,
  ),
  struct('user_interface.h', '_esp_event', 'System_Event_t', 44, [
    [0, 'uint32 event'],
    [4, 'Event_Info_u event_info'],
  ]),
  text('user_interface.h', 'typedef void (*wifi_event_handler_cb_t)(System_Event_t *event);'),
  text('user_interface.h', 'typedef uint32 partition_type_t;'),
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
  text('spi_flash.h', '#define SPI_FLASH_SEC_SIZE 4096'),
];

/** A struct by its tag. Throws when the table has none: a mistake of ours. */
export function structOf(name: string): Struct {
  const found = declarations.find(declaration => declaration.kind === 'struct' && declaration.name === name);
  if (found?.kind !== 'struct') throw new Error(`no struct ${name}`);
  return found;
}
