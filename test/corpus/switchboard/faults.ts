import { of, type Variant } from '../variant';

const cloud = of('switchboard', 'user/cloud.c');
const panel = of('switchboard', 'user/panel.c');

export const switchboard: readonly Variant[] = [
  cloud('SSL082', 'verifies nobody', [
    '        if (!espconn_secure_ca_enable(ESPCONN_CLIENT, 0x77))\n            return;\n',
    '',
  ]),
  cloud('SSL001', 'the beat is sent without TLS', [
    'espconn_secure_sent(conn, (uint8 *)"ping\\n", 5)',
    'espconn_sent(conn, (uint8 *)"ping\\n", 5)',
  ]),
  cloud('SSL002', 'the close has no TLS arm', [
    '#ifdef CLIENT_SSL_ENABLE\n    espconn_secure_disconnect(conn);\n#else\n    espconn_disconnect(conn);\n#endif',
    '    espconn_disconnect(conn);',
  ]),
  cloud('SSL003', 'the report is always sent by TLS', [
    '#ifdef CLIENT_SSL_ENABLE\n        espconn_secure_sent(conn, (uint8 *)frame, os_strlen(frame));\n#else\n        espconn_sent(conn, (uint8 *)frame, os_strlen(frame));\n#endif',
    '        espconn_secure_sent(conn, (uint8 *)frame, os_strlen(frame));',
  ]),
  cloud('SSL004', 'the arms of the close are swapped', [
    'espconn_secure_disconnect(conn);\n#else\n    espconn_disconnect(conn);',
    'espconn_secure_disconnect(conn);\n#else\n    espconn_secure_disconnect(conn);',
  ]),
  cloud('SSL031', 'closes in the receive callback', [
    `        os_timer_disarm(&cloud_timer);
        os_timer_setfn(&cloud_timer, (os_timer_func_t *)cloud_close, conn);
        os_timer_arm(&cloud_timer, 10, 0);
    }
}`,
    '        cloud_close(conn);\n    }\n}',
  ]),
  cloud('SSL033', 'connects again in the reconnect callback', [
    '    cloud_discon(arg);\n}',
    '    cloud_connect(arg);\n}',
  ]),
  cloud('SSL038', 'no reconnect callback', ['    espconn_regist_reconcb(conn, cloud_recon);\n', '']),
  cloud('SSL034', 'waits in the receive callback', [
    '        answered = 1;\n    } else',
    '        os_delay_us(60000);\n        answered = 1;\n    } else',
  ]),
  cloud('SSL041', 'the esp_tcp lies on the stack', [
    'struct ip_info info;\n',
    'struct ip_info info;\n    esp_tcp cloud_tcp;\n',
  ]),
  panel('SSL001', 'the short answer is sent without TLS', [
    'espconn_secure_sent(conn, line, length)',
    'espconn_sent(conn, line, length)',
  ]),
  panel('SSL027', 'no private key', [
    '    espconn_secure_set_default_private_key(default_private_key, default_private_key_len);\n',
    '',
  ]),
  panel('SSL028', 'the certificate after accept', [
    `    espconn_secure_set_default_certificate(default_certificate, default_certificate_len);
    espconn_secure_set_default_private_key(default_private_key, default_private_key_len);
    espconn_secure_accept(&panel);`,
    `    espconn_secure_accept(&panel);
    espconn_secure_set_default_certificate(default_certificate, default_certificate_len);
    espconn_secure_set_default_private_key(default_private_key, default_private_key_len);`,
  ]),
  panel('SSL006', 'accepts twice', [
    '    espconn_secure_accept(&panel);\n#else',
    '    espconn_secure_accept(&panel);\n    espconn_accept(&panel);\n#else',
  ]),
  panel('SSL023', 'accepts twice by TLS', [
    '    espconn_secure_accept(&panel);\n#else',
    '    espconn_secure_accept(&panel);\n    espconn_secure_accept(&panel);\n#else',
  ]),
  panel('SSL010', 'a timeout for the TLS server', [
    '    espconn_secure_accept(&panel);\n#else',
    '    espconn_secure_accept(&panel);\n    espconn_regist_time(&panel, 30, 0);\n#else',
  ]),
  panel('SSL011', 'TLS over UDP', ['panel.type = ESPCONN_TCP;', 'panel.type = ESPCONN_UDP;']),
  cloud('SSL050', 'reports twice in a row', [
    '    cloud_report(conn);\n#if',
    '    cloud_report(conn);\n    cloud_report(conn);\n#if',
  ]),
  cloud('SSL058', 'the size of the pointer is sent', [
    'espconn_secure_sent(conn, (uint8 *)frame, os_strlen(frame))',
    'espconn_secure_sent(conn, (uint8 *)frame, sizeof(frame))',
  ]),
  cloud(
    'SSL060',
    'keeps the received text by its address',
    ['LOCAL uint8 answered = 1;', 'LOCAL uint8 answered = 1;\nLOCAL char *last_text;'],
    [
      '    struct espconn *conn = arg;\n\n    if (os_strncmp',
      '    struct espconn *conn = arg;\n\n    last_text = pdata;\n    if (os_strncmp',
    ],
    ['    DBG("cloud_reconnect\\n");', '    DBG("%s\\n", last_text);'],
  ),
  cloud('SSL061', 'writes two bytes behind the text', [
    '    struct espconn *conn = arg;\n\n    if (os_strncmp',
    '    struct espconn *conn = arg;\n\n    pdata[len + 1] = 0;\n    if (os_strncmp',
  ]),
  cloud('SSL084', 'TLS to the port of HTTP', ['remote_port = 8443;', 'remote_port = 8080;']),
  cloud('SSL035', 'connects at once', [
    'cloud_init(void)\n{\n',
    'cloud_init(void)\n{\n    cloud_connect(&cloud_conn);\n',
  ]),
];
