import { of, type Variant } from '../variant';

const main = of('fetcher', 'user/user_main.c');

export const fetcher: readonly Variant[] = [
  main('SSL035', 'connects in user_init', [
    '  fetch_in(1000);\n',
    '  espconn_secure_connect(&fetch.conn);\n',
  ]),
  main('SSL001', 'sends without TLS', ['espconn_secure_sent(CONN', 'espconn_sent(CONN']),
  main('SSL005', 'opened without TLS where sending is by TLS', [
    'CHECK(espconn_secure_connect(conn));',
    'CHECK(espconn_secure_connect(conn));\n  espconn_connect(conn);',
  ]),
  main('SSL003', 'opened without TLS', ['espconn_secure_connect(conn)', 'espconn_connect(conn)']),
  main('SSL024', 'connects twice', [
    '  CHECK(espconn_secure_connect(conn));\n',
    '  espconn_secure_connect(conn);\n  espconn_secure_connect(conn);\n',
  ]),
  main(
    'SSL036',
    'no time',
    ['  sntp_setservername(0, "pool.ntp.org");\n  sntp_init();\n', ''],
    [' || sntp_get_current_timestamp() == 0', ''],
  ),
  main('SSL033', 'starts again in the reconnect callback', [
    '  else\n    fetch_in(5000);',
    '  else\n    espconn_secure_connect(arg);',
  ]),
  main('SSL022', 'an own certificate after connect', [
    '  CHECK(espconn_secure_connect(conn));\n',
    '  CHECK(espconn_secure_connect(conn));\n  espconn_secure_cert_req_enable(ESPCONN_CLIENT, 0x7C);\n',
  ]),
  main('SSL085', 'always the same local port', ['espconn_port()', '4000']),
  main(
    'SSL088',
    'only negative results are failures',
    ['wifi_set_opmode(STATION_MODE)', 'wifi_set_opmode(STATIONAP_MODE)'],
    ['CHECK(espconn_secure_connect(conn));', 'if (espconn_secure_connect(conn) < 0) fetch_in(5000);'],
  ),
];
