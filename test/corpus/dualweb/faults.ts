import { of, type Variant } from '../variant';

const httpd = of('dualweb', 'user/httpd.c');
const makefile = of('dualweb', 'Makefile');

export const dualweb: readonly Variant[] = [
  httpd('SSL001', 'plain in both arms of ?:', [
    'client->tls ? espconn_secure_sent(',
    'client->tls ? espconn_sent(',
  ]),
  httpd('SSL003', 'by TLS in both arms of ?:', [
    '                : espconn_sent(',
    '                : espconn_secure_sent(',
  ]),
  httpd('SSL002', 'the bit is not looked at', [
    '\tif (client->tls)\n\t\tespconn_secure_disconnect(client->conn);\n\telse\n\t\tespconn_disconnect(client->conn);',
    '\tespconn_disconnect(client->conn);',
  ]),
  httpd('SSL004', 'always closes by TLS', [
    '\tif (client->tls)\n\t\tespconn_secure_disconnect(client->conn);\n\telse\n\t\tespconn_disconnect(client->conn);',
    '\tespconn_secure_disconnect(client->conn);',
  ]),
  httpd('SSL031', 'closes where there is no memory', [
    '\t\tif (client->out == NULL) {\n\t\t\thttpd_close(client);',
    '\t\tif (client->out == NULL) {\n\t\t\thttpd_linger(client);',
  ]),
  httpd('SSL031', 'closes in the sent callback', [
    '\telse\n\t\thttpd_close(client);',
    '\telse\n\t\thttpd_linger(client);',
  ]),
  httpd('SSL008', 'no delay for TLS', ['\tif (!clients[i].tls)\n\t\tespconn_set_opt', '\tespconn_set_opt']),
  httpd('SSL010', 'a timeout for TLS', [
    '\t\tespconn_secure_accept(conn);\n',
    '\t\tespconn_secure_accept(conn);\n\t\tespconn_regist_time(conn, 30, 0);\n',
  ]),
  httpd('SSL010', 'a number of clients for the TLS server', [
    '\thttpd_listen(&httpds_conn, &httpds_tcp, HTTPD_TLS_PORT, 1);\n',
    '\thttpd_listen(&httpds_conn, &httpds_tcp, HTTPD_TLS_PORT, 1);\n\tespconn_tcp_set_max_con_allow(&httpds_conn, 2);\n',
  ]),
  httpd('SSL020', 'the size after accept', [
    `		espconn_secure_set_size(ESPCONN_SERVER, 4096);
		espconn_secure_set_default_certificate(default_certificate, default_certificate_len);
		espconn_secure_set_default_private_key(default_private_key, default_private_key_len);
		espconn_secure_accept(conn);`,
    `		espconn_secure_set_default_certificate(default_certificate, default_certificate_len);
		espconn_secure_set_default_private_key(default_private_key, default_private_key_len);
		espconn_secure_accept(conn);
		espconn_secure_set_size(ESPCONN_SERVER, 4096);`,
  ]),
  httpd('SSL027', 'no private key', [
    '\t\tespconn_secure_set_default_private_key(default_private_key, default_private_key_len);\n',
    '',
  ]),
  httpd('SSL028', 'the key after accept', [
    `		espconn_secure_set_default_private_key(default_private_key, default_private_key_len);
		espconn_secure_accept(conn);`,
    `		espconn_secure_accept(conn);
		espconn_secure_set_default_private_key(default_private_key, default_private_key_len);`,
  ]),
  httpd('SSL006', 'both servers at one port', [
    'httpd_listen(&httpd_conn, &httpd_tcp, HTTPD_PORT, 0)',
    'httpd_listen(&httpd_conn, &httpd_tcp, HTTPD_TLS_PORT, 0)',
  ]),
  httpd('SSL087', 'success taken for failure', [
    '\t\tespconn_secure_set_size(ESPCONN_SERVER, 4096);\n',
    '\t\tif (espconn_secure_set_size(ESPCONN_SERVER, 4096) != ESPCONN_OK)\n\t\t\treturn;\n',
  ]),
  httpd('SSL081', 'a CA for clients', [
    '\t\tespconn_secure_set_size(ESPCONN_SERVER, 4096);\n',
    '\t\tespconn_secure_set_size(ESPCONN_SERVER, 4096);\n\t\tespconn_secure_ca_enable(ESPCONN_CLIENT, 0x77);\n',
  ]),
  httpd('SSL023', 'starts both whenever a client fails', [
    '\tos_printf("httpd: error %d\\n", err);\n\thttpd_disconn_cb(arg);',
    '\thttpd_disconn_cb(arg);\n\tespconn_secure_accept(&httpds_conn);',
  ]),
  makefile('SSL130', 'both TLS libraries, without -l', ['main mbedtls crypto', 'main ssl mbedtls crypto']),
  makefile('SSL131', 'no TLS library', ['main mbedtls crypto', 'main crypto']),
];
