import { of, type Variant } from '../variant';

const meter = of('metering', 'user/user_main.c');
const net = of('metering', 'include/net.h');
const makefile = of('metering', 'Makefile');

export const metering: readonly Variant[] = [
  meter('SSL001', 'past the macro', ['TRY(NET(sent)(&c->conn', 'TRY(espconn_sent(&c->conn']),
  meter('SSL002', 'closes past the macro', ['NET(disconnect)(&c->conn)', 'espconn_disconnect(&c->conn)']),
  meter('SSL031', 'closes when all is sent', [
    '    AFTER(c->timer, 50, collector_shut, c);\n    return ESPCONN_OK;',
    '    collector_shut(c);\n    return ESPCONN_OK;',
  ]),
  meter('SSL033', 'opens again on an error', [
    '  AFTER(c->timer, 30000, collector_retry, c);',
    '  collector_open(c);',
  ]),
  meter('SSL038', 'no reconnect callback', ['  ON(recon, &c->conn, on_error);\n', '']),
  meter('SSL020', 'the size after connect', [
    '  TRY(NET(connect)(&c->conn));\n',
    '  TRY(NET(connect)(&c->conn));\n  ASSURE(espconn_secure_set_size(ESPCONN_CLIENT, KB(8)));\n',
  ]),
  meter('SSL070', 'a level that is none', [
    'espconn_secure_set_size(ESPCONN_CLIENT, KB(4))',
    'espconn_secure_set_size(ESPCONN_MAX, KB(4))',
  ]),
  meter('SSL071', 'too large a buffer', [
    'espconn_secure_set_size(ESPCONN_CLIENT, KB(4))',
    'espconn_secure_set_size(ESPCONN_CLIENT, KB(16))',
  ]),
  meter('SSL074', 'the largest buffer', [
    'espconn_secure_set_size(ESPCONN_CLIENT, KB(4))',
    'espconn_secure_set_size(ESPCONN_CLIENT, KB(8))',
  ]),
  meter('SSL075', 'the address', ['SECTOR_OF(CA_ADDRESS)', 'CA_ADDRESS']),
  meter('SSL084', 'the plain port', ['remote_port = 8443', 'remote_port = 8080']),
  meter('SSL085', 'always the same local port', ['espconn_port()', '5000']),
  meter('SSL024', 'connects twice', [
    '  TRY(NET(connect)(&c->conn));\n',
    '  NET(connect)(&c->conn);\n  TRY(NET(connect)(&c->conn));\n',
  ]),
  meter('SSL035', 'opens in user_init', [
    '  AFTER(collector.timer, 5000, collector_retry, &collector);',
    '  espconn_secure_connect(&collector.conn);',
  ]),
  net('SSL079', 'another address than is burnt', [
    'PAIR_ADDRESS (CA_ADDRESS + KB(4))',
    'PAIR_ADDRESS (CA_ADDRESS + KB(8))',
  ]),
  net('SSL084', 'a macro that forgets TLS', ['espconn_secure_##call', 'espconn_##call']),
  makefile('SSL131', 'no TLS library', ['-lssl ', '']),
  makefile('SSL079', 'the pair is burnt elsewhere', ['0x6E000', '0x6F000']),
];
