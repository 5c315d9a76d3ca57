/** What the parameters of espconn's functions mean, by their names in the prototypes. */
const meanings: Readonly<Record<string, { en: string; zh: string }>> = {
  espconn: { en: 'the connection', zh: '连接' },
  pespconn: { en: 'the connection that is handed to the callback', zh: '传给回调的连接' },
  psent: {
    en: 'the data; it must stay until the sent callback when it is longer than one piece',
    zh: '数据；超过一个分片时必须保留到发送回调',
  },
  length: { en: 'bytes of the data', zh: '数据的字节数' },
  level: {
    en: 'ESPCONN_CLIENT, ESPCONN_SERVER or ESPCONN_BOTH',
    zh: 'ESPCONN_CLIENT、ESPCONN_SERVER 或 ESPCONN_BOTH',
  },
  size: { en: 'bytes of the buffer', zh: '缓存空间的字节数' },
  flash_sector: {
    en: 'the sector of 4096 bytes where the file lies in the flash, not its address',
    zh: '文件在 Flash 中所在的 4096 字节扇区号，而不是地址',
  },
  certificate: { en: 'the certificate, as in cert.h', zh: '证书，如 cert.h 中所示' },
  private_key: { en: 'the private key, as in private_key.h', zh: '私钥，如 private_key.h 中所示' },
  obj_type: { en: '0 for the certificate, 2 for the key', zh: '0 为证书，2 为私钥' },
  write_finish_fn: {
    en: 'called when the data has been copied; never for TLS',
    zh: '数据复制完成时调用；对 TLS 从不调用',
  },
  num: { en: 'connections', zh: '连接数' },
  interval: {
    en: 'seconds until an idle client is disconnected; 0 for never',
    zh: '空闲客户端被断开前的秒数；0 表示从不',
  },
  type_flag: {
    en: '0 for all clients of the server, 1 for this one',
    zh: '0 为服务器的所有客户端，1 为当前客户端',
  },
  opt: {
    en: 'ESPCONN_REUSEADDR, ESPCONN_NODELAY, ESPCONN_COPY, ESPCONN_KEEPALIVE …',
    zh: 'ESPCONN_REUSEADDR、ESPCONN_NODELAY、ESPCONN_COPY、ESPCONN_KEEPALIVE 等',
  },
  optarg: { en: 'the address of the value', zh: '值的地址' },
  infoarg: { en: 'filled with what is known of the packets', zh: '用于填入数据包信息' },
  host_ip: { en: 'the address of the device', zh: '设备的地址' },
  multicast_ip: { en: 'the address of the group', zh: '组播地址' },
  connect_cb: {
    en: 'called when the connection, with TLS its handshake, is done',
    zh: '连接（TLS 时为握手）完成后调用',
  },
  recv_cb: {
    en: 'called with each piece of data; it is valid inside only',
    zh: '每收到一段数据时调用；数据仅在回调内有效',
  },
  sent_cb: {
    en: 'called when the data has been sent and the next may follow',
    zh: '数据发送完成、可以继续发送时调用',
  },
  recon_cb: { en: 'called with the error when the connection fails', zh: '连接出错时调用，并传入错误码' },
  discon_cb: { en: 'called when the connection has ended without error', zh: '连接正常结束时调用' },
  hostname: { en: 'the name to look up', zh: '要解析的域名' },
  addr: { en: 'gets the address when it is known at once', zh: '立即可知时存放地址' },
  found: { en: 'called with the address, or with NULL', zh: '得到地址时调用，失败时为 NULL' },
  numdns: { en: 'which server: 0 or 1', zh: '第几个服务器：0 或 1' },
  dnsserver: { en: 'the address of the server', zh: '服务器的地址' },
  pcon_info: { en: 'gets the address of the list', zh: '存放列表的地址' },
  typeflags: { en: '0 for plain TCP, 1 for TLS', zh: '0 为普通 TCP，1 为 TLS' },
  info: { en: 'what the device tells of itself', zh: '设备公布的信息' },
  name: { en: 'the new name', zh: '新名称' },
};

/** What a parameter of a function of espconn means; undefined where only its name says it. */
export function parameterMeaning(name: string): { en: string; zh: string } | undefined {
  return Object.hasOwn(meanings, name) ? meanings[name] : undefined;
}
