import { of, type Variant } from '../variant';

const bridge = of('serlink', 'serial/serbridge.c');
const main = of('serlink', 'user/user_main.c');
const makefile = of('serlink', 'Makefile');

export const serlink: readonly Variant[] = [
  bridge('SSL001', 'plain in both arms', [
    'result = espconn_secure_sent(cd->conn',
    'result = espconn_sent(cd->conn',
  ]),
  bridge('SSL003', 'by TLS in both arms', [
    '    result = espconn_sent(cd->conn',
    '    result = espconn_secure_sent(cd->conn',
  ]),
  bridge('SSL002', 'kicks out without TLS', [
    'espconn_secure_disconnect(cd->conn)',
    'espconn_disconnect(cd->conn)',
  ]),
  bridge('SSL004', 'kicks out by TLS those at the plain port', [
    '#endif\n    espconn_disconnect(cd->conn);',
    '#endif\n    espconn_secure_disconnect(cd->conn);',
  ]),
  bridge('SSL008', 'no delay for TLS', ['  if (!secure)\n    espconn_set_opt', '  espconn_set_opt']),
  bridge('SSL009', 'holds TLS back', [
    '  connectCb(arg, true);',
    '  connectCb(arg, true);\n  espconn_recv_hold(arg);',
  ]),
  bridge('SSL010', 'a timeout for TLS', [
    '  espconn_secure_accept(&serbridgeConn2);\n',
    '  espconn_secure_accept(&serbridgeConn2);\n  espconn_regist_time(&serbridgeConn2, SER_BRIDGE_TIMEOUT, 0);\n',
  ]),
  bridge('SSL028', 'the certificate after accept', [
    `  espconn_secure_set_default_certificate(default_certificate, default_certificate_len);
  espconn_secure_set_default_private_key(default_private_key, default_private_key_len);
  espconn_secure_accept(&serbridgeConn2);`,
    `  espconn_secure_set_default_private_key(default_private_key, default_private_key_len);
  espconn_secure_accept(&serbridgeConn2);
  espconn_secure_set_default_certificate(default_certificate, default_certificate_len);`,
  ]),
  bridge('SSL029', 'starts again without certificate', [
    '  espconn_secure_accept(&serbridgeConn2);\n',
    `  espconn_secure_accept(&serbridgeConn2);
  if (system_get_free_heap_size() < 10000 && espconn_secure_delete(&serbridgeConn2) == ESPCONN_OK)
    espconn_secure_accept(&serbridgeConn2);
`,
  ]),
  bridge('SSL030', 'ends the server, and does not look', [
    '    DBG("serbridge: connection pool overflow\\n");\n',
    '    espconn_secure_delete(&serbridgeConn2);\n',
  ]),
  bridge('SSL031', 'closes those that speak telnet', [
    '    cd->conn_mode = len >= 3 && os_strncmp(data, ICON_BAUD, 3) == 0 ? cmTelnet : cmTransparent;\n',
    '    if (IS_SECURE(cd)) espconn_secure_disconnect(cd->conn);\n',
  ]),
  bridge('SSL006', 'two servers with one struct', [
    '  espconn_secure_accept(&serbridgeConn2);\n',
    '  espconn_secure_accept(&serbridgeConn2);\n  espconn_accept(&serbridgeConn2);\n',
  ]),
  bridge('SSL011', 'TLS over UDP', [
    'serbridgeConn2.type = ESPCONN_TCP;',
    'serbridgeConn2.type = ESPCONN_UDP;',
  ]),
  bridge('SSL027', 'no key in one configuration', [
    '  espconn_secure_set_default_private_key(default_private_key, default_private_key_len);\n',
    '#ifndef TLS_BRIDGE\n  espconn_secure_set_default_private_key(default_private_key, default_private_key_len);\n#endif\n',
  ]),
  bridge('SSL053', 'a length that is nothing', [
    'espconn_secure_sent(cd->conn, (uint8_t *)cd->sentbuffer, cd->txbufferlen)',
    'espconn_secure_sent(cd->conn, NULL, cd->txbufferlen)',
  ]),
  bridge('SSL055', 'sends to the struct that listens', [
    'espconn_secure_sent(cd->conn,',
    'espconn_secure_sent(&serbridgeConn2,',
  ]),
  main('SSL006', 'one port for both', ['serbridgeInit(23, 2323)', 'serbridgeInit(23, 23)']),
  makefile('SSL131', 'no TLS library', ['lwip mbedtls crypto', 'lwip crypto']),
];
