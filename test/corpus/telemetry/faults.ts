import { of, type Variant } from '../variant';

const broker = of('telemetry', 'user/broker.c');
const levels = of('telemetry', 'include/tls_levels.h');

export const telemetry: readonly Variant[] = [
  broker('SSL003', 'the condition of the send is inverted', [
    'espconn_secure_send(b->conn, b->out, b->out_length);\n  else\n    result = espconn_send(b->conn',
    'espconn_secure_send(b->conn, b->out, b->out_length);\n  else\n    result = espconn_secure_send(b->conn',
  ]),
  broker('SSL001', 'plain in both arms', ['result = espconn_secure_send(', 'result = espconn_send(']),
  broker('SSL002', 'plain close in both arms', [
    'b->secure ? espconn_secure_disconnect(b->conn)',
    'b->secure ? espconn_disconnect(b->conn)',
  ]),
  broker('SSL031', 'hangs up in the receive callback', [
    '      b->state = B_CLOSING;\n    } else',
    '      broker_hang_up(b);\n    } else',
  ]),
  broker('SSL020', 'the size after connect', [
    '  espconn_secure_set_size(ESPCONN_CLIENT, 4 * 1024);\n  espconn_secure_connect(b->conn);',
    '  espconn_secure_connect(b->conn);\n  espconn_secure_set_size(ESPCONN_CLIENT, 4 * 1024);',
  ]),
  broker(
    'SSL021',
    'verification after connect',
    [
      '  if (TLS_LEVEL >= LEVEL_VERIFY)\n    espconn_secure_ca_enable(ESPCONN_CLIENT, CA_FLASH_ADDRESS);\n',
      '',
    ],
    [
      '  espconn_secure_connect(b->conn);\n',
      '  espconn_secure_connect(b->conn);\n  espconn_secure_ca_enable(ESPCONN_CLIENT, CA_FLASH_ADDRESS);\n',
    ],
  ),
  broker(
    'SSL040',
    'callbacks before the esp_tcp',
    [
      '  b->conn->proto.tcp = (esp_tcp *)os_zalloc(sizeof(esp_tcp));\n  b->conn->proto.tcp->local_port = espconn_port();\n  b->conn->proto.tcp->remote_port = b->port;\n',
      '',
    ],
    [
      '  b->silence = 0;\n  b->state = B_CONNECTING;\n',
      '  b->conn->proto.tcp = (esp_tcp *)os_zalloc(sizeof(esp_tcp));\n  b->silence = 0;\n  b->state = B_CONNECTING;\n',
    ],
  ),
  broker('SSL053', 'sends nothing', [
    'espconn_secure_send(b->conn, b->out, b->out_length)',
    'espconn_secure_send(b->conn, NULL, b->out_length)',
  ]),
  broker('SSL070', 'level 0', ['set_size(ESPCONN_CLIENT,', 'set_size(0,']),
  broker('SSL071', 'a buffer that is too large', ['4 * 1024', '16 * 1024']),
  broker('SSL072', 'a buffer that is too small', ['4 * 1024', '1024']),
  broker('SSL076', 'the CA in sector 0', ['CA_FLASH_ADDRESS);', '0);']),
  broker('SSL081', 'the CA for a server', ['ca_enable(ESPCONN_CLIENT, CA', 'ca_enable(ESPCONN_SERVER, CA']),
  broker(
    'SSL083',
    'an own certificate, but no CA',
    [
      '  if (TLS_LEVEL >= LEVEL_VERIFY)\n    espconn_secure_ca_enable(ESPCONN_CLIENT, CA_FLASH_ADDRESS);\n',
      '',
    ],
    ['TLS_LEVEL >= LEVEL_MUTUAL', 'TLS_LEVEL >= LEVEL_VERIFY'],
  ),
  broker('SSL086', 'a buffer size of more than 16 bits', ['4 * 1024', '0x12000']),
  broker('SSL087', 'success taken for failure', [
    '  espconn_secure_set_size(ESPCONN_CLIENT, 4 * 1024);',
    '  if (espconn_secure_set_size(ESPCONN_CLIENT, 4 * 1024) != ESPCONN_OK)\n    return;',
  ]),
  levels('SSL075', 'the address of the CA', ['0x77 ', '0x77000 ']),
  levels(
    'SSL080',
    'one sector for two files',
    ['TLS_LEVEL LEVEL_VERIFY', 'TLS_LEVEL LEVEL_MUTUAL'],
    ['0x78', '0x77'],
  ),
];
