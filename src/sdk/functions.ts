/**
 * The functions of the NON-OS SDK, once: hooks of the simulator, C headers, linker script, and the words that explain them
 * all come from here. Prototypes are those of SDK 3.0.6.
 */
import type { ErrorName } from './errors';
import { bufferLevel, bufferRange, maxObject } from './tls';

/** Which connections a function of espconn is for; what is not of espconn is 'other'. */
export type Group = 'secure' | 'plain' | 'udp' | 'shared' | 'other';

/** What a function has to do with. */
export type FamilyName =
  | 'espconn'
  | 'os'
  | 'memory'
  | 'string'
  | 'timer'
  | 'task'
  | 'system'
  | 'upgrade'
  | 'wifi'
  | 'flash'
  | 'gpio'
  | 'uart'
  | 'sntp'
  | 'libc'
  | 'libgcc';

/** The headers of device-sdk that declare functions. */
export type Header =
  | 'espconn.h'
  | 'osapi.h'
  | 'ets_sys.h'
  | 'mem.h'
  | 'ip_addr.h'
  | 'user_interface.h'
  | 'upgrade.h'
  | 'spi_flash.h'
  | 'gpio.h'
  | 'sntp.h'
  | 'driver/uart.h'
  | 'string.h'
  | 'stdlib.h';

export interface Parameter {
  name: string;
  /** As C writes it, such as `struct espconn *`. */
  type: string;
}

/** A value that a function returns: an error code, an enumerator, a truth value, or what kind of number it is. */
export type Returned =
  | ErrorName
  | 'SPI_FLASH_RESULT_OK'
  | 'SPI_FLASH_RESULT_ERR'
  | 'SPI_FLASH_RESULT_TIMEOUT'
  | 'UPGRADE_FW_BIN1'
  | 'UPGRADE_FW_BIN2'
  | 'UPGRADE_FLAG_IDLE'
  | 'UPGRADE_FLAG_START'
  | 'UPGRADE_FLAG_FINISH'
  | 'DHCP_STOPPED'
  | 'DHCP_STARTED'
  | 'true'
  | 'false'
  | 'size'
  | 'length'
  | 'number'
  | 'port';

/** What a call does to the connection, memory or text that it takes first, or what comes of it. */
export type Effect =
  | 'opens client'
  | 'opens server'
  | 'sends'
  | 'closes'
  | 'ends server'
  | 'sets certificate'
  | 'allocates'
  | 'frees'
  | 'measures text'
  | 'posts event';

export interface SdkFunction {
  name: string;
  /** The C declaration without the semicolon. */
  prototype: string;
  returnType: string;
  /** The named ones; a variadic function takes more behind them. */
  parameters: readonly Parameter[];
  variadic: boolean;
  family: FamilyName;
  group: Group;
  /** Undefined for what the compiler calls by itself, and what applications must declare themselves. */
  header: Header | undefined;
  /** The first SDK version known to have it, if it came after 1.0. */
  since?: string;
  /** Parameter name → least and greatest value allowed. */
  ranges?: Record<string, readonly [number, number]>;
  /** What it returns. */
  returns?: readonly Returned[];
  /** When it may be called. */
  when?:
    | 'user_pre_init'
    | 'user_init'
    | 'not in user_init'
    | 'after got IP'
    | 'before accept or connect'
    | 'before accept'
    | 'while connected'
    | 'not in a callback of the connection';
  effect?: Effect;
  /** What it does, in a sentence. */
  en: string;
  zh: string;
}

type Extra = Pick<SdkFunction, 'since' | 'ranges' | 'returns' | 'when' | 'effect'>;
type Row = [prototype: string, en: string, zh: string, extra?: Extra];

function table(
  family: FamilyName,
  header: Header | undefined,
  rows: Row[],
  group: Group = 'other',
): SdkFunction[] {
  return rows.map(([prototype, en, zh, extra]) => ({
    ...parsePrototype(prototype),
    prototype,
    family,
    group,
    header,
    en,
    zh,
    ...extra,
  }));
}

/** Takes a declaration of this table apart. Throws when it is none: a mistake of ours. */
function parsePrototype(
  prototype: string,
): Pick<SdkFunction, 'name' | 'returnType' | 'parameters' | 'variadic'> {
  const [, returnType, name, list] = /^(\w[\w *]*?)(\w+)\((.+)\)$/.exec(prototype) ?? [];
  if (returnType === undefined || name === undefined || list === undefined)
    throw new Error(`not a prototype: ${prototype}`);
  const words = list.split(', ').filter(word => word !== 'void');
  return {
    name,
    returnType: returnType.trim(),
    parameters: words.filter(word => word !== '...').map(parseParameter),
    variadic: words.includes('...'),
  };
}

function parseParameter(text: string): Parameter {
  const [, before, name, after] = /^(.*\(\*)(\w+)(\).*)$/.exec(text) ?? /^(.*[ *])(\w+)()$/.exec(text) ?? [];
  if (before === undefined || name === undefined || after === undefined)
    throw new Error(`not a parameter: ${text}`);
  return { name, type: (before + after).trim() };
}

const level = { level: [bufferLevel.client, bufferLevel.client | bufferLevel.server] } as const;
/** Sector 0 is refused; 16 MB of flash have 4096 sectors. */
const sector = { flash_sector: [1, 4095] } as const;
const truth = ['true', 'false'] as const;
const flashResult = ['SPI_FLASH_RESULT_OK', 'SPI_FLASH_RESULT_ERR', 'SPI_FLASH_RESULT_TIMEOUT'] as const;

const secure = table(
  'espconn',
  'espconn.h',
  [
    [
      'sint8 espconn_secure_connect(struct espconn *espconn)',
      'Opens a TLS connection to the server in proto.tcp; one client connection at a time.',
      '与 proto.tcp 中的服务器建立 TLS 连接；同一时间只能有一个客户端连接。',
      {
        effect: 'opens client',
        returns: [
          'ESPCONN_OK',
          'ESPCONN_MEM',
          'ESPCONN_RTE',
          'ESPCONN_ARG',
          'ESPCONN_ISCONN',
          'ESPCONN_TIME',
        ],
        when: 'after got IP',
      },
    ],
    [
      'sint8 espconn_secure_accept(struct espconn *espconn)',
      'Starts the TLS server at proto.tcp->local_port; there can be one, with one client.',
      '在 proto.tcp->local_port 端口启动 TLS 服务器；只能有一个服务器，且只支持一个客户端。',
      {
        effect: 'opens server',
        returns: ['ESPCONN_OK', 'ESPCONN_MEM', 'ESPCONN_INPROGRESS', 'ESPCONN_ARG', 'ESPCONN_ISCONN'],
      },
    ],
    [
      'sint8 espconn_secure_disconnect(struct espconn *espconn)',
      'Closes a TLS connection; the disconnect callback follows.',
      '断开 TLS 连接；之后会进入断开回调。',
      {
        effect: 'closes',
        returns: ['ESPCONN_OK', 'ESPCONN_INPROGRESS', 'ESPCONN_ARG'],
        when: 'not in a callback of the connection',
      },
    ],
    [
      'sint8 espconn_secure_sent(struct espconn *espconn, uint8 *psent, uint16 length)',
      'Encrypts and sends data; the next send must wait for the sent callback.',
      '加密并发送数据；必须等到发送回调之后才能再次发送。',
      {
        effect: 'sends',
        returns: ['ESPCONN_OK', 'ESPCONN_INPROGRESS', 'ESPCONN_ARG'],
        when: 'while connected',
      },
    ],
    [
      'sint8 espconn_secure_send(struct espconn *espconn, uint8 *psent, uint16 length)',
      'The same function as espconn_secure_sent, under its newer name.',
      '与 espconn_secure_sent 相同，只是名称较新。',
      {
        effect: 'sends',
        since: '1.5.0',
        returns: ['ESPCONN_OK', 'ESPCONN_INPROGRESS', 'ESPCONN_ARG'],
        when: 'while connected',
      },
    ],
    [
      'bool espconn_secure_set_size(uint8 level, uint16 size)',
      'Sets the size of the TLS buffer; a record that is larger ends the connection.',
      '设置 TLS 缓存空间大小；超过该大小的记录会导致连接断开。',
      {
        ranges: { ...level, size: [bufferRange.least, bufferRange.most] },
        returns: truth,
        when: 'before accept or connect',
      },
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
      { ranges: { ...level, ...sector }, returns: truth, when: 'before accept or connect' },
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
      {
        since: '1.4.0',
        ranges: { ...level, ...sector },
        returns: truth,
        when: 'before accept or connect',
      },
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
      {
        effect: 'sets certificate',
        since: '1.4.0',
        ranges: { length: [1, maxObject] },
        returns: truth,
        when: 'before accept',
      },
    ],
    [
      'bool espconn_secure_set_default_private_key(const uint8 *private_key, uint16 length)',
      'Sets the private key of the TLS server, as PKCS#1 DER.',
      '设置 TLS 服务器的私钥（PKCS#1 DER 格式）。',
      {
        effect: 'sets certificate',
        since: '1.4.0',
        ranges: { length: [1, maxObject] },
        returns: truth,
        when: 'before accept',
      },
    ],
    [
      'sint8 espconn_secure_delete(struct espconn *espconn)',
      'Ends the TLS server, when no client is connected.',
      '在没有客户端连接时关闭 TLS 服务器。',
      { effect: 'ends server', since: '2.0.0', returns: ['ESPCONN_OK', 'ESPCONN_INPROGRESS', 'ESPCONN_ARG'] },
    ],
  ],
  'secure',
);

/** In libmbedtls.a, but in no public header: an application declares it itself. */
const undeclared = table(
  'espconn',
  undefined,
  [
    [
      'bool espconn_secure_obj_load(int obj_type, uint32 flash_sector, uint16 length)',
      'Lets the TLS server take certificate (0) or private key (2) straight from a flash sector; libmbedtls only.',
      '使 TLS 服务器直接使用 Flash 扇区中的证书（0）或私钥（2）；仅 libmbedtls。',
      {
        effect: 'sets certificate',
        since: '2.2.0',
        ranges: { obj_type: [0, 2], ...sector, length: [1, maxObject] },
        returns: truth,
        when: 'before accept',
      },
    ],
  ],
  'secure',
);

const plain = table(
  'espconn',
  'espconn.h',
  [
    [
      'sint8 espconn_connect(struct espconn *espconn)',
      'Opens a plain TCP connection.',
      '建立普通 TCP 连接。',
      {
        effect: 'opens client',
        returns: ['ESPCONN_OK', 'ESPCONN_MEM', 'ESPCONN_RTE', 'ESPCONN_ARG', 'ESPCONN_ISCONN'],
        when: 'after got IP',
      },
    ],
    [
      'sint8 espconn_disconnect(struct espconn *espconn)',
      'Closes a plain TCP connection.',
      '断开普通 TCP 连接。',
      {
        effect: 'closes',
        returns: ['ESPCONN_OK', 'ESPCONN_INPROGRESS', 'ESPCONN_ARG'],
        when: 'not in a callback of the connection',
      },
    ],
    [
      'sint8 espconn_abort(struct espconn *espconn)',
      'Resets a plain TCP connection.',
      '强制中断普通 TCP 连接。',
      {
        effect: 'closes',
        since: '2.0.0',
        returns: ['ESPCONN_OK', 'ESPCONN_ARG'],
        when: 'not in a callback of the connection',
      },
    ],
    [
      'sint8 espconn_accept(struct espconn *espconn)',
      'Starts a plain TCP server.',
      '启动普通 TCP 服务器。',
      { effect: 'opens server', returns: ['ESPCONN_OK', 'ESPCONN_MEM', 'ESPCONN_ARG', 'ESPCONN_ISCONN'] },
    ],
    [
      'sint8 espconn_sent(struct espconn *espconn, uint8 *psent, uint16 length)',
      'Sends data over plain TCP or UDP.',
      '通过普通 TCP 或 UDP 发送数据。',
      {
        effect: 'sends',
        returns: ['ESPCONN_OK', 'ESPCONN_MEM', 'ESPCONN_MAXNUM', 'ESPCONN_ARG'],
        when: 'while connected',
      },
    ],
    [
      'sint8 espconn_send(struct espconn *espconn, uint8 *psent, uint16 length)',
      'The same as espconn_sent, under its newer name.',
      '与 espconn_sent 相同，只是名称较新。',
      {
        effect: 'sends',
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
      { returns: ['number'] },
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
      { ranges: { level: [0, 2] }, returns: ['ESPCONN_OK', 'ESPCONN_ARG'] },
    ],
    [
      'sint8 espconn_get_keepalive(struct espconn *espconn, uint8 level, void *optarg)',
      'Reads a keep-alive value of a TCP connection.',
      '读取 TCP 连接的保活参数。',
      { ranges: { level: [0, 2] }, returns: ['ESPCONN_OK', 'ESPCONN_ARG'] },
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
      'sint16 espconn_recved_len(struct espconn *espconn)',
      'Answers how many received bytes wait while reception is held.',
      '返回暂停接收期间等待处理的字节数。',
      { since: '3.0', returns: ['length', 'ESPCONN_ARG'] },
    ],
    [
      'sint8 espconn_delete(struct espconn *espconn)',
      'Ends a plain TCP server or a UDP transmission.',
      '删除普通 TCP 服务器或 UDP 传输。',
      { effect: 'ends server', returns: ['ESPCONN_OK', 'ESPCONN_INPROGRESS', 'ESPCONN_ARG'] },
    ],
  ],
  'plain',
);

const udp = table(
  'espconn',
  'espconn.h',
  [
    [
      'sint8 espconn_create(struct espconn *espconn)',
      'Opens a UDP transmission.',
      '建立 UDP 传输。',
      { effect: 'opens server', returns: ['ESPCONN_OK', 'ESPCONN_MEM', 'ESPCONN_ARG', 'ESPCONN_ISCONN'] },
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
  ],
  'udp',
);

const shared = table(
  'espconn',
  'espconn.h',
  [
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
    [
      'uint32 espconn_port(void)',
      'Answers a free local port.',
      '返回一个空闲的本地端口。',
      { returns: ['port'] },
    ],
    [
      'sint8 espconn_gethostbyname(struct espconn *pespconn, const char *hostname, ip_addr_t *addr, dns_found_callback found)',
      'Looks up a host name; the callback is called only when the result is not cached.',
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
    [
      'ip_addr_t espconn_dns_getserver(uint8 numdns)',
      'Answers a DNS server.',
      '返回 DNS 服务器地址。',
      { since: '2.1.0', ranges: { numdns: [0, 1] } },
    ],
    [
      'void espconn_mdns_init(struct mdns_info *info)',
      'Starts mDNS.',
      '启动 mDNS。',
      { when: 'after got IP' },
    ],
    ['void espconn_mdns_close(void)', 'Ends mDNS.', '关闭 mDNS。'],
    ['void espconn_mdns_server_register(void)', 'Announces the mDNS service.', '注册 mDNS 服务。'],
    ['void espconn_mdns_server_unregister(void)', 'Withdraws the mDNS service.', '注销 mDNS 服务。'],
    ['char *espconn_mdns_get_servername(void)', 'Answers the mDNS service name.', '返回 mDNS 服务名。'],
    [
      'void espconn_mdns_set_servername(const char *name)',
      'Sets the mDNS service name.',
      '设置 mDNS 服务名。',
    ],
    ['char *espconn_mdns_get_hostname(void)', 'Answers the mDNS host name.', '返回 mDNS 主机名。'],
    ['void espconn_mdns_set_hostname(char *name)', 'Sets the mDNS host name.', '设置 mDNS 主机名。'],
    ['void espconn_mdns_enable(void)', 'Switches mDNS on.', '打开 mDNS。'],
    ['void espconn_mdns_disable(void)', 'Switches mDNS off.', '关闭 mDNS 功能。'],
  ],
  'shared',
);

const os = [
  ...table('os', 'osapi.h', [
    [
      'int os_printf_plus(const char *format, ...)',
      'Prints to UART0; the macro os_printf expands to it.',
      '打印到 UART0；os_printf 即此函数。',
    ],
    [
      'int ets_sprintf(char *str, const char *format, ...)',
      'Formats into a buffer; the macro os_sprintf expands to it.',
      '格式化到缓冲区；os_sprintf 即此函数。',
    ],
    [
      'int ets_snprintf(char *str, unsigned int size, const char *format, ...)',
      'Formats at most size bytes; the macro os_snprintf expands to it.',
      '最多格式化 size 字节；os_snprintf 即此函数。',
      { since: '3.0' },
    ],
    [
      'void ets_install_putc1(void (*p)(char c))',
      'Sets the function that prints a character; the macro os_install_putc1 expands to it.',
      '设置打印字符的函数；os_install_putc1 即此函数。',
    ],
    [
      'void ets_delay_us(uint32 us)',
      'Waits busily; the macro os_delay_us expands to it.',
      '忙等待；os_delay_us 即此函数。',
      { ranges: { us: [0, 65535] } },
    ],
    ['unsigned long os_random(void)', 'Answers a random number.', '返回随机数。'],
    [
      'int os_get_random(unsigned char *buf, size_t len)',
      'Fills a buffer with random bytes.',
      '用随机数填充缓冲区。',
    ],
  ]),
  ...table('os', 'ets_sys.h', [
    ['void ets_intr_lock(void)', 'Disables interrupts.', '禁止中断。'],
    ['void ets_intr_unlock(void)', 'Enables interrupts.', '允许中断。'],
    [
      'void ets_isr_attach(int i, ets_isr_t func, void *arg)',
      'Registers the function for an interrupt.',
      '注册中断处理函数。',
      { ranges: { i: [0, 15] } },
    ],
    ['void ets_isr_mask(uint32 mask)', 'Switches the interrupts of a mask off.', '关闭掩码指定的中断。'],
    ['void ets_isr_unmask(uint32 unmask)', 'Switches the interrupts of a mask on.', '打开掩码指定的中断。'],
    [
      'void NmiTimSetFunc(void (*func)(void))',
      'Registers the function for the interrupt of hardware timer 1 that cannot be masked.',
      '注册硬件定时器 1 的不可屏蔽中断处理函数。',
    ],
    [
      'int ets_printf(const char *format, ...)',
      'Prints to UART0 from the ROM.',
      'ROM 中的打印函数，输出到 UART0。',
    ],
    ['void ets_putc(char c)', 'Prints a character.', '打印一个字符。'],
  ]),
  ...table('string', 'osapi.h', [
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
    [
      'int ets_strlen(const char *s)',
      'Answers the length of a string.',
      '返回字符串长度。',
      { effect: 'measures text' },
    ],
    [
      'int ets_strncmp(const char *s1, const char *s2, unsigned int n)',
      'Compares at most n characters.',
      '比较最多 n 个字符。',
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
  ]),
  ...table('timer', 'osapi.h', [
    [
      'void ets_timer_setfn(ETSTimer *ptimer, ETSTimerFunc *pfunction, void *parg)',
      'Sets the function of a timer that is not armed.',
      '设置定时器回调函数，此时定时器不能处于运行状态。',
    ],
    [
      'void ets_timer_arm_new(ETSTimer *ptimer, uint32 time, bool repeat_flag, bool ms_flag)',
      'Arms a timer; the macro os_timer_arm expands to it.',
      '启动定时器；os_timer_arm 即此函数。',
      { ranges: { time: [5, 6870947] } },
    ],
    ['void ets_timer_disarm(ETSTimer *ptimer)', 'Disarms a timer.', '停止定时器。'],
  ]),
  ...table('memory', 'mem.h', [
    [
      'void *pvPortMalloc(size_t size, const char *file, unsigned int line, bool iram)',
      'Allocates memory; the macro os_malloc expands to it. Before SDK 3.0 the last parameter is missing.',
      '分配内存；os_malloc 即此函数。SDK 3.0 之前没有最后一个参数。',
      { effect: 'allocates' },
    ],
    [
      'void *pvPortZalloc(size_t size, const char *file, unsigned int line)',
      'Allocates cleared memory; the macro os_zalloc_dram expands to it.',
      '分配并清零内存；os_zalloc_dram 即此函数。',
      { effect: 'allocates' },
    ],
    [
      'void *pvPortCalloc(size_t count, size_t size, const char *file, unsigned int line)',
      'Allocates a cleared array; the macro os_calloc_dram expands to it.',
      '分配并清零数组；os_calloc_dram 即此函数。',
      { effect: 'allocates' },
    ],
    [
      'void *pvPortZallocIram(size_t size, const char *file, unsigned int line)',
      'Allocates cleared memory, in instruction RAM if there is some; the macro os_zalloc expands to it.',
      '优先在指令 RAM 中分配并清零内存；os_zalloc 即此函数。',
      { effect: 'allocates', since: '3.0' },
    ],
    [
      'void *pvPortCallocIram(size_t count, size_t size, const char *file, unsigned int line)',
      'Allocates a cleared array, in instruction RAM if there is some; the macro os_calloc expands to it.',
      '优先在指令 RAM 中分配并清零数组；os_calloc 即此函数。',
      { effect: 'allocates', since: '3.0' },
    ],
    [
      'void *pvPortRealloc(void *ptr, size_t size, const char *file, unsigned int line)',
      'Resizes a block; the macro os_realloc expands to it.',
      '调整内存块大小；os_realloc 即此函数。',
      { effect: 'allocates' },
    ],
    [
      'void vPortFree(void *ptr, const char *file, unsigned int line)',
      'Frees a block; the macro os_free expands to it.',
      '释放内存；os_free 即此函数。',
      { effect: 'frees' },
    ],
    [
      'unsigned int xPortGetFreeHeapSize(void)',
      'Answers the free heap in bytes.',
      '返回剩余堆大小（字节）。',
    ],
  ]),
  ...table('uart', 'driver/uart.h', [
    [
      'void uart_init(UartBautRate uart0_br, UartBautRate uart1_br)',
      'Sets the speed of both UARTs.',
      '设置两个 UART 的波特率。',
    ],
    ['void uart0_sendStr(const char *str)', 'Sends a string to UART0.', '向 UART0 发送字符串。'],
  ]),
];

const tasks = table('task', 'user_interface.h', [
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
    { effect: 'posts event', ranges: { prio: [0, 2] }, returns: truth },
  ],
]);

const system = table('system', 'user_interface.h', [
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
    { since: '2.1.0', ranges: { uart_no: [0, 1] } },
  ],
  [
    'bool system_partition_table_regist(const partition_item_t *partition_table, uint32 partition_num, uint32 map)',
    'Registers the partition table; in user_pre_init only.',
    '注册分区表；只能在 user_pre_init 中调用。',
    { since: '3.0', returns: truth, when: 'user_pre_init' },
  ],
  [
    'bool system_partition_get_item(partition_type_t type, partition_item_t *partition_item)',
    'Looks up a partition of the registered table.',
    '查询已注册分区表中的分区。',
    { since: '3.0', returns: truth },
  ],
  [
    'uint32 system_partition_get_ota_partition_size(void)',
    'Answers the size of an OTA partition in bytes.',
    '返回 OTA 分区大小（字节）。',
    { since: '3.0' },
  ],
  ['void system_restore(void)', 'Resets the settings kept in flash.', '恢复 Flash 中保存的默认设置。'],
  [
    'bool system_deep_sleep(uint64 time_in_us)',
    'Switches the chip off until a reset by the RTC; until SDK 2.0 it takes uint32 and returns nothing.',
    '进入深度睡眠，由 RTC 复位唤醒；SDK 2.0 及以前参数为 uint32，无返回值。',
    { returns: truth, when: 'not in user_init' },
  ],
  [
    'bool system_deep_sleep_set_option(uint8 option)',
    'Sets what the radio does after the next deep sleep.',
    '设置下次深度睡眠唤醒后的射频行为。',
    { ranges: { option: [0, 4] }, returns: truth },
  ],
  [
    'uint16 system_adc_read(void)',
    'Reads the ADC, 0 to 1024 for 0 to 1 V.',
    '读取 ADC，0 到 1 V 对应 0 到 1024。',
  ],
  ['uint16 system_get_vdd33(void)', 'Reads the supply voltage in 1/1024 V.', '读取供电电压，单位 1/1024 V。'],
  [
    'bool system_param_save_with_protect(uint16 start_sec, void *param, uint16 len)',
    'Saves parameters to flash so that a power failure keeps the old ones; takes three sectors.',
    '将参数保存到 Flash，掉电时保留旧值；占用三个扇区。',
    { ranges: { len: [1, 4096] }, returns: truth },
  ],
  [
    'bool system_param_load(uint16 start_sec, uint16 offset, void *param, uint16 len)',
    'Loads parameters saved by system_param_save_with_protect.',
    '读取由 system_param_save_with_protect 保存的参数。',
    { ranges: { offset: [0, 4095], len: [1, 4096] }, returns: truth },
  ],
  [
    'enum flash_size_map system_get_flash_size_map(void)',
    'Answers the flash size and map that the firmware was made for.',
    '返回固件所用的 Flash 大小及布局。',
  ],
  ['void system_print_meminfo(void)', 'Prints where data, bss and heap lie.', '打印 data、bss 和堆的位置。'],
  ['uint8 system_get_boot_version(void)', 'Answers the version of the boot loader.', '返回引导程序版本。'],
  [
    'uint32 system_get_userbin_addr(void)',
    'Answers the flash address of the running firmware.',
    '返回正在运行的固件的 Flash 地址。',
  ],
  [
    'void system_timer_reinit(void)',
    'Makes timers count microseconds; before any timer, with USE_US_TIMER.',
    '使定时器支持微秒级；须在使用定时器之前调用，并定义 USE_US_TIMER。',
    { when: 'user_init' },
  ],
  ['void system_uart_swap(void)', 'Moves UART0 to GPIO13 and GPIO15.', '将 UART0 切换到 GPIO13 和 GPIO15。'],
  ['void system_uart_de_swap(void)', 'Moves UART0 back to its own pins.', '将 UART0 切换回原引脚。'],
  [
    'void system_phy_set_max_tpw(uint8 max_tpw)',
    'Sets the greatest transmit power in 1/4 dBm.',
    '设置最大发射功率，单位 1/4 dBm。',
    { ranges: { max_tpw: [0, 82] } },
  ],
  [
    'void system_phy_set_rfoption(uint8 option)',
    'Sets how the radio is calibrated after deep sleep.',
    '设置深度睡眠唤醒后的射频校准方式。',
    { ranges: { option: [0, 4] } },
  ],
  [
    'void system_phy_set_powerup_option(uint8 option)',
    'Sets how the radio is calibrated at power-on.',
    '设置上电时的射频校准方式。',
    { ranges: { option: [0, 3] } },
  ],
  [
    'uint8 system_upgrade_userbin_check(void)',
    'Answers which of user1 and user2 runs.',
    '返回正在运行的是 user1 还是 user2。',
    { returns: ['UPGRADE_FW_BIN1', 'UPGRADE_FW_BIN2'] },
  ],
  [
    'uint8 system_upgrade_flag_check(void)',
    'Answers how far an upgrade is.',
    '返回升级状态。',
    { returns: ['UPGRADE_FLAG_IDLE', 'UPGRADE_FLAG_START', 'UPGRADE_FLAG_FINISH'] },
  ],
  [
    'void system_upgrade_flag_set(uint8 flag)',
    'Sets how far an upgrade is.',
    '设置升级状态。',
    { ranges: { flag: [0, 2] } },
  ],
  ['void system_upgrade_reboot(void)', 'Starts the upgraded firmware.', '重启并运行升级后的固件。'],
]);

const wifi = table('wifi', 'user_interface.h', [
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
    'bool wifi_set_sleep_type(enum sleep_type type)',
    'Sets how the chip saves power.',
    '设置省电模式。',
    { ranges: { type: [0, 2] }, returns: truth },
  ],
  ['enum sleep_type wifi_get_sleep_type(void)', 'Answers how the chip saves power.', '返回省电模式。'],
  [
    'bool wifi_station_get_config_default(struct station_config *config)',
    'Reads the access point kept in flash.',
    '读取保存在 Flash 中的 AP 配置。',
    { returns: truth },
  ],
  [
    'bool wifi_station_scan(struct scan_config *config, scan_done_cb_t cb)',
    'Looks for access points; the callback gets a list of struct bss_info.',
    '扫描 AP；回调会得到 struct bss_info 链表。',
    { returns: truth, when: 'not in user_init' },
  ],
  [
    'sint8 wifi_station_get_rssi(void)',
    'Answers the signal strength in dBm; 31 is an error.',
    '返回信号强度（dBm）；31 表示出错。',
  ],
  [
    'uint8 wifi_station_get_auto_connect(void)',
    'Answers whether the station connects by itself after the start.',
    '返回上电后是否自动连接 AP。',
  ],
  [
    'bool wifi_station_ap_number_set(uint8 ap_number)',
    'Sets how many access points are remembered.',
    '设置可记录的 AP 数量。',
    { ranges: { ap_number: [1, 5] }, returns: truth },
  ],
  [
    'uint8 wifi_station_get_ap_info(struct station_config *config)',
    'Reads the remembered access points and returns their number.',
    '读取已记录的 AP，返回其数量。',
  ],
  [
    'bool wifi_station_ap_change(uint8 current_ap_id)',
    'Changes to another access point remembered.',
    '切换到另一个已记录的 AP。',
    { ranges: { current_ap_id: [0, 4] }, returns: truth },
  ],
  [
    'uint8 wifi_station_get_current_ap_id(void)',
    'Answers which of the access points remembered is in use.',
    '返回当前使用的已记录 AP 的编号。',
  ],
  [
    'bool wifi_station_dhcpc_start(void)',
    'Starts the DHCP client.',
    '启动 DHCP 客户端。',
    { returns: truth },
  ],
  [
    'bool wifi_station_dhcpc_stop(void)',
    'Stops the DHCP client, for a fixed address.',
    '停止 DHCP 客户端，以便使用固定 IP。',
    { returns: truth },
  ],
  [
    'enum dhcp_status wifi_station_dhcpc_status(void)',
    'Answers whether the DHCP client runs.',
    '返回 DHCP 客户端状态。',
    { returns: ['DHCP_STOPPED', 'DHCP_STARTED'] },
  ],
  ['char *wifi_station_get_hostname(void)', 'Answers the host name told to DHCP.', '返回 DHCP 主机名。'],
  [
    'bool wifi_station_set_hostname(char *name)',
    'Sets the host name told to DHCP, at most 32 characters.',
    '设置 DHCP 主机名，最长 32 个字符。',
    { returns: truth },
  ],
  [
    'bool wifi_softap_get_config(struct softap_config *config)',
    'Reads the settings of the soft-AP.',
    '读取软 AP 配置。',
    { returns: truth },
  ],
  [
    'bool wifi_softap_get_config_default(struct softap_config *config)',
    'Reads the settings of the soft-AP kept in flash.',
    '读取保存在 Flash 中的软 AP 配置。',
    { returns: truth },
  ],
  [
    'bool wifi_softap_set_config(struct softap_config *config)',
    'Sets up the soft-AP and keeps it in flash.',
    '设置软 AP 并保存到 Flash。',
    { returns: truth },
  ],
  [
    'bool wifi_softap_set_config_current(struct softap_config *config)',
    'Sets up the soft-AP until the restart.',
    '设置软 AP，不保存。',
    { returns: truth },
  ],
  [
    'uint8 wifi_softap_get_station_num(void)',
    'Answers how many stations are connected to the soft-AP.',
    '返回连接到软 AP 的站点数量。',
  ],
  ['bool wifi_softap_dhcps_start(void)', 'Starts the DHCP server.', '启动 DHCP 服务器。', { returns: truth }],
  ['bool wifi_softap_dhcps_stop(void)', 'Stops the DHCP server.', '停止 DHCP 服务器。', { returns: truth }],
  [
    'enum dhcp_status wifi_softap_dhcps_status(void)',
    'Answers whether the DHCP server runs.',
    '返回 DHCP 服务器状态。',
    { returns: ['DHCP_STOPPED', 'DHCP_STARTED'] },
  ],
  [
    'bool wifi_set_ip_info(uint8 if_index, struct ip_info *info)',
    'Sets the addresses of station (0) or soft-AP (1).',
    '设置站点（0）或软 AP（1）的 IP 信息。',
    { ranges: { if_index: [0, 1] }, returns: truth },
  ],
  [
    'bool wifi_set_macaddr(uint8 if_index, uint8 *macaddr)',
    'Sets the MAC address of station (0) or soft-AP (1).',
    '设置站点（0）或软 AP（1）的 MAC 地址。',
    { ranges: { if_index: [0, 1] }, returns: truth, when: 'user_init' },
  ],
  ['uint8 wifi_get_channel(void)', 'Answers the Wi-Fi channel.', '返回 Wi-Fi 信道。'],
  [
    'bool wifi_set_channel(uint8 channel)',
    'Sets the Wi-Fi channel.',
    '设置 Wi-Fi 信道。',
    { ranges: { channel: [1, 14] }, returns: truth },
  ],
  [
    'enum phy_mode wifi_get_phy_mode(void)',
    'Answers the 802.11 mode: b, g or n.',
    '返回 802.11 模式：b、g 或 n。',
  ],
  [
    'bool wifi_set_phy_mode(enum phy_mode mode)',
    'Sets the 802.11 mode.',
    '设置 802.11 模式。',
    { ranges: { mode: [1, 3] }, returns: truth },
  ],
  [
    'void wifi_status_led_install(uint8 gpio_id, uint32 gpio_name, uint8 gpio_func)',
    'Lets a pin blink with the Wi-Fi status.',
    '安装 Wi-Fi 状态指示灯。',
    { ranges: { gpio_id: [0, 15] } },
  ],
  ['void wifi_status_led_uninstall(void)', 'Ends the Wi-Fi status light.', '卸载 Wi-Fi 状态指示灯。'],
]);

const flash = table('flash', 'spi_flash.h', [
  [
    'SpiFlashOpResult spi_flash_erase_sector(uint16 sec)',
    'Erases a sector of 4096 bytes.',
    '擦除一个 4096 字节的扇区。',
    { ranges: { sec: [0, 4095] }, returns: flashResult },
  ],
  [
    'SpiFlashOpResult spi_flash_write(uint32 des_addr, uint32 *src_addr, uint32 size)',
    'Writes flash that has been erased; all arguments are multiples of four.',
    '写入已擦除的 Flash；参数须 4 字节对齐。',
    { returns: flashResult },
  ],
  [
    'SpiFlashOpResult spi_flash_read(uint32 src_addr, uint32 *des_addr, uint32 size)',
    'Reads flash.',
    '读取 Flash。',
    { returns: flashResult },
  ],
  ['uint32 spi_flash_get_id(void)', 'Answers the flash chip’s id.', '返回 Flash 芯片 ID。'],
  [
    'bool spi_flash_erase_protect_enable(void)',
    'Protects running firmware and parameters from being erased.',
    '启用擦除保护，防止误擦正在运行的固件和参数。',
    { since: '2.2.0', returns: truth },
  ],
  [
    'bool spi_flash_erase_protect_disable(void)',
    'Ends the protection from being erased.',
    '关闭擦除保护。',
    { since: '2.2.0', returns: truth },
  ],
]);

const upgrade = table('upgrade', 'upgrade.h', [
  ['void system_upgrade_init(void)', 'Prepares an upgrade over the network.', '准备网络升级。'],
  ['void system_upgrade_deinit(void)', 'Frees what an upgrade took.', '释放升级占用的资源。'],
  [
    'bool system_upgrade(uint8 *data, uint16 len)',
    'Writes the next part of the new firmware to flash.',
    '将新固件的下一部分写入 Flash。',
    { returns: truth },
  ],
  [
    'bool system_upgrade_start(struct upgrade_server_info *server)',
    'Downloads new firmware over plain HTTP.',
    '通过普通 HTTP 下载新固件。',
    { returns: truth, when: 'after got IP' },
  ],
]);

const gpio = table('gpio', 'gpio.h', [
  ['void gpio_init(void)', 'Prepares the pins.', '初始化 GPIO。', { when: 'user_init' }],
  [
    'void gpio_output_set(uint32 set_mask, uint32 clear_mask, uint32 enable_mask, uint32 disable_mask)',
    'Sets and clears outputs, and makes pins outputs or inputs.',
    '设置或清除输出，并将引脚设为输出或输入。',
  ],
  ['uint32 gpio_input_get(void)', 'Reads all pins.', '读取所有引脚。'],
  ['void gpio_register_set(uint32 reg_id, uint32 value)', 'Writes a GPIO register.', '写入 GPIO 寄存器。'],
  ['uint32 gpio_register_get(uint32 reg_id)', 'Reads a GPIO register.', '读取 GPIO 寄存器。'],
  [
    'void gpio_intr_handler_register(gpio_intr_handler_fn_t fn, void *arg)',
    'Registers the function for interrupts of pins.',
    '注册引脚中断处理函数。',
  ],
  ['uint32 gpio_intr_pending(void)', 'Answers which pins have an interrupt.', '返回有中断待处理的引脚。'],
  ['void gpio_intr_ack(uint32 ack_mask)', 'Acknowledges interrupts of pins.', '清除引脚中断。'],
  [
    'void gpio_pin_intr_state_set(uint32 i, GPIO_INT_TYPE intr_state)',
    'Sets what causes an interrupt of a pin.',
    '设置引脚中断的触发方式。',
    { ranges: { i: [0, 15], intr_state: [0, 5] } },
  ],
  [
    'void gpio_pin_wakeup_enable(uint32 i, GPIO_INT_TYPE intr_state)',
    'Lets a pin end light sleep; only levels can.',
    '设置引脚唤醒浅睡眠，只支持电平触发。',
    { ranges: { i: [0, 15], intr_state: [4, 5] } },
  ],
  ['void gpio_pin_wakeup_disable(void)', 'Lets no pin end light sleep.', '取消引脚唤醒功能。'],
]);

const server = { idx: [0, 2] } as const;

const network = [
  ...table('sntp', 'sntp.h', [
    ['void sntp_init(void)', 'Starts SNTP.', '启动 SNTP。'],
    ['void sntp_stop(void)', 'Stops SNTP.', '停止 SNTP。'],
    [
      'void sntp_setserver(unsigned char idx, ip_addr_t *addr)',
      'Sets a time server by its address.',
      '按地址设置时间服务器。',
      { ranges: server },
    ],
    [
      'ip_addr_t sntp_getserver(unsigned char idx)',
      'Answers the address of a time server.',
      '返回时间服务器的地址。',
      { ranges: server },
    ],
    [
      'void sntp_setservername(unsigned char idx, char *server)',
      'Sets a time server by its name; SNTP keeps the pointer.',
      '按域名设置时间服务器；SNTP 会保留该指针。',
      { ranges: server },
    ],
    [
      'char *sntp_getservername(unsigned char idx)',
      'Answers the name of a time server.',
      '返回时间服务器的域名。',
      { ranges: server },
    ],
    [
      'bool sntp_set_timezone(sint8 timezone)',
      'Sets the time zone; call sntp_stop before.',
      '设置时区；须先调用 sntp_stop。',
      { ranges: { timezone: [-11, 13] }, returns: truth },
    ],
    ['sint8 sntp_get_timezone(void)', 'Answers the time zone.', '返回时区。'],
    [
      'uint32 sntp_get_current_timestamp(void)',
      'Answers the seconds since 1970; 0 while the time is not known.',
      '返回自 1970 年起的秒数；时间未知时为 0。',
    ],
    ['char *sntp_get_real_time(long t)', 'Answers a time as text.', '返回时间的文本形式。'],
  ]),
  ...table('os', 'ip_addr.h', [
    [
      'uint32 ipaddr_addr(const char *cp)',
      'Reads an IPv4 address from text; IPADDR_NONE if it is none.',
      '从文本解析 IPv4 地址；无效时返回 IPADDR_NONE。',
    ],
  ]),
];

const libc = [
  ...table('libc', 'string.h', [
    ['void *memcpy(void *dest, const void *src, size_t n)', 'Copies memory.', '复制内存。'],
    [
      'void *memmove(void *dest, const void *src, size_t n)',
      'Copies memory that may overlap.',
      '复制可能重叠的内存。',
    ],
    ['void *memset(void *s, int c, size_t n)', 'Fills memory.', '填充内存。'],
    ['int memcmp(const void *s1, const void *s2, size_t n)', 'Compares memory.', '比较内存。'],
    ['void *memchr(const void *s, int c, size_t n)', 'Finds a byte.', '查找字节。'],
    [
      'size_t strlen(const char *s)',
      'Answers the length of a string.',
      '返回字符串长度。',
      { effect: 'measures text' },
    ],
    ['int strcmp(const char *s1, const char *s2)', 'Compares strings.', '比较字符串。'],
    [
      'int strncmp(const char *s1, const char *s2, size_t n)',
      'Compares at most n characters.',
      '比较最多 n 个字符。',
    ],
    ['char *strcpy(char *dest, const char *src)', 'Copies a string.', '复制字符串。'],
    [
      'char *strncpy(char *dest, const char *src, size_t n)',
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
  ]),
  ...table('libc', 'stdlib.h', [['int atoi(const char *s)', 'Reads a number.', '将字符串转换为整数。']]),
];

/** The part of libgcc that the chip's ROM has, and libgcc.a of common toolchains for it therefore lacks. */
const libgcc = table('libgcc', undefined, [
  ['unsigned int __udivsi3(unsigned int a, unsigned int b)', 'Divides.', '无符号除法。'],
  ['unsigned int __umodsi3(unsigned int a, unsigned int b)', 'Answers the remainder.', '无符号取余。'],
  ['int __divsi3(int a, int b)', 'Divides.', '有符号除法。'],
  [
    'unsigned long long __umulsidi3(unsigned int a, unsigned int b)',
    'Multiplies to 64 bits.',
    '相乘得到 64 位结果。',
  ],
  ['long long __muldi3(long long a, long long b)', 'Multiplies 64 bits.', '64 位乘法。'],
  [
    'unsigned long long __udivdi3(unsigned long long a, unsigned long long b)',
    'Divides 64 bits.',
    '64 位无符号除法。',
  ],
  [
    'unsigned long long __umoddi3(unsigned long long a, unsigned long long b)',
    'Answers the remainder of 64 bits.',
    '64 位无符号取余。',
  ],
  ['long long __divdi3(long long a, long long b)', 'Divides 64 bits.', '64 位有符号除法。'],
  ['float __addsf3(float a, float b)', 'Adds floats.', '单精度加法。'],
  ['float __subsf3(float a, float b)', 'Subtracts floats.', '单精度减法。'],
  ['float __mulsf3(float a, float b)', 'Multiplies floats.', '单精度乘法。'],
  ['double __adddf3(double a, double b)', 'Adds doubles.', '双精度加法。'],
  ['double __subdf3(double a, double b)', 'Subtracts doubles.', '双精度减法。'],
  ['double __muldf3(double a, double b)', 'Multiplies doubles.', '双精度乘法。'],
  ['double __divdf3(double a, double b)', 'Divides doubles.', '双精度除法。'],
  ['double __extendsfdf2(float a)', 'Makes a float a double.', '单精度转双精度。'],
  ['float __truncdfsf2(double a)', 'Makes a double a float.', '双精度转单精度。'],
  ['float __floatsisf(int a)', 'Makes an int a float.', '有符号整数转单精度。'],
  ['float __floatunsisf(unsigned int a)', 'Makes an unsigned int a float.', '无符号整数转单精度。'],
  ['double __floatsidf(int a)', 'Makes an int a double.', '有符号整数转双精度。'],
  ['double __floatunsidf(unsigned int a)', 'Makes an unsigned int a double.', '无符号整数转双精度。'],
  ['unsigned int __fixunssfsi(float a)', 'Makes a float an unsigned int.', '单精度转无符号整数。'],
  ['int __fixdfsi(double a)', 'Makes a double an int.', '双精度转有符号整数。'],
  ['unsigned int __fixunsdfsi(double a)', 'Makes a double an unsigned int.', '双精度转无符号整数。'],
]);

/** Every function, in the order of the documentation. */
export const functions: readonly SdkFunction[] = [
  ...secure,
  ...undeclared,
  ...plain,
  ...udp,
  ...shared,
  ...os,
  ...tasks,
  ...system,
  ...upgrade,
  ...wifi,
  ...flash,
  ...gpio,
  ...network,
  ...libc,
  ...libgcc,
];

const byName: ReadonlyMap<string, SdkFunction> = new Map(functions.map(entry => [entry.name, entry]));

/** What is known of a function of the SDK; undefined for any other. */
export function sdkFunction(name: string): SdkFunction | undefined {
  return byName.get(name);
}
