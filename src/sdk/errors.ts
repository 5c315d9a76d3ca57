/** A return value or error of espconn. */
export interface EspconnError {
  name: string;
  value: number;
  /** Whether espconn.h of the SDK declares it for applications. */
  isPublic: boolean;
  en: string;
  zh: string;
}

/** The codes of espconn, as its headers since SDK 2.0.0 have them. */
export const errors: readonly EspconnError[] = [
  { name: 'ESPCONN_OK', value: 0, isPublic: true, en: 'no error', zh: '成功' },
  { name: 'ESPCONN_MEM', value: -1, isPublic: true, en: 'out of memory', zh: '内存不足' },
  { name: 'ESPCONN_TIMEOUT', value: -3, isPublic: true, en: 'timeout', zh: '超时' },
  {
    name: 'ESPCONN_RTE',
    value: -4,
    isPublic: true,
    en: 'no route: the interface has no IP',
    zh: '无路由：接口没有 IP',
  },
  { name: 'ESPCONN_INPROGRESS', value: -5, isPublic: true, en: 'operation in progress', zh: '操作进行中' },
  {
    name: 'ESPCONN_MAXNUM',
    value: -7,
    isPublic: true,
    en: 'more than the set maximum',
    zh: '超过设定的最大值',
  },
  { name: 'ESPCONN_ABRT', value: -8, isPublic: true, en: 'connection aborted', zh: '连接中断' },
  { name: 'ESPCONN_RST', value: -9, isPublic: true, en: 'connection reset', zh: '连接复位' },
  { name: 'ESPCONN_CLSD', value: -10, isPublic: true, en: 'connection closed', zh: '连接关闭' },
  { name: 'ESPCONN_CONN', value: -11, isPublic: true, en: 'not connected', zh: '未连接' },
  {
    name: 'ESPCONN_ARG',
    value: -12,
    isPublic: true,
    en: 'illegal argument, or no such connection',
    zh: '参数错误，或没有该连接',
  },
  { name: 'ESPCONN_IF', value: -14, isPublic: true, en: 'UDP could not be sent', zh: 'UDP 发送失败' },
  { name: 'ESPCONN_ISCONN', value: -15, isPublic: true, en: 'already connected', zh: '已经连接' },
  {
    name: 'ESPCONN_TIME',
    value: -16,
    isPublic: false,
    en: 'the time is not known: start SNTP first',
    zh: '时间未知：请先启动 SNTP',
  },
  {
    name: 'ESPCONN_HANDSHAKE',
    value: -28,
    isPublic: true,
    en: 'the TLS handshake failed (libssl only)',
    zh: 'TLS 握手失败（仅 libssl）',
  },
  {
    name: 'ESPCONN_RESP_TIMEOUT',
    value: -29,
    isPublic: false,
    en: 'no answer in the TLS handshake (libssl only)',
    zh: 'TLS 握手无响应（仅 libssl）',
  },
  {
    name: 'ESPCONN_SSL_INVALID_DATA',
    value: -61,
    isPublic: true,
    en: 'invalid TLS application data (libssl only)',
    zh: 'TLS 应用数据无效（仅 libssl）',
  },
];

/** The value of an error by its name. Throws when the table has no such name: a mistake of ours. */
export function errorValue(name: string): number {
  const found = errors.find(error => error.name === name);
  if (found === undefined) throw new Error(`no error ${name}`);
  return found.value;
}
