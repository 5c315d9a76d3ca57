import { errors } from './errors';

/** Whose numbers they are. Those of espconn are also what lwIP of the SDK, version 1.4.0, has: its ERR_RST is ESPCONN_RST. */
export type CodeSource = 'espconn' | 'lwIP' | 'axTLS' | 'mbed TLS';

/** A number by which some layer of a firmware says what went wrong. */
export interface ErrorCode {
  source: CodeSource;
  value: number;
  name: string;
  en: string;
  zh: string;
}

type Row = readonly [value: number, name: string, en: string, zh: string];

/** lwip/err.h of the SDK: what espconn.h has no name for. */
const lwip: readonly Row[] = [
  [-2, 'ERR_BUF', 'no packet buffer', '没有数据包缓冲区'],
  [-6, 'ERR_VAL', 'illegal value', '值非法'],
  [-13, 'ERR_USE', 'the address is in use', '地址已被使用'],
];

/** ssl_ssl.h of libssl; -512 and below are X.509 errors, ssl_crypto_misc.h. */
const axTls: readonly Row[] = [
  [-1, 'SSL_NOT_OK', 'not successful', '未成功'],
  [-2, 'SSL_ERROR_DEAD', 'the connection is dead', '连接已失效'],
  [-3, 'SSL_CLOSE_NOTIFY', 'the peer has closed the connection', '对端已关闭连接'],
  [-256, 'SSL_ERROR_CONN_LOST', 'the connection is lost', '连接丢失'],
  [-258, 'SSL_ERROR_SOCK_SETUP_FAILURE', 'the socket could not be set up', '套接字设置失败'],
  [-260, 'SSL_ERROR_INVALID_HANDSHAKE', 'invalid handshake message', '握手消息无效'],
  [-261, 'SSL_ERROR_INVALID_PROT_MSG', 'invalid protocol message', '协议消息无效'],
  [-262, 'SSL_ERROR_INVALID_HMAC', 'a record has the wrong MAC', '记录的 MAC 错误'],
  [-263, 'SSL_ERROR_INVALID_VERSION', 'the TLS version is not supported', '不支持该 TLS 版本'],
  [-265, 'SSL_ERROR_INVALID_SESSION', 'invalid session', '会话无效'],
  [-266, 'SSL_ERROR_NO_CIPHER', 'no common cipher suite', '没有共同的加密套件'],
  [-268, 'SSL_ERROR_BAD_CERTIFICATE', 'bad certificate', '证书错误'],
  [-269, 'SSL_ERROR_INVALID_KEY', 'invalid key', '密钥无效'],
  [-271, 'SSL_ERROR_FINISHED_INVALID', 'the Finished message is wrong', 'Finished 消息错误'],
  [-272, 'SSL_ERROR_NO_CERT_DEFINED', 'no own certificate', '没有自己的证书'],
  [-273, 'SSL_ERROR_NO_CLIENT_RENOG', 'renegotiation is not supported', '不支持重新协商'],
  [-274, 'SSL_ERROR_NOT_SUPPORTED', 'not supported', '不支持'],
  [-514, 'X509_VFY_ERROR_NO_TRUSTED_CERT', 'the CA is not trusted', 'CA 不受信任'],
  [-515, 'X509_VFY_ERROR_BAD_SIGNATURE', 'wrong signature', '签名错误'],
  [-516, 'X509_VFY_ERROR_NOT_YET_VALID', 'the certificate is not valid yet', '证书尚未生效'],
  [-517, 'X509_VFY_ERROR_EXPIRED', 'the certificate has expired', '证书已过期'],
  [-518, 'X509_VFY_ERROR_SELF_SIGNED', 'the certificate is self-signed', '证书是自签名的'],
  [-519, 'X509_VFY_ERROR_INVALID_CHAIN', 'invalid certificate chain', '证书链无效'],
  [-520, 'X509_VFY_ERROR_UNSUPPORTED_DIGEST', 'unsupported signature hash', '不支持的签名哈希'],
  [-521, 'X509_INVALID_PRIV_KEY', 'invalid private key', '私钥无效'],
  [-522, 'X509_MAX_CERTS', 'too many certificates', '证书过多'],
];

/** ssl.h, x509.h, rsa.h, bignum.h, net_sockets.h of mbed TLS 2. */
const mbedTls: readonly Row[] = [
  [-0x0010, 'MBEDTLS_ERR_MPI_ALLOC_FAILED', 'no memory for a number', '没有用于大数的内存'],
  [-0x004c, 'MBEDTLS_ERR_NET_RECV_FAILED', 'receiving failed', '接收失败'],
  [-0x004e, 'MBEDTLS_ERR_NET_SEND_FAILED', 'sending failed', '发送失败'],
  [-0x0050, 'MBEDTLS_ERR_NET_CONN_RESET', 'the peer has reset the connection', '对端复位了连接'],
  [-0x2080, 'MBEDTLS_ERR_X509_FEATURE_UNAVAILABLE', 'X.509 feature unavailable', 'X.509 功能不可用'],
  [-0x2100, 'MBEDTLS_ERR_X509_UNKNOWN_OID', 'unknown object identifier', '未知的对象标识符'],
  [-0x2180, 'MBEDTLS_ERR_X509_INVALID_FORMAT', 'invalid certificate format', '证书格式无效'],
  [-0x2200, 'MBEDTLS_ERR_X509_INVALID_VERSION', 'invalid certificate version', '证书版本无效'],
  [-0x2280, 'MBEDTLS_ERR_X509_INVALID_SERIAL', 'invalid serial number', '序列号无效'],
  [-0x2300, 'MBEDTLS_ERR_X509_INVALID_ALG', 'invalid signature algorithm', '签名算法无效'],
  [-0x2380, 'MBEDTLS_ERR_X509_INVALID_NAME', 'invalid name', '名称无效'],
  [-0x2400, 'MBEDTLS_ERR_X509_INVALID_DATE', 'invalid date', '日期无效'],
  [-0x2480, 'MBEDTLS_ERR_X509_INVALID_SIGNATURE', 'invalid signature', '签名无效'],
  [-0x2500, 'MBEDTLS_ERR_X509_INVALID_EXTENSIONS', 'invalid extension', '扩展无效'],
  [-0x2580, 'MBEDTLS_ERR_X509_UNKNOWN_VERSION', 'unknown certificate version', '未知的证书版本'],
  [-0x2600, 'MBEDTLS_ERR_X509_UNKNOWN_SIG_ALG', 'unknown signature algorithm', '未知的签名算法'],
  [-0x2680, 'MBEDTLS_ERR_X509_SIG_MISMATCH', 'two signature algorithms differ', '两个签名算法不一致'],
  [
    -0x2700,
    'MBEDTLS_ERR_X509_CERT_VERIFY_FAILED',
    'certificate verification failed, for example: unknown CA',
    '证书验证失败，例如 CA 未知',
  ],
  [-0x2780, 'MBEDTLS_ERR_X509_CERT_UNKNOWN_FORMAT', 'neither DER nor PEM', '既不是 DER 也不是 PEM'],
  [-0x2880, 'MBEDTLS_ERR_X509_ALLOC_FAILED', 'no memory for a certificate', '没有用于证书的内存'],
  [-0x3f80, 'MBEDTLS_ERR_PK_ALLOC_FAILED', 'no memory for a key', '没有用于密钥的内存'],
  [-0x4080, 'MBEDTLS_ERR_RSA_BAD_INPUT_DATA', 'bad input to RSA', 'RSA 输入错误'],
  [-0x4100, 'MBEDTLS_ERR_RSA_INVALID_PADDING', 'invalid RSA padding', 'RSA 填充无效'],
  [-0x4200, 'MBEDTLS_ERR_RSA_KEY_CHECK_FAILED', 'the RSA key is wrong', 'RSA 密钥错误'],
  [-0x4280, 'MBEDTLS_ERR_RSA_PUBLIC_FAILED', 'the RSA public-key operation failed', 'RSA 公钥运算失败'],
  [-0x4300, 'MBEDTLS_ERR_RSA_PRIVATE_FAILED', 'the RSA private-key operation failed', 'RSA 私钥运算失败'],
  [-0x4380, 'MBEDTLS_ERR_RSA_VERIFY_FAILED', 'an RSA signature is wrong', 'RSA 签名错误'],
  [-0x6600, 'MBEDTLS_ERR_SSL_INVALID_VERIFY_HASH', 'invalid signature hash', '签名哈希无效'],
  [-0x6800, 'MBEDTLS_ERR_SSL_TIMEOUT', 'timeout', '超时'],
  [-0x6980, 'MBEDTLS_ERR_SSL_NO_USABLE_CIPHERSUITE', 'no usable cipher suite', '没有可用的加密套件'],
  [-0x6a00, 'MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL', 'a buffer is too small', '缓冲区过小'],
  [-0x6c00, 'MBEDTLS_ERR_SSL_INTERNAL_ERROR', 'internal error', '内部错误'],
  [-0x6d00, 'MBEDTLS_ERR_SSL_PK_TYPE_MISMATCH', 'wrong kind of key', '密钥类型不符'],
  [
    -0x6e80,
    'MBEDTLS_ERR_SSL_BAD_HS_PROTOCOL_VERSION',
    'the TLS version is outside the limits',
    'TLS 版本超出范围',
  ],
  [
    -0x7080,
    'MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE',
    'feature unavailable, for example: a handshake message in several records',
    '功能不可用，例如握手消息分布在多个记录中',
  ],
  [-0x7100, 'MBEDTLS_ERR_SSL_BAD_INPUT_DATA', 'bad input', '输入错误'],
  [-0x7180, 'MBEDTLS_ERR_SSL_INVALID_MAC', 'a record has the wrong MAC', '记录的 MAC 错误'],
  [
    -0x7200,
    'MBEDTLS_ERR_SSL_INVALID_RECORD',
    'invalid record: larger than the buffer, or not TLS',
    '记录无效：大于缓冲区，或不是 TLS',
  ],
  [-0x7280, 'MBEDTLS_ERR_SSL_CONN_EOF', 'the connection has ended', '连接已结束'],
  [-0x7300, 'MBEDTLS_ERR_SSL_UNKNOWN_CIPHER', 'unknown cipher suite', '未知的加密套件'],
  [-0x7380, 'MBEDTLS_ERR_SSL_NO_CIPHER_CHOSEN', 'no common cipher suite', '没有共同的加密套件'],
  [-0x7400, 'MBEDTLS_ERR_SSL_NO_RNG', 'no random number generator', '没有随机数发生器'],
  [
    -0x7480,
    'MBEDTLS_ERR_SSL_NO_CLIENT_CERTIFICATE',
    'the client has sent no certificate',
    '客户端没有发送证书',
  ],
  [-0x7500, 'MBEDTLS_ERR_SSL_CERTIFICATE_TOO_LARGE', 'the own certificate is too large', '自己的证书过大'],
  [-0x7580, 'MBEDTLS_ERR_SSL_CERTIFICATE_REQUIRED', 'no own certificate', '没有自己的证书'],
  [-0x7600, 'MBEDTLS_ERR_SSL_PRIVATE_KEY_REQUIRED', 'no own private key', '没有自己的私钥'],
  [-0x7680, 'MBEDTLS_ERR_SSL_CA_CHAIN_REQUIRED', 'no CA certificate', '没有 CA 证书'],
  [-0x7700, 'MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE', 'unexpected message', '意外的消息'],
  [-0x7780, 'MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE', 'fatal alert from the peer', '对端发来致命警报'],
  [-0x7880, 'MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY', 'the peer has closed the connection', '对端已关闭连接'],
  [-0x7900, 'MBEDTLS_ERR_SSL_BAD_HS_CLIENT_HELLO', 'bad ClientHello', 'ClientHello 错误'],
  [-0x7980, 'MBEDTLS_ERR_SSL_BAD_HS_SERVER_HELLO', 'bad ServerHello', 'ServerHello 错误'],
  [-0x7a00, 'MBEDTLS_ERR_SSL_BAD_HS_CERTIFICATE', 'bad Certificate message', 'Certificate 消息错误'],
  [
    -0x7a80,
    'MBEDTLS_ERR_SSL_BAD_HS_CERTIFICATE_REQUEST',
    'bad CertificateRequest',
    'CertificateRequest 错误',
  ],
  [-0x7b00, 'MBEDTLS_ERR_SSL_BAD_HS_SERVER_KEY_EXCHANGE', 'bad ServerKeyExchange', 'ServerKeyExchange 错误'],
  [-0x7b80, 'MBEDTLS_ERR_SSL_BAD_HS_SERVER_HELLO_DONE', 'bad ServerHelloDone', 'ServerHelloDone 错误'],
  [-0x7c00, 'MBEDTLS_ERR_SSL_BAD_HS_CLIENT_KEY_EXCHANGE', 'bad ClientKeyExchange', 'ClientKeyExchange 错误'],
  [-0x7d80, 'MBEDTLS_ERR_SSL_BAD_HS_CERTIFICATE_VERIFY', 'bad CertificateVerify', 'CertificateVerify 错误'],
  [-0x7e00, 'MBEDTLS_ERR_SSL_BAD_HS_CHANGE_CIPHER_SPEC', 'bad ChangeCipherSpec', 'ChangeCipherSpec 错误'],
  [-0x7e80, 'MBEDTLS_ERR_SSL_BAD_HS_FINISHED', 'bad Finished message', 'Finished 消息错误'],
  [
    -0x7f00,
    'MBEDTLS_ERR_SSL_ALLOC_FAILED',
    'not enough memory; libmbedtls: or no certificate in the flash',
    '内存不足；libmbedtls 中也可能是 flash 中没有证书',
  ],
];

const rows = (source: CodeSource, table: readonly Row[]): ErrorCode[] =>
  table.map(([value, name, en, zh]) => ({ source, value, name, en, zh }));

/** Every code that a firmware prints, returns or hands to a callback when a connection fails, with its source. */
export const errorCodes: readonly ErrorCode[] = [
  ...errors.filter(({ value }) => value !== 0).map(error => ({ source: 'espconn' as const, ...error })),
  ...rows('lwIP', lwip),
  ...rows('axTLS', axTls),
  ...rows('mbed TLS', mbedTls),
];

/** What a number means where it comes from. */
export function errorCode(source: CodeSource, value: number): ErrorCode | undefined {
  return errorCodes.find(code => code.source === source && code.value === value);
}

/**
 * The error that libmbedtls hands to the reconnect callback for a code of mbed TLS: truncated to 8 bits, so that many come as small
 * positive numbers (mbedtls_fail_info and ESPCONN_EVENT_ERROR, espconn_mbedtls.c).
 */
export function callbackError(code: number): number {
  const value = -code;
  const short = (value & 0xff) === 0 ? value >> 8 : (value >> 8) + value;
  return (-short << 24) >> 24;
}

/** The codes of mbed TLS behind an error of the reconnect callback; several where they are truncated to the same number. */
export function mbedTlsCodes(error: number): ErrorCode[] {
  return errorCodes.filter(({ source, value }) => source === 'mbed TLS' && callbackError(value) === error);
}
