import { of, type Variant } from '../variant';

const link = of('opsgate', 'user/link.c');

export const opsgate: readonly Variant[] = [
  link('SSL001', 'the table for TLS writes plain', ['    .write = tls_write,', '    .write = tcp_write,']),
  link('SSL002', 'the table for TLS shuts plain', [
    '    .shut = tls_shut,',
    '    .shut = espconn_disconnect,',
  ]),
  link('SSL003', 'the table for TCP writes by TLS', ['tcp_open, tcp_write,', 'tcp_open, tls_write,']),
  link('SSL004', 'the table for TCP shuts by TLS', [
    'tcp_write, espconn_disconnect }',
    'tcp_write, tls_shut }',
  ]),
  link('SSL011', 'TLS over UDP', ['link->conn.type = ESPCONN_TCP;', 'link->conn.type = ESPCONN_UDP;']),
  link('SSL020', 'the size after connect', [
    `    if (!espconn_secure_set_size(ESPCONN_CLIENT, 4096) || !espconn_secure_ca_enable(ESPCONN_CLIENT, CA_SECTOR))
        return ESPCONN_ARG;
    return espconn_secure_connect(conn);`,
    `    sint8 result;

    if (!espconn_secure_ca_enable(ESPCONN_CLIENT, CA_SECTOR))
        return ESPCONN_ARG;
    result = espconn_secure_connect(conn);
    espconn_secure_set_size(ESPCONN_CLIENT, 4096);
    return result;`,
  ]),
  link('SSL031', 'shuts by the table in the receive callback', [
    '    if (link->on_line)\n',
    '    if (length == 0)\n        link->ops->shut(&link->conn);\n    if (link->on_line)\n',
  ]),
  link('SSL033', 'opens by the table in the reconnect callback', [
    '    post(link, EV_ERROR);\n}\n\nstatic void ICACHE_FLASH_ATTR sent',
    '    link->ops->open(&link->conn);\n}\n\nstatic void ICACHE_FLASH_ATTR sent',
  ]),
  link('SSL038', 'no reconnect callback', ['    espconn_regist_reconcb(&link->conn, failed);\n', '']),
  link('SSL076', 'the CA in sector 0', ['#define CA_SECTOR 0xE5', '#define CA_SECTOR 0']),
  link('SSL082', 'accepts any server', [' || !espconn_secure_ca_enable(ESPCONN_CLIENT, CA_SECTOR)', '']),
  link('SSL039', 'no disconnect callback', ['    espconn_regist_disconcb(&link->conn, down);\n', '']),
];
