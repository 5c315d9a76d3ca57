import { of, type Variant } from '../variant';

const web = of('resthub', 'user/user_webserver.c');
const iot = of('resthub', 'user/user_iot.c');
const config = of('resthub', 'include/user_config.h');

export const resthub: readonly Variant[] = [
  web('SSL001', 'plain for both servers', [
    '\t\tespconn_secure_sent(connection, data, length);\n',
    '\t\tespconn_sent(connection, data, length);\n',
  ]),
  web('SSL003', 'by TLS for both servers', [
    '#endif\n\tespconn_sent(connection, data, length);',
    '#endif\n\tespconn_secure_sent(connection, data, length);',
  ]),
  web('SSL002', 'closes TLS without', [
    'espconn_secure_disconnect((struct espconn *)arg)',
    'espconn_disconnect((struct espconn *)arg)',
  ]),
  web('SSL004', 'closes all by TLS', [
    `	if (connection_is_ssl(connection)) {
		espconn_regist_sentcb(connection, webserver_ssl_sent);
		espconn_regist_disconcb(connection, webserver_ssl_disconnect);
		return;
	}
#endif
`,
    '\tespconn_regist_sentcb(connection, webserver_ssl_sent);\n#endif\n',
  ]),
  web('SSL006', 'both at the port of TLS', [
    'connection_setup(&webserver_connection, &webserver_tcp, WEBSERVER_PORT)',
    'connection_setup(&webserver_connection, &webserver_tcp, WEBSERVER_SSL_PORT)',
  ]),
  web('SSL010', 'the timeout for the wrong server', [
    '\tespconn_secure_accept(&webserver_ssl_connection);\n',
    '\tespconn_secure_accept(&webserver_ssl_connection);\n\tespconn_regist_time(&webserver_ssl_connection, 15, 0);\n',
  ]),
  web('SSL031', 'closes in the sent callback', [
    `	os_timer_disarm(&webserver_ssl_close_timer);
	os_timer_setfn(&webserver_ssl_close_timer, (os_timer_func_t *)webserver_ssl_close, arg);
	os_timer_arm(&webserver_ssl_close_timer, 100, 0);
`,
    '\twebserver_ssl_close(arg);\n',
  ]),
  web('SSL020', 'the size after accept', [
    '\tespconn_secure_set_size(ESPCONN_BOTH, 4096);\n\tespconn_secure_accept(&webserver_ssl_connection);',
    '\tespconn_secure_accept(&webserver_ssl_connection);\n\tespconn_secure_set_size(ESPCONN_BOTH, 4096);',
  ]),
  web('SSL027', 'no key', [
    '\tespconn_secure_set_default_private_key(default_private_key, default_private_key_len);\n',
    '',
  ]),
  web('SSL072', 'too small a buffer for both', ['ESPCONN_BOTH, 4096)', 'ESPCONN_BOTH, 1460)']),
  iot('SSL001', 'reports without TLS', ['if (espconn_secure_sent(connection', 'if (espconn_sent(connection']),
  iot('SSL031', 'closes where the answer comes', [
    '\tiot_later(iot_close, 10);\n}\n\nLOCAL void ICACHE_FLASH_ATTR iot_connected',
    '\tiot_close(arg);\n}\n\nLOCAL void ICACHE_FLASH_ATTR iot_connected',
  ]),
  iot(
    'SSL036',
    'nobody asks for the time',
    ['\tsntp_setservername(0, "pool.ntp.org");\n\tsntp_init();\n', ''],
    [' ||\n\t\tsntp_get_current_timestamp() == 0', ''],
  ),
  iot('SSL082', 'verifies nobody', [
    '\tif (!espconn_secure_ca_enable(ESPCONN_CLIENT, IOT_CA_SECTOR)) {\n\t\tdebug("IOT: no CA certificate\\n");\n\t\treturn;\n\t}\n',
    '',
  ]),
  iot('SSL038', 'no reconnect callback', ['\tespconn_regist_reconcb(iot_connection, iot_failed);\n', '']),
  iot('SSL042', 'frees right after the close', [
    '\tespconn_secure_disconnect(iot_connection);\n',
    '\tespconn_secure_disconnect(iot_connection);\n\tiot_free(arg);\n',
  ]),
  iot('SSL084', 'TLS to port 1883', ['remote_port = IOT_PORT;', 'remote_port = 1883;']),
  iot('SSL085', 'a local port of its own', ['espconn_port()', '9999']),
  iot('SSL088', 'only negative results are failures', [
    'if (espconn_secure_connect(connection) != ESPCONN_OK)',
    'if (espconn_secure_connect(connection) < ESPCONN_OK)',
  ]),
  config('SSL006', 'one number for both ports', ['WEBSERVER_SSL_PORT   443', 'WEBSERVER_SSL_PORT   80']),
];
