import { of, type Variant } from '../variant';

const http = of('fetchlib', 'user/http.c');
const main = of('fetchlib', 'user/user_main.c');
const makefile = of('fetchlib', 'Makefile');

export const fetchlib: readonly Variant[] = [
  http('SSL001', 'the data of a POST without TLS', [
    'espconn_secure_sent(conn, (uint8_t *)req->post_data',
    'espconn_sent(conn, (uint8_t *)req->post_data',
  ]),
  http('SSL003', 'the head always by TLS', [
    '\t\tespconn_sent(conn, (uint8_t *)head, len);',
    '\t\tespconn_secure_sent(conn, (uint8_t *)head, len);',
  ]),
  http('SSL002', 'gives up without TLS', [
    'espconn_secure_disconnect(&req->conn)',
    'espconn_disconnect(&req->conn)',
  ]),
  http('SSL004', 'gives up by TLS in both arms', [
    '\t\tespconn_disconnect(&req->conn)',
    '\t\tespconn_secure_disconnect(&req->conn)',
  ]),
  http('SSL031', 'gives up where it receives', ['\t\tcall_in(req, give_up, 5);', '\t\tgive_up(req);']),
  http('SSL033', 'tries again at once', [
    'call_in(req, (os_timer_func_t *)start_request, RETRY_MS * req->attempts);',
    'start_request(req);',
  ]),
  http('SSL038', 'no reconnect callback', ['\tespconn_regist_reconcb(&req->conn, error_callback);\n', '']),
  http('SSL040', 'callbacks before the esp_tcp', [
    '\treq->conn.proto.tcp = &req->tcp;\n',
    '\tespconn_regist_connectcb(&req->conn, connect_callback);\n\treq->conn.proto.tcp = &req->tcp;\n',
  ]),
  http('SSL050', 'head and data in a row', [
    '\t\tespconn_secure_sent(conn, (uint8_t *)head, len);\n',
    '\t\t{\n\t\t\tespconn_secure_sent(conn, (uint8_t *)head, len);\n\t\t\tespconn_secure_sent(conn, (uint8_t *)post_headers, os_strlen(post_headers));\n\t\t}\n',
  ]),
  http(
    'SSL052',
    'a large head on the stack',
    ['char head[384];', 'char head[2048];'],
    [
      'espconn_secure_sent(conn, (uint8_t *)head, len)',
      'espconn_secure_sent(conn, (uint8_t *)head, sizeof(head))',
    ],
  ),
  http('SSL060', 'keeps the address of what comes', [
    '\tgrown = (char *)os_malloc',
    '\treq->path = buf;\n\tgrown = (char *)os_malloc',
  ]),
  http('SSL061', 'writes behind what came', [
    '\treq->buffer_size += len;\n\tgrown',
    '\tbuf[len + 2] = 0;\n\treq->buffer_size += len;\n\tgrown',
  ]),
  http('SSL072', 'too small a buffer', ['ESPCONN_CLIENT, 5120)', 'ESPCONN_CLIENT, 1024)']),
  http('SSL021', 'verification after connect', [
    `		espconn_secure_ca_enable(ESPCONN_CLIENT, CA_SECTOR);
		result = espconn_secure_connect(&req->conn);`,
    `		result = espconn_secure_connect(&req->conn);
		espconn_secure_ca_enable(ESPCONN_CLIENT, CA_SECTOR);`,
  ]),
  http('SSL085', 'one local port for all', ['espconn_port()', '2048']),
  http('SSL024', 'connects twice', [
    '\t\tresult = espconn_secure_connect(&req->conn);',
    '\t\tespconn_secure_connect(&req->conn);\n\t\tresult = espconn_secure_connect(&req->conn);',
  ]),
  http(
    'SSL041',
    'the esp_tcp on the stack',
    [
      '\trequest_args *req = (request_args *)arg;\n\tsint8 result;\n',
      '\trequest_args *req = (request_args *)arg;\n\tsint8 result;\n\tesp_tcp tcp;\n',
    ],
    ['\treq->conn.proto.tcp = &req->tcp;', '\treq->conn.proto.tcp = &tcp;'],
  ),
  main(
    'SSL026',
    'a TLS server beside the client, with libssl',
    [
      '\twifi_set_event_handler_cb(on_wifi);',
      `	wifi_set_event_handler_cb(on_wifi);
	panel.type = ESPCONN_TCP;
	panel.proto.tcp = &panel_tcp;
	panel_tcp.local_port = 443;
	espconn_regist_reconcb(&panel, panel_failed);
	espconn_secure_set_default_certificate(default_certificate, default_certificate_len);
	espconn_secure_set_default_private_key(default_private_key, default_private_key_len);
	espconn_secure_accept(&panel);`,
    ],
    [
      'static os_timer_t hourly;\n',
      `static os_timer_t hourly;
static struct espconn panel;
static esp_tcp panel_tcp;

static void ICACHE_FLASH_ATTR panel_failed(void *arg, sint8 err)
{
	os_printf("%d\\n", err);
}
`,
    ],
  ),
  makefile('SSL131', 'no TLS library', ['-lssl ', '']),
];
