/** Who hands an error to the application: plain espconn (TCP and UDP), or one of the two TLS libraries. */
export type ErrorSource = 'espconn' | 'libssl' | 'libmbedtls';

/** A return value or error of espconn. */
interface EspconnError {
  name: string;
  value: number;
  /** Whether espconn.h of the SDK declares it for applications. */
  isPublic: boolean;
  from: readonly ErrorSource[];
  en: string;
  zh: string;
}

const everywhere = ['espconn', 'libssl', 'libmbedtls'] as const;
const withoutMbedtls = ['espconn', 'libssl'] as const;
const plain = ['espconn'] as const;
const libssl = ['libssl'] as const;

/**
 * The codes of espconn: values as its headers since SDK 2.0.0 have them. libmbedtls makes none of the TLS codes: its own errors
 * come, truncated to 8 bits, as other numbers.
 */
export const errors = [
  { name: 'ESPCONN_OK', value: 0, isPublic: true, from: everywhere, en: 'no error', zh: '成功' },
  { name: 'ESPCONN_MEM', value: -1, isPublic: true, from: everywhere, en: 'out of memory', zh: '内存不足' },
  { name: 'ESPCONN_TIMEOUT', value: -3, isPublic: true, from: everywhere, en: 'timeout', zh: '超时' },
  {
    name: 'ESPCONN_RTE',
    value: -4,
    isPublic: true,
    from: everywhere,
    en: 'no route: the interface has no IP',
    zh: '无路由：接口没有 IP',
  },
  {
    name: 'ESPCONN_INPROGRESS',
    value: -5,
    isPublic: true,
    from: everywhere,
    en: 'operation in progress',
    zh: '操作进行中',
  },
  {
    name: 'ESPCONN_MAXNUM',
    value: -7,
    isPublic: true,
    from: plain,
    en: 'more than the set maximum',
    zh: '超过设定的最大值',
  },
  {
    name: 'ESPCONN_ABRT',
    value: -8,
    isPublic: true,
    from: everywhere,
    en: 'connection aborted',
    zh: '连接中断',
  },
  {
    name: 'ESPCONN_RST',
    value: -9,
    isPublic: true,
    from: everywhere,
    en: 'connection reset',
    zh: '连接复位',
  },
  {
    name: 'ESPCONN_CLSD',
    value: -10,
    isPublic: true,
    from: withoutMbedtls,
    en: 'connection closed',
    zh: '连接关闭',
  },
  { name: 'ESPCONN_CONN', value: -11, isPublic: true, from: everywhere, en: 'not connected', zh: '未连接' },
  {
    name: 'ESPCONN_ARG',
    value: -12,
    isPublic: true,
    from: everywhere,
    en: 'illegal argument, or no such connection',
    zh: '参数错误，或没有该连接',
  },
  {
    name: 'ESPCONN_IF',
    value: -14,
    isPublic: true,
    from: plain,
    en: 'UDP could not be sent',
    zh: 'UDP 发送失败',
  },
  {
    name: 'ESPCONN_ISCONN',
    value: -15,
    isPublic: true,
    from: withoutMbedtls,
    en: 'already connected',
    zh: '已经连接',
  },
  {
    name: 'ESPCONN_TIME',
    value: -16,
    isPublic: false,
    from: libssl,
    en: 'the time is not known: start SNTP first',
    zh: '时间未知：请先启动 SNTP',
  },
  {
    name: 'ESPCONN_NODATA',
    value: -17,
    isPublic: false,
    from: plain,
    en: 'no data to read',
    zh: '没有可读取的数据',
  },
  {
    name: 'ESPCONN_HANDSHAKE',
    value: -28,
    isPublic: true,
    from: libssl,
    en: 'the TLS handshake failed',
    zh: 'TLS 握手失败',
  },
  {
    name: 'ESPCONN_RESP_TIMEOUT',
    value: -29,
    isPublic: false,
    from: libssl,
    en: 'no response in the TLS handshake',
    zh: 'TLS 握手无响应',
  },
  {
    name: 'ESPCONN_SSL_INVALID_DATA',
    value: -61,
    isPublic: true,
    from: libssl,
    en: 'invalid TLS application data',
    zh: 'TLS 应用数据无效',
  },
] as const satisfies readonly EspconnError[];

export type ErrorName = (typeof errors)[number]['name'];

/** The value of an error by its name. */
export function errorValue(name: ErrorName): number {
  const found = errors.find(error => error.name === name);
  if (found === undefined) throw new Error(`no error ${name}`);
  return found.value;
}
