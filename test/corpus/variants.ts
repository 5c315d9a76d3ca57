/** A program of the corpus with one fault put in. */
export interface Variant {
  program: string;
  file: string;
  title: string;
  /** What is replaced, the first time it occurs, by what. */
  changes: readonly (readonly [from: string, to: string])[];
  /** The one rule that must find it. */
  finds: string;
}

function of(program: string, file: string) {
  return (finds: string, title: string, ...changes: [string, string][]): Variant => ({
    program,
    file,
    title,
    changes,
    finds,
  });
}

const cloud = of('switchboard', 'user/cloud.c');
const panel = of('switchboard', 'user/panel.c');
const broker = of('telemetry', 'user/broker.c');
const levels = of('telemetry', 'include/tls_levels.h');
const webpanel = of('webpanel', 'user/user_main.c');
const fetcher = of('fetcher', 'user/user_main.c');

export const variants: readonly Variant[] = [
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
  fetcher('SSL035', 'connects in user_init', [
    '  fetch_in(1000);\n',
    '  espconn_secure_connect(&fetch.conn);\n',
  ]),
  webpanel('SSL001', 'answers without TLS', ['espconn_secure_sent(to', 'espconn_sent(to']),
  webpanel('SSL002', 'closes without TLS', [
    'espconn_secure_disconnect(client)',
    'espconn_disconnect(client)',
  ]),
  webpanel('SSL031', 'closes in the sent callback', [
    'on_sent(void *arg)\n{\n    close_soon();',
    'on_sent(void *arg)\n{\n    close_now(arg);',
  ]),
  webpanel('SSL032', 'closes in the error callback', [
    '    os_printf("error %d\\n", error);\n',
    '    os_printf("error %d\\n", error);\n    espconn_secure_disconnect(arg);\n',
  ]),
  webpanel('SSL007', 'deletes the server as if it were plain', [
    '        os_printf("no server\\n");',
    '        os_printf("no server\\n");\n    espconn_delete(&server);',
  ]),
  webpanel('SSL008', 'keep-alive on TLS', [
    '    client = (struct espconn *)arg;\n',
    '    client = (struct espconn *)arg;\n    espconn_set_opt(client, ESPCONN_KEEPALIVE);\n',
  ]),
  webpanel('SSL009', 'holds data back', [
    '    unsigned int i;\n',
    '    unsigned int i;\n    espconn_recv_hold(arg);\n',
  ]),
  webpanel('SSL020', 'the size in the connect callback', [
    '    client = (struct espconn *)arg;\n',
    '    client = (struct espconn *)arg;\n    espconn_secure_set_size(ESPCONN_SERVER, 8192);\n',
  ]),
  webpanel('SSL038', 'no reconnect callback', ['    espconn_regist_reconcb(client, handlers.error);\n', '']),
  fetcher('SSL001', 'sends without TLS', ['espconn_secure_sent(CONN', 'espconn_sent(CONN']),
  fetcher('SSL005', 'opened without TLS where sending is by TLS', [
    'CHECK(espconn_secure_connect(conn));',
    'CHECK(espconn_secure_connect(conn));\n  espconn_connect(conn);',
  ]),
  fetcher('SSL003', 'opened without TLS', ['espconn_secure_connect(conn)', 'espconn_connect(conn)']),
  fetcher('SSL024', 'connects twice', [
    '  CHECK(espconn_secure_connect(conn));\n',
    '  espconn_secure_connect(conn);\n  espconn_secure_connect(conn);\n',
  ]),
  fetcher(
    'SSL036',
    'no time',
    ['  sntp_setservername(0, "pool.ntp.org");\n  sntp_init();\n', ''],
    [' || sntp_get_current_timestamp() == 0', ''],
  ),
  fetcher('SSL033', 'starts again in the reconnect callback', [
    '  else\n    fetch_in(5000);',
    '  else\n    espconn_secure_connect(arg);',
  ]),
  fetcher('SSL022', 'an own certificate after connect', [
    '  CHECK(espconn_secure_connect(conn));\n',
    '  CHECK(espconn_secure_connect(conn));\n  espconn_secure_cert_req_enable(ESPCONN_CLIENT, 0x7C);\n',
  ]),
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
  webpanel(
    'SSL052',
    'a large answer on the stack',
    ['static char response[768];', ''],
    ['    int length = os', '    char response[2048];\n    int length = os'],
    ['(uint8 *)response, length)', '(uint8 *)response, sizeof(response))'],
  ),
  webpanel('SSL054', 'tries until it is sent', [
    'if (espconn_secure_sent(to',
    'while (espconn_secure_sent(to',
  ]),
  webpanel('SSL055', 'answers the struct that listens', [
    'espconn_secure_sent(to,',
    'espconn_secure_sent(&server,',
  ]),
  webpanel(
    'SSL056',
    'forgets nobody',
    ['on_gone(void *arg)\n{\n    client = NULL;', 'on_gone(void *arg)\n{'],
    ['error);\n    client = NULL;', 'error);'],
  ),
  webpanel('SSL057', 'more than 16 bits', ['(uint8 *)response, length)', '(uint8 *)response, 70000)']),
  fetcher('SSL085', 'always the same local port', ['espconn_port()', '4000']),
  fetcher(
    'SSL088',
    'only negative results are failures',
    ['wifi_set_opmode(STATION_MODE)', 'wifi_set_opmode(STATIONAP_MODE)'],
    ['CHECK(espconn_secure_connect(conn));', 'if (espconn_secure_connect(conn) < 0) fetch_in(5000);'],
  ),
];
