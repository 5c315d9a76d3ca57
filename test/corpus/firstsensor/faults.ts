import { of, type Variant } from '../variant';

const sensor = of('firstsensor', 'user/user_main.c');
const makefile = of('firstsensor', 'Makefile');

export const firstsensor: readonly Variant[] = [
  sensor('SSL001', 'sends without TLS', ['    espconn_secure_sent(&conn', '    espconn_sent(&conn']),
  sensor('SSL002', 'closes without TLS', ['espconn_secure_disconnect(&conn)', 'espconn_disconnect(&conn)']),
  sensor('SSL011', 'TLS over UDP', ['type = ESPCONN_TCP', 'type = ESPCONN_UDP']),
  sensor('SSL020', 'the size when it is connected', [
    '    espconn_regist_recvcb(&conn, data_received);\n',
    '    espconn_secure_set_size(1, 8192);\n    espconn_regist_recvcb(&conn, data_received);\n',
  ]),
  sensor('SSL021', 'verification when it is connected', [
    '    espconn_regist_recvcb(&conn, data_received);\n',
    '    espconn_secure_ca_enable(1, 0x70);\n    espconn_regist_recvcb(&conn, data_received);\n',
  ]),
  sensor(
    'SSL025',
    'a second connection at the same time',
    ['struct espconn conn;\n', 'struct espconn conn;\nstruct espconn conn2;\n'],
    [
      '    espconn_secure_connect(pespconn);\n',
      '    espconn_secure_connect(pespconn);\n    espconn_regist_reconcb(&conn2, error);\n    espconn_secure_connect(&conn2);\n',
    ],
  ),
  sensor('SSL031', 'closes when something comes', [
    '    os_printf("got: %s\\n", pdata);\n',
    '    close_it(arg);\n',
  ]),
  sensor('SSL031', 'closes when it is sent', [
    '    os_printf("sent\\n");',
    '    espconn_secure_disconnect(&conn);',
  ]),
  sensor('SSL032', 'closes what is closed', [
    '    os_printf("bye\\n");',
    '    espconn_secure_disconnect(&conn);',
  ]),
  sensor('SSL033', 'connects again on an error', [
    '    os_printf("ERROR %d\\n", err);',
    '    espconn_secure_connect(arg);',
  ]),
  sensor('SSL034', 'waits for the answer', [
    '    //espconn_sent(&conn, buf',
    '    for (busy = 0; busy < 100; busy++)\n        os_delay_us(1000);\n    //espconn_sent(&conn, buf',
  ]),
  sensor('SSL038', 'no reconnect callback', ['    espconn_regist_reconcb(pespconn, error);\n', '']),
  sensor('SSL041', 'the esp_tcp on the stack', [
    '    struct espconn *pespconn = arg;\n',
    '    struct espconn *pespconn = arg;\n    esp_tcp tcp;\n',
  ]),
  sensor('SSL050', 'head and body in two calls', [
    '    espconn_secure_sent(&conn, (uint8 *)buf, os_strlen(buf));\n',
    '    espconn_secure_sent(&conn, (uint8 *)buf, os_strlen(buf));\n    espconn_secure_sent(&conn, (uint8 *)json, os_strlen(json));\n',
  ]),
  sensor('SSL058', 'the size of a pointer', [
    '    espconn_secure_sent(&conn, (uint8 *)buf, os_strlen(buf));\n',
    '    char *p = buf;\n    espconn_secure_sent(&conn, (uint8 *)p, sizeof(p));\n',
  ]),
  sensor(
    'SSL060',
    'remembers where the answer was',
    ['    os_printf("got: %s\\n", pdata);\n', '    answer = pdata;\n'],
    ['int temp = 0;\n', 'int temp = 0;\nchar *answer;\n'],
    ['    os_printf("bye\\n");', '    os_printf("%s\\n", answer);'],
  ),
  sensor('SSL061', 'ends the answer a byte too far', [
    '    os_printf("got: %s\\n", pdata);\n',
    '    pdata[len + 1] = 0;\n    os_printf("got: %s\\n", pdata);\n',
  ]),
  sensor('SSL070', 'level 0', ['set_size(0x01,', 'set_size(0x00,']),
  sensor('SSL071', 'a buffer of 0', ['set_size(0x01, 4096)', 'set_size(0x01, 0)']),
  sensor('SSL072', 'a small buffer', ['set_size(0x01, 4096)', 'set_size(0x01, 1024)']),
  sensor('SSL075', 'the address', ['ca_enable(0x01, 0x70)', 'ca_enable(0x01, 0x70000)']),
  sensor('SSL079', 'the wrong sector', ['ca_enable(0x01, 0x70)', 'ca_enable(0x01, 0x7C)']),
  sensor('SSL081', 'the CA for a server', ['ca_enable(0x01, 0x70)', 'ca_enable(0x02, 0x70)']),
  sensor('SSL084', 'the port of HTTP', ['remote_port = 443', 'remote_port = 80']),
  sensor('SSL086', 'more than 16 bits', ['set_size(0x01, 4096)', 'set_size(0x01, 70000)']),
  sensor('SSL087', 'success taken for failure', [
    '    espconn_secure_ca_enable(0x01, 0x70);',
    '    if (espconn_secure_ca_enable(0x01, 0x70) < 0) return;',
  ]),
  makefile('SSL130', 'both TLS libraries', ['-lmbedtls -lcrypto', '-lmbedtls -lssl -lcrypto']),
];
