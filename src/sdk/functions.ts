/**
 * The functions of the NON-OS SDK, once: hooks of the simulator, C headers, linker script, and the words that explain them
 * all come from here. Prototypes are as the SDK's headers since 2.0.0 declare them.
 */

/** Which connections a function of espconn is for. */
export type Group = 'secure' | 'plain' | 'udp' | 'shared' | 'other';

export interface SdkFunction {
  name: string;
  /** The C declaration without the semicolon. */
  prototype: string;
  header: Header;
  group: Group;
  /** The first SDK version that has it, where that is later than 1.0. */
  since?: string;
  /** Parameter name → least and greatest value allowed. */
  ranges?: Record<string, readonly [number, number]>;
  /** What it returns, by the names of the error table; plain numbers and truth values as text. */
  returns?: readonly string[];
  /** When it may be called. */
  when?:
    | 'user_init'
    | 'after got IP'
    | 'before accept or connect'
    | 'before accept'
    | 'while connected'
    | 'not in a callback of the connection';
  /** What it does, in a sentence. */
  en: string;
  zh: string;
}

/** The headers of device-sdk; those that the chip's ROM and the compiler's library need no header for are 'rom'. */
export type Header =
  | 'espconn.h'
  | 'osapi.h'
  | 'ets_sys.h'
  | 'mem.h'
  | 'user_interface.h'
  | 'spi_flash.h'
  | 'gpio.h'
  | 'driver/uart.h'
  | 'rom';

type Extra = Omit<SdkFunction, 'name' | 'prototype' | 'header' | 'group' | 'en' | 'zh'>;

function family(
  header: Header,
  group: Group,
  rows: [prototype: string, en: string, zh: string, extra?: Extra][],
): SdkFunction[] {
  return rows.map(([prototype, en, zh, extra]) => ({
    name: /(\w+)\s*\(/.exec(prototype)?.[1] ?? '',
    prototype,
    header,
    group,
    en,
    zh,
    ...extra,
  }));
}

const level = { level: [1, 3] } as const;
const truth = ['true', 'false'] as const;

const secure = family('espconn.h', 'secure', [
  [
    'sint8 espconn_secure_connect(struct espconn *espconn)',
    'Opens a TLS connection to the server in proto.tcp; one client connection at a time.',
    '与 proto.tcp 中的服务器建立 TLS 连接；同一时间只能有一个客户端连接。',
    {
      returns: ['ESPCONN_OK', 'ESPCONN_MEM', 'ESPCONN_RTE', 'ESPCONN_ARG', 'ESPCONN_ISCONN', 'ESPCONN_TIME'],
      when: 'after got IP',
    },
  ],
  [
    'sint8 espconn_secure_accept(struct espconn *espconn)',
    'Starts the TLS server at proto.tcp->local_port; there can be one, with one client.',
    '在 proto.tcp->local_port 端口启动 TLS 服务器；只能有一个服务器，且只支持一个客户端。',
    { returns: ['ESPCONN_OK', 'ESPCONN_MEM', 'ESPCONN_INPROGRESS', 'ESPCONN_ARG', 'ESPCONN_ISCONN'] },
  ],
  [
    'sint8 espconn_secure_disconnect(struct espconn *espconn)',
    'Closes a TLS connection; the disconnect callback follows.',
    '断开 TLS 连接；之后会进入断开回调。',
    {
      returns: ['ESPCONN_OK', 'ESPCONN_INPROGRESS', 'ESPCONN_ARG'],
      when: 'not in a callback of the connection',
    },
  ],
  [
    'sint8 espconn_secure_sent(struct espconn *espconn, uint8 *psent, uint16 length)',
    'Encrypts and sends data; the next send must wait for the sent callback.',
    '加密并发送数据；必须等到发送回调之后才能再次发送。',
    { returns: ['ESPCONN_OK', 'ESPCONN_INPROGRESS', 'ESPCONN_ARG'], when: 'while connected' },
  ],
  [
    'sint8 espconn_secure_send(struct espconn *espconn, uint8 *psent, uint16 length)',
    'The same function as espconn_secure_sent, under its newer name.',
    '与 espconn_secure_sent 相同，只是名称较新。',
    { since: '1.5.0', returns: ['ESPCONN_OK', 'ESPCONN_INPROGRESS', 'ESPCONN_ARG'], when: 'while connected' },
  ],
  [
    'bool espconn_secure_set_size(uint8 level, uint16 size)',
    'Sets the size of the TLS buffer; a record that is larger ends the connection.',
    '设置 TLS 缓存空间大小；超过该大小的记录会导致连接断开。',
    { ranges: { ...level, size: [2048, 8192] }, returns: truth, when: 'before accept or connect' },
  ],
  [
    'sint16 espconn_secure_get_size(uint8 level)',
    'Answers the size of the TLS buffer.',
    '返回 TLS 缓存空间大小。',
    { ranges: level, returns: ['size', 'ESPCONN_ARG'] },
  ],
  [
    'bool espconn_secure_ca_enable(uint8 level, uint32 flash_sector)',
    'Lets the peer be verified against the CA certificates at a flash sector.',
    '启用 CA 认证，使用指定 Flash 扇区中的 CA 证书验证对端。',
    { ranges: level, returns: truth, when: 'before accept or connect' },
  ],
  [
    'bool espconn_secure_ca_disable(uint8 level)',
    'Ends the verification of the peer.',
    '关闭 CA 认证。',
    { ranges: level, returns: truth, when: 'before accept or connect' },
  ],
  [
    'bool espconn_secure_cert_req_enable(uint8 level, uint32 flash_sector)',
    'Makes the certificate and private key at a flash sector the own ones, for two-way authentication.',
    '启用双向认证，使用指定 Flash 扇区中的证书和私钥作为本机证书。',
    { since: '1.4.0', ranges: level, returns: truth, when: 'before accept or connect' },
  ],
  [
    'bool espconn_secure_cert_req_disable(uint8 level)',
    'Ends the use of an own certificate.',
    '关闭本机证书的使用。',
    { since: '1.4.0', ranges: level, returns: truth, when: 'before accept or connect' },
  ],
  [
    'bool espconn_secure_set_default_certificate(const uint8 *certificate, uint16 length)',
    'Sets the certificate of the TLS server, as DER.',
    '设置 TLS 服务器的证书（DER 格式）。',
    { since: '1.4.0', ranges: { length: [1, 8192] }, returns: truth, when: 'before accept' },
  ],
  [
    'bool espconn_secure_set_default_private_key(const uint8 *private_key, uint16 length)',
    'Sets the private key of the TLS server, as PKCS#1 DER.',
    '设置 TLS 服务器的私钥（PKCS#1 DER 格式）。',
    { since: '1.4.0', ranges: { length: [1, 8192] }, returns: truth, when: 'before accept' },
  ],
  [
    'sint8 espconn_secure_delete(struct espconn *espconn)',
    'Ends the TLS server, when no client is connected.',
    '在没有客户端连接时关闭 TLS 服务器。',
    { since: '2.0.0', returns: ['ESPCONN_OK', 'ESPCONN_INPROGRESS', 'ESPCONN_ARG'] },
  ],
]);

const plain = family('espconn.h', 'plain', [
  [
    'sint8 espconn_connect(struct espconn *espconn)',
    'Opens a plain TCP connection.',
    '建立普通 TCP 连接。',
    {
      returns: ['ESPCONN_OK', 'ESPCONN_MEM', 'ESPCONN_RTE', 'ESPCONN_ARG', 'ESPCONN_ISCONN'],
      when: 'after got IP',
    },
  ],
  [
    'sint8 espconn_disconnect(struct espconn *espconn)',
    'Closes a plain TCP connection.',
    '断开普通 TCP 连接。',
    {
      returns: ['ESPCONN_OK', 'ESPCONN_INPROGRESS', 'ESPCONN_ARG'],
      when: 'not in a callback of the connection',
    },
  ],
  [
    'sint8 espconn_abort(struct espconn *espconn)',
    'Resets a plain TCP connection.',
    '强制中断普通 TCP 连接。',
    { since: '2.0.0', returns: ['ESPCONN_OK', 'ESPCONN_ARG'], when: 'not in a callback of the connection' },
  ],
  [
    'sint8 espconn_accept(struct espconn *espconn)',
    'Starts a plain TCP server.',
    '启动普通 TCP 服务器。',
    { returns: ['ESPCONN_OK', 'ESPCONN_MEM', 'ESPCONN_ARG', 'ESPCONN_ISCONN'] },
  ],
  [
    'sint8 espconn_sent(struct espconn *espconn, uint8 *psent, uint16 length)',
    'Sends data over plain TCP or UDP.',
    '通过普通 TCP 或 UDP 发送数据。',
    { returns: ['ESPCONN_OK', 'ESPCONN_MEM', 'ESPCONN_MAXNUM', 'ESPCONN_ARG'], when: 'while connected' },
  ],
  [
    'sint8 espconn_send(struct espconn *espconn, uint8 *psent, uint16 length)',
    'The same as espconn_sent, under its newer name.',
    '与 espconn_sent 相同，只是名称较新。',
    {
      since: '1.5.0',
      returns: ['ESPCONN_OK', 'ESPCONN_MEM', 'ESPCONN_MAXNUM', 'ESPCONN_ARG'],
      when: 'while connected',
    },
  ],
  [
    'sint8 espconn_regist_write_finish(struct espconn *espconn, espconn_connect_callback write_finish_fn)',
    'Registers the callback for data copied into the send buffer; never called for TLS.',
    '注册数据写入发送缓冲区后的回调；TLS 连接不会调用。',
    { returns: ['ESPCONN_OK', 'ESPCONN_ARG'] },
  ],
  [
    'uint8 espconn_tcp_get_max_con(void)',
    'Answers how many TCP connections there may be.',
    '返回允许的最大 TCP 连接数。',
    {},
  ],
  [
    'sint8 espconn_tcp_set_max_con(uint8 num)',
    'Sets how many TCP connections there may be.',
    '设置允许的最大 TCP 连接数。',
    { ranges: { num: [1, 15] }, returns: ['ESPCONN_OK', 'ESPCONN_ARG'] },
  ],
  [
    'sint8 espconn_tcp_get_max_con_allow(struct espconn *espconn)',
    'Answers how many clients a TCP server takes.',
    '返回 TCP 服务器允许的最大客户端数。',
    { returns: ['number', 'ESPCONN_ARG'] },
  ],
  [
    'sint8 espconn_tcp_set_max_con_allow(struct espconn *espconn, uint8 num)',
    'Sets how many clients a TCP server takes.',
    '设置 TCP 服务器允许的最大客户端数。',
    { returns: ['ESPCONN_OK', 'ESPCONN_ARG'] },
  ],
  [
    'sint8 espconn_regist_time(struct espconn *espconn, uint32 interval, uint8 type_flag)',
    'Sets after how many idle seconds a TCP server closes a connection.',
    '设置 TCP 服务器的空闲超时时间（秒）。',
    { ranges: { type_flag: [0, 1] }, returns: ['ESPCONN_OK', 'ESPCONN_ARG'] },
  ],
  [
    'sint8 espconn_set_opt(struct espconn *espconn, uint8 opt)',
    'Sets options of a TCP connection.',
    '设置 TCP 连接选项。',
    { returns: ['ESPCONN_OK', 'ESPCONN_ARG'] },
  ],
  [
    'sint8 espconn_clear_opt(struct espconn *espconn, uint8 opt)',
    'Clears options of a TCP connection.',
    '清除 TCP 连接选项。',
    { returns: ['ESPCONN_OK', 'ESPCONN_ARG'] },
  ],
  [
    'sint8 espconn_set_keepalive(struct espconn *espconn, uint8 level, void *optarg)',
    'Sets a keep-alive value of a TCP connection.',
    '设置 TCP 连接的保活参数。',
    { returns: ['ESPCONN_OK', 'ESPCONN_ARG'] },
  ],
  [
    'sint8 espconn_get_keepalive(struct espconn *espconn, uint8 level, void *optarg)',
    'Reads a keep-alive value of a TCP connection.',
    '读取 TCP 连接的保活参数。',
    { returns: ['ESPCONN_OK', 'ESPCONN_ARG'] },
  ],
  [
    'sint8 espconn_get_packet_info(struct espconn *espconn, struct espconn_packet *infoarg)',
    'Reads the state of the send queue.',
    '读取发送队列状态。',
    { returns: ['ESPCONN_OK', 'ESPCONN_ARG'] },
  ],
  [
    'sint8 espconn_recv_hold(struct espconn *espconn)',
    'Holds back received data; resets the chip on a TLS connection.',
    '暂停接收数据；用于 TLS 连接会导致复位。',
    { returns: ['ESPCONN_OK', 'ESPCONN_ARG'] },
  ],
  [
    'sint8 espconn_recv_unhold(struct espconn *espconn)',
    'Lets received data come again.',
    '恢复接收数据。',
    { returns: ['ESPCONN_OK', 'ESPCONN_ARG'] },
  ],
  [
    'sint8 espconn_delete(struct espconn *espconn)',
    'Ends a plain TCP server or a UDP transmission.',
    '删除普通 TCP 服务器或 UDP 传输。',
    { returns: ['ESPCONN_OK', 'ESPCONN_INPROGRESS', 'ESPCONN_ARG'] },
  ],
]);

const udp = family('espconn.h', 'udp', [
  [
    'sint8 espconn_create(struct espconn *espconn)',
    'Opens a UDP transmission.',
    '建立 UDP 传输。',
    { returns: ['ESPCONN_OK', 'ESPCONN_MEM', 'ESPCONN_ARG', 'ESPCONN_ISCONN'] },
  ],
  [
    'sint16 espconn_sendto(struct espconn *espconn, uint8 *psent, uint16 length)',
    'Sends a UDP datagram.',
    '发送 UDP 数据报。',
    { returns: ['ESPCONN_OK', 'ESPCONN_MEM', 'ESPCONN_IF'] },
  ],
  [
    'sint8 espconn_igmp_join(ip_addr_t *host_ip, ip_addr_t *multicast_ip)',
    'Joins a multicast group.',
    '加入多播组。',
    { returns: ['ESPCONN_OK', 'ESPCONN_MEM'] },
  ],
  [
    'sint8 espconn_igmp_leave(ip_addr_t *host_ip, ip_addr_t *multicast_ip)',
    'Leaves a multicast group.',
    '退出多播组。',
    { returns: ['ESPCONN_OK', 'ESPCONN_MEM'] },
  ],
]);

const shared = family('espconn.h', 'shared', [
  [
    'sint8 espconn_regist_connectcb(struct espconn *espconn, espconn_connect_callback connect_cb)',
    'Registers the callback for a connection that has been made; proto.tcp must be set.',
    '注册连接成功回调；必须先设置 proto.tcp。',
    { returns: ['ESPCONN_OK', 'ESPCONN_ARG'] },
  ],
  [
    'sint8 espconn_regist_recvcb(struct espconn *espconn, espconn_recv_callback recv_cb)',
    'Registers the callback for received data.',
    '注册接收数据回调。',
    { returns: ['ESPCONN_OK', 'ESPCONN_ARG'] },
  ],
  [
    'sint8 espconn_regist_sentcb(struct espconn *espconn, espconn_sent_callback sent_cb)',
    'Registers the callback for data that has been sent.',
    '注册发送完成回调。',
    { returns: ['ESPCONN_OK', 'ESPCONN_ARG'] },
  ],
  [
    'sint8 espconn_regist_reconcb(struct espconn *espconn, espconn_reconnect_callback recon_cb)',
    'Registers the callback for a connection that failed; it is told the error.',
    '注册异常断开回调，回调会收到错误码。',
    { returns: ['ESPCONN_OK', 'ESPCONN_ARG'] },
  ],
  [
    'sint8 espconn_regist_disconcb(struct espconn *espconn, espconn_connect_callback discon_cb)',
    'Registers the callback for a connection that was closed.',
    '注册正常断开回调。',
    { returns: ['ESPCONN_OK', 'ESPCONN_ARG'] },
  ],
  ['uint32 espconn_port(void)', 'Answers a free local port.', '返回一个空闲的本地端口。', {}],
  [
    'sint8 espconn_gethostbyname(struct espconn *pespconn, const char *hostname, ip_addr_t *addr, dns_found_callback found)',
    'Looks up a host name; the callback comes only when the answer is not known yet.',
    '域名解析；只有结果未知时才会进入回调。',
    { returns: ['ESPCONN_OK', 'ESPCONN_INPROGRESS', 'ESPCONN_ARG'] },
  ],
  [
    'void espconn_dns_setserver(uint8 numdns, ip_addr_t *dnsserver)',
    'Sets a DNS server.',
    '设置 DNS 服务器。',
    { ranges: { numdns: [0, 1] } },
  ],
  [
    'sint8 espconn_get_connection_info(struct espconn *pespconn, remot_info **pcon_info, uint8 typeflags)',
    'Lists the peers of a connection; typeflags is 1 for TLS.',
    '列出连接的对端信息；TLS 连接的 typeflags 为 1。',
    { ranges: { typeflags: [0, 1] }, returns: ['ESPCONN_OK', 'ESPCONN_ARG'] },
  ],
  ['void espconn_mdns_init(struct mdns_info *info)', 'Starts mDNS.', '启动 mDNS。', {}],
  ['void espconn_mdns_close(void)', 'Ends mDNS.', '关闭 mDNS。', {}],
]);

const os = [
  ...family('osapi.h', 'other', [
    [
      'int os_printf_plus(const char *format, ...)',
      'Prints to UART0; os_printf stands for it.',
      '打印到 UART0；os_printf 即此函数。',
    ],
    [
      'int ets_sprintf(char *str, const char *format, ...)',
      'Formats into a buffer; os_sprintf stands for it.',
      '格式化到缓冲区；os_sprintf 即此函数。',
    ],
    [
      'int ets_snprintf(char *str, unsigned int size, const char *format, ...)',
      'Formats at most size bytes; os_snprintf stands for it.',
      '最多格式化 size 字节；os_snprintf 即此函数。',
      { since: '2.2.0' },
    ],
    ['int ets_memcmp(const void *s1, const void *s2, unsigned int n)', 'Compares memory.', '比较内存。'],
    [
      'void *ets_memcpy(void *dest, const void *src, unsigned int n)',
      'Copies memory upwards.',
      '向上复制内存。',
    ],
    [
      'void *ets_memmove(void *dest, const void *src, unsigned int n)',
      'Copies memory that may overlap.',
      '复制可能重叠的内存。',
    ],
    ['void *ets_memset(void *s, int c, unsigned int n)', 'Fills memory.', '填充内存。'],
    ['void ets_bzero(void *s, unsigned int n)', 'Clears memory.', '清零内存。'],
    ['int ets_strcmp(const char *s1, const char *s2)', 'Compares strings.', '比较字符串。'],
    ['char *ets_strcpy(char *dest, const char *src)', 'Copies a string.', '复制字符串。'],
    ['int ets_strlen(const char *s)', 'Answers the length of a string.', '返回字符串长度。'],
    [
      'int ets_strncmp(const char *s1, const char *s2, unsigned int len)',
      'Compares at most len characters.',
      '比较最多 len 个字符。',
    ],
    [
      'char *ets_strncpy(char *dest, const char *src, unsigned int n)',
      'Copies at most n characters.',
      '复制最多 n 个字符。',
    ],
    [
      'char *ets_strstr(const char *haystack, const char *needle)',
      'Finds a string in another.',
      '查找子字符串。',
    ],
    [
      'void ets_delay_us(uint32 us)',
      'Waits busily; os_delay_us stands for it.',
      '忙等待；os_delay_us 即此函数。',
      { ranges: { us: [0, 65535] } },
    ],
    [
      'void ets_timer_setfn(ETSTimer *ptimer, ETSTimerFunc *pfunction, void *parg)',
      'Sets the function of a timer that is not armed.',
      '设置定时器回调函数，此时定时器不能处于运行状态。',
    ],
    [
      'void ets_timer_arm_new(ETSTimer *ptimer, uint32 time, bool repeat_flag, bool ms_flag)',
      'Arms a timer; os_timer_arm stands for it.',
      '启动定时器；os_timer_arm 即此函数。',
      { ranges: { time: [5, 6870947] } },
    ],
    ['void ets_timer_disarm(ETSTimer *ptimer)', 'Disarms a timer.', '停止定时器。'],
    ['unsigned long os_random(void)', 'Answers a random number.', '返回随机数。'],
    [
      'int os_get_random(unsigned char *buf, unsigned int len)',
      'Fills a buffer with random bytes.',
      '用随机数填充缓冲区。',
    ],
  ]),
  ...family('mem.h', 'other', [
    [
      'void *pvPortMalloc(unsigned int size, const char *file, unsigned int line)',
      'Allocates memory; os_malloc stands for it.',
      '分配内存；os_malloc 即此函数。',
    ],
    [
      'void *pvPortZalloc(unsigned int size, const char *file, unsigned int line)',
      'Allocates cleared memory; os_zalloc stands for it.',
      '分配并清零内存；os_zalloc 即此函数。',
    ],
    [
      'void *pvPortCalloc(unsigned int count, unsigned int size, const char *file, unsigned int line)',
      'Allocates a cleared array; os_calloc stands for it.',
      '分配并清零数组；os_calloc 即此函数。',
    ],
    [
      'void *pvPortRealloc(void *ptr, unsigned int size, const char *file, unsigned int line)',
      'Resizes a block; os_realloc stands for it.',
      '调整内存块大小；os_realloc 即此函数。',
    ],
    [
      'void vPortFree(void *ptr, const char *file, unsigned int line)',
      'Frees a block; os_free stands for it.',
      '释放内存；os_free 即此函数。',
    ],
    [
      'unsigned int xPortGetFreeHeapSize(void)',
      'Answers the free heap in bytes.',
      '返回剩余堆大小（字节）。',
    ],
  ]),
  ...family('driver/uart.h', 'other', [
    [
      'void uart_init(uint32 uart0_br, uint32 uart1_br)',
      'Sets the speed of both UARTs.',
      '设置两个 UART 的波特率。',
    ],
    ['void uart0_sendStr(const char *str)', 'Sends a string to UART0.', '向 UART0 发送字符串。'],
  ]),
];

const system = family('user_interface.h', 'other', [
  [
    'bool system_os_task(os_task_t task, uint8 prio, os_event_t *queue, uint8 qlen)',
    'Sets up a task with its event queue.',
    '创建任务及其消息队列。',
    { ranges: { prio: [0, 2] }, returns: truth },
  ],
  [
    'bool system_os_post(uint8 prio, os_signal_t sig, os_param_t par)',
    'Sends an event to a task.',
    '向任务发送消息。',
    { ranges: { prio: [0, 2] }, returns: truth },
  ],
  ['void system_restart(void)', 'Restarts the chip.', '重启芯片。'],
  ['uint32 system_get_free_heap_size(void)', 'Answers the free heap in bytes.', '返回剩余堆大小（字节）。'],
  ['uint32 system_get_chip_id(void)', 'Answers the chip id.', '返回芯片 ID。'],
  ['const char *system_get_sdk_version(void)', 'Answers the SDK version as text.', '返回 SDK 版本字符串。'],
  [
    'uint32 system_get_time(void)',
    'Answers the time since the start in microseconds; wraps after 71 minutes.',
    '返回启动以来的时间（微秒），约 71 分钟后溢出。',
  ],
  [
    'uint32 system_get_rtc_time(void)',
    'Answers the RTC time in its own ticks.',
    '返回 RTC 时间（RTC 时钟周期）。',
  ],
  [
    'uint32 system_rtc_clock_cali_proc(void)',
    'Answers how long an RTC tick lasts.',
    '返回 RTC 时钟周期校准值。',
  ],
  [
    'void system_init_done_cb(init_done_cb_t cb)',
    'Registers the function to call when the SDK has started.',
    '注册系统初始化完成回调。',
    { when: 'user_init' },
  ],
  ['struct rst_info *system_get_rst_info(void)', 'Answers why the chip started.', '返回本次启动原因。'],
  [
    'bool system_rtc_mem_read(uint8 src_addr, void *des_addr, uint16 load_size)',
    'Reads RTC memory, in blocks of four bytes from block 64 on.',
    '读取 RTC 内存，从第 64 块起，每块 4 字节。',
    { ranges: { src_addr: [64, 191] }, returns: truth },
  ],
  [
    'bool system_rtc_mem_write(uint8 des_addr, const void *src_addr, uint16 save_size)',
    'Writes RTC memory.',
    '写入 RTC 内存。',
    { ranges: { des_addr: [64, 191] }, returns: truth },
  ],
  [
    'bool system_update_cpu_freq(uint8 freq)',
    'Sets the CPU frequency, 80 or 160 MHz.',
    '设置 CPU 频率，80 或 160 MHz。',
    { returns: truth },
  ],
  ['uint8 system_get_cpu_freq(void)', 'Answers the CPU frequency in MHz.', '返回 CPU 频率（MHz）。'],
  ['void system_soft_wdt_stop(void)', 'Stops the soft watchdog.', '停止软件看门狗。'],
  ['void system_soft_wdt_restart(void)', 'Starts the soft watchdog again.', '重新启动软件看门狗。'],
  ['void system_soft_wdt_feed(void)', 'Feeds the soft watchdog.', '喂软件看门狗。'],
  ['void system_set_os_print(uint8 onoff)', 'Switches os_printf on or off.', '打开或关闭 os_printf 输出。'],
  [
    'void uart_div_modify(uint8 uart_no, uint32 div)',
    'Sets the clock divider of a UART.',
    '设置 UART 时钟分频。',
    { since: '2.1.0' },
  ],
  [
    'bool system_partition_table_regist(const partition_item_t *partition_table, uint32 partition_num, uint32 map)',
    'Registers the partition table; in user_pre_init only.',
    '注册分区表；只能在 user_pre_init 中调用。',
    { since: '3.0', returns: truth },
  ],
  ['uint8 wifi_get_opmode(void)', 'Answers the Wi-Fi mode.', '返回 Wi-Fi 模式。'],
  [
    'uint8 wifi_get_opmode_default(void)',
    'Answers the Wi-Fi mode kept in flash.',
    '返回保存在 Flash 中的 Wi-Fi 模式。',
  ],
  [
    'bool wifi_set_opmode(uint8 opmode)',
    'Sets the Wi-Fi mode and keeps it in flash.',
    '设置 Wi-Fi 模式并保存到 Flash。',
    { ranges: { opmode: [0, 3] }, returns: truth },
  ],
  [
    'bool wifi_set_opmode_current(uint8 opmode)',
    'Sets the Wi-Fi mode until the restart.',
    '设置当前 Wi-Fi 模式，不保存。',
    { ranges: { opmode: [0, 3] }, returns: truth },
  ],
  [
    'void wifi_set_event_handler_cb(wifi_event_handler_cb_t cb)',
    'Registers the callback for Wi-Fi events.',
    '注册 Wi-Fi 事件回调。',
  ],
  [
    'bool wifi_station_set_config(struct station_config *config)',
    'Sets the access point and keeps it in flash.',
    '设置要连接的 AP 并保存到 Flash。',
    { returns: truth },
  ],
  [
    'bool wifi_station_set_config_current(struct station_config *config)',
    'Sets the access point until the restart.',
    '设置要连接的 AP，不保存。',
    { returns: truth },
  ],
  [
    'bool wifi_station_get_config(struct station_config *config)',
    'Reads the access point.',
    '读取要连接的 AP 配置。',
    { returns: truth },
  ],
  ['bool wifi_station_connect(void)', 'Connects to the access point.', '连接 AP。', { returns: truth }],
  [
    'bool wifi_station_disconnect(void)',
    'Disconnects from the access point.',
    '断开与 AP 的连接。',
    { returns: truth },
  ],
  [
    'uint8 wifi_station_get_connect_status(void)',
    'Answers how far the connection is; 5 is got IP.',
    '返回连接状态；5 表示已获取 IP。',
  ],
  [
    'bool wifi_station_set_auto_connect(uint8 set)',
    'Sets whether the station connects by itself after the start.',
    '设置上电后是否自动连接 AP。',
    { returns: truth },
  ],
  [
    'bool wifi_station_set_reconnect_policy(bool set)',
    'Sets whether the station connects again by itself.',
    '设置断开后是否自动重连。',
    { returns: truth },
  ],
  [
    'bool wifi_get_ip_info(uint8 if_index, struct ip_info *info)',
    'Reads the addresses of station (0) or soft-AP (1).',
    '读取站点（0）或软 AP（1）的 IP 信息。',
    { ranges: { if_index: [0, 1] }, returns: truth },
  ],
  [
    'bool wifi_get_macaddr(uint8 if_index, uint8 *macaddr)',
    'Reads the MAC address of station (0) or soft-AP (1).',
    '读取站点（0）或软 AP（1）的 MAC 地址。',
    { ranges: { if_index: [0, 1] }, returns: truth },
  ],
  [
    'bool wifi_set_sleep_type(uint32 type)',
    'Sets how the chip saves power.',
    '设置省电模式。',
    { returns: truth },
  ],
]);

const flash = family('spi_flash.h', 'other', [
  [
    'SpiFlashOpResult spi_flash_erase_sector(uint16 sec)',
    'Erases a sector of 4096 bytes.',
    '擦除一个 4096 字节的扇区。',
    { returns: ['SPI_FLASH_RESULT_OK', 'SPI_FLASH_RESULT_ERR', 'SPI_FLASH_RESULT_TIMEOUT'] },
  ],
  [
    'SpiFlashOpResult spi_flash_write(uint32 des_addr, uint32 *src_addr, uint32 size)',
    'Writes flash that has been erased; all arguments are multiples of four.',
    '写入已擦除的 Flash；参数须 4 字节对齐。',
    { returns: ['SPI_FLASH_RESULT_OK', 'SPI_FLASH_RESULT_ERR', 'SPI_FLASH_RESULT_TIMEOUT'] },
  ],
  [
    'SpiFlashOpResult spi_flash_read(uint32 src_addr, uint32 *des_addr, uint32 size)',
    'Reads flash.',
    '读取 Flash。',
    { returns: ['SPI_FLASH_RESULT_OK', 'SPI_FLASH_RESULT_ERR', 'SPI_FLASH_RESULT_TIMEOUT'] },
  ],
  ['uint32 spi_flash_get_id(void)', 'Answers the flash chip’s id.', '返回 Flash 芯片 ID。'],
]);

const rom = [
  ...family('ets_sys.h', 'other', [
    ['void ets_intr_lock(void)', 'Disables interrupts.', '禁止中断。'],
    ['void ets_intr_unlock(void)', 'Enables interrupts.', '允许中断。'],
    [
      'int ets_printf(const char *format, ...)',
      'Prints to UART0 from the ROM.',
      'ROM 中的打印函数，输出到 UART0。',
    ],
    ['void ets_putc(char c)', 'Prints a character.', '打印一个字符。'],
  ]),
  ...family('rom', 'other', [
    ['void *memcpy(void *dest, const void *src, unsigned int n)', 'Copies memory.', '复制内存。'],
    [
      'void *memmove(void *dest, const void *src, unsigned int n)',
      'Copies memory that may overlap.',
      '复制可能重叠的内存。',
    ],
    ['void *memset(void *s, int c, unsigned int n)', 'Fills memory.', '填充内存。'],
    ['int memcmp(const void *s1, const void *s2, unsigned int n)', 'Compares memory.', '比较内存。'],
    ['unsigned int strlen(const char *s)', 'Answers the length of a string.', '返回字符串长度。'],
    ['int strcmp(const char *s1, const char *s2)', 'Compares strings.', '比较字符串。'],
    [
      'int strncmp(const char *s1, const char *s2, unsigned int n)',
      'Compares at most n characters.',
      '比较最多 n 个字符。',
    ],
    ['char *strcpy(char *dest, const char *src)', 'Copies a string.', '复制字符串。'],
    [
      'char *strncpy(char *dest, const char *src, unsigned int n)',
      'Copies at most n characters.',
      '复制最多 n 个字符。',
    ],
    ['char *strcat(char *dest, const char *src)', 'Appends a string.', '追加字符串。'],
    ['char *strchr(const char *s, int c)', 'Finds a character.', '查找字符。'],
    ['char *strrchr(const char *s, int c)', 'Finds the last of a character.', '查找字符最后一次出现的位置。'],
    [
      'char *strstr(const char *haystack, const char *needle)',
      'Finds a string in another.',
      '查找子字符串。',
    ],
    ['int atoi(const char *s)', 'Reads a number.', '将字符串转换为整数。'],
  ]),
];

/** The part of libgcc that the chip's ROM has and the compiler's library for it lacks. */
export const romArithmetic = [
  '__udivsi3', '__umodsi3', '__divsi3', '__umulsidi3', '__muldi3', '__udivdi3', '__umoddi3', '__divdi3',
  '__addsf3', '__subsf3', '__mulsf3', '__adddf3', '__subdf3', '__muldf3', '__divdf3', '__extendsfdf2', '__truncdfsf2',
  '__floatsisf', '__floatunsisf', '__floatsidf', '__floatunsidf', '__fixunssfsi', '__fixdfsi', '__fixunsdfsi',
] as const; // prettier-ignore

/** Every function, in the order of the documentation. */
export const functions: readonly SdkFunction[] = [
  ...secure,
  ...plain,
  ...udp,
  ...shared,
  ...os,
  ...system,
  ...flash,
  ...rom,
];

export const functionNames: ReadonlySet<string> = new Set(functions.map(({ name }) => name));
