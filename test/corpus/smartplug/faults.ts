import { of, type Variant } from '../variant';

const config = of('smartplug', 'include/user_config.h');
const main = of('smartplug', 'user/user_main.c');
const cloud = of('smartplug', 'user/cloud.c');
const web = of('smartplug', 'user/webserver.c');
const makefile = of('smartplug', 'Makefile');

export const smartplug: readonly Variant[] = [
  cloud('SSL001', 'plain in both heads of one argument list', [
    '    espconn_secure_sent(\n#else\n',
    '    espconn_sent(\n#else\n',
  ]),
  cloud('SSL001', 'plain to the connection that the upgrade keeps', [
    'espconn_secure_sent(pespconn, (uint8 *)pbuf, os_strlen(pbuf));\n#else\n        espconn_sent',
    'espconn_sent(pespconn, (uint8 *)pbuf, os_strlen(pbuf));\n#else\n        espconn_sent',
  ]),
  cloud('SSL003', 'by TLS in the arm of #ifndef', [
    '#ifndef CLIENT_SSL_ENABLE\n    espconn_sent(',
    '#ifndef CLIENT_SSL_ENABLE\n    espconn_secure_sent(',
  ]),
  cloud('SSL002', 'closes without TLS', [
    '    espconn_secure_disconnect(pespconn);\n#else',
    '    espconn_disconnect(pespconn);\n#else',
  ]),
  cloud('SSL004', 'the beacon’s close is always by TLS', [
    '#else\n    espconn_disconnect(pespconn);',
    '#else\n    espconn_secure_disconnect(pespconn);',
  ]),
  cloud('SSL031', 'closes where it is told to', [
    `        os_timer_disarm(&client_timer);
        os_timer_setfn(&client_timer, (os_timer_func_t *)cloud_discon, pespconn);
        os_timer_arm(&client_timer, 10, 0);
        return;`,
    '        cloud_discon(pespconn);\n        return;',
  ]),
  cloud('SSL033', 'connects again in the reconnect callback', [
    `    ESP_DBG("cloud_recon_cb %d\\n", err);
    os_timer_disarm(&client_timer);
    os_timer_setfn(&client_timer, (os_timer_func_t *)cloud_reconnect, pespconn);
    os_timer_arm(&client_timer, 1000, 0);`,
    '    cloud_connect(pespconn);',
  ]),
  cloud('SSL038', 'no reconnect callback', [
    '        espconn_regist_reconcb(pespconn, cloud_recon_cb);\n',
    '',
  ]),
  cloud('SSL071', 'too large a buffer', [
    'set_size(ESPCONN_CLIENT, 4096)',
    'set_size(ESPCONN_CLIENT, 10240)',
  ]),
  cloud('SSL073', 'a size that this library raises', [
    'set_size(ESPCONN_CLIENT, 4096)',
    'set_size(ESPCONN_CLIENT, 2048)',
  ]),
  cloud('SSL075', 'the address of the CA', ['CA_FLASH_ADDRESS / SPI_FLASH_SEC_SIZE', 'CA_FLASH_ADDRESS']),
  cloud('SSL021', 'verification after connect', [
    `    espconn_secure_ca_enable(ESPCONN_CLIENT, CA_FLASH_ADDRESS / SPI_FLASH_SEC_SIZE);
    espconn_secure_set_size(ESPCONN_CLIENT, 4096);
    ret = espconn_secure_connect(pespconn);`,
    `    espconn_secure_set_size(ESPCONN_CLIENT, 4096);
    ret = espconn_secure_connect(pespconn);
    espconn_secure_ca_enable(ESPCONN_CLIENT, CA_FLASH_ADDRESS / SPI_FLASH_SEC_SIZE);`,
  ]),
  cloud('SSL084', 'TLS to a plain port', ['            8443;', '            8080;']),
  cloud('SSL050', 'the beacon right behind the frame', [
    '    espconn_secure_sent(pespconn, (uint8 *)pbuf, os_strlen(pbuf));\n#endif\n\n',
    `    espconn_secure_sent(pespconn, (uint8 *)pbuf, os_strlen(pbuf));
    espconn_secure_sent(pespconn, (uint8 *)BEACON_FRAME, os_strlen(BEACON_FRAME));
#endif

`,
  ]),
  web('SSL001', 'the head without TLS', [
    'espconn_secure_sent(ptrespconn, httphead, length)',
    'espconn_sent(ptrespconn, httphead, length)',
  ]),
  web('SSL002', 'plain between else and #else', [
    'espconn_secure_disconnect(parm->pespconn)',
    'espconn_disconnect(parm->pespconn)',
  ]),
  web('SSL031', 'closes at once what it cannot read', [
    '    if (!save_data(pusrdata, length)) {\n        response_send(arg, false);\n        return;',
    `    if (!save_data(pusrdata, length)) {
#ifdef SERVER_SSL_ENABLE
        espconn_secure_disconnect(arg);
#endif
        return;`,
  ]),
  web('SSL006', 'the plain accept behind #endif', [
    '#else\n    espconn_accept(&esp_conn);\n#endif',
    '#endif\n    espconn_accept(&esp_conn);',
  ]),
  web('SSL027', 'no certificate', [
    '    espconn_secure_set_default_certificate(default_certificate, default_certificate_len);\n',
    '',
  ]),
  web('SSL040', 'the callback before the esp_tcp', [
    `    esp_conn.proto.tcp = &esptcp;
    esp_conn.proto.tcp->local_port = port;
    espconn_regist_connectcb(&esp_conn, webserver_listen);
`,
    `    espconn_regist_connectcb(&esp_conn, webserver_listen);
    esp_conn.proto.tcp = &esptcp;
    esp_conn.proto.tcp->local_port = port;
`,
  ]),
  web('SSL041', 'the server on the stack', ['LOCAL struct espconn esp_conn;', 'struct espconn esp_conn;']),
  web('SSL052', 'more on the stack than is copied', [
    'espconn_secure_sent(ptrespconn, httphead, length)',
    'espconn_secure_sent(ptrespconn, httphead, 2048)',
  ]),
  web('SSL061', 'ends the text two bytes too far', [
    '    parse_url(precvbuffer, &url);',
    '    pusrdata[length + 1] = 0;\n    parse_url(precvbuffer, &url);',
  ]),
  web('SSL090', 'the error as an int', [
    'webserver_recon(void *arg, sint8 err)',
    'webserver_recon(void *arg, int err)',
  ]),
  main('SSL023', 'starts the server for each mode', [
    '    webserver_init(\n',
    '    webserver_init(SERVER_SSL_PORT);\n    webserver_init(\n',
  ]),
  main('SSL134', 'no sector for the calibration', ['user_rf_cal_sector_set(void)', 'rf_cal_sector(void)']),
  config('SSL079', 'another sector than is burnt', ['0x6D000', '0x6E000']),
  config('SSL136', 'upgrades over TLS', ['//#define UPGRADE_SSL_ENABLE', '#define UPGRADE_SSL_ENABLE']),
  makefile('SSL130', 'both TLS libraries', ['\t-lmbedtls\t\\\n', '\t-lmbedtls\t\\\n\t-lssl\t\\\n']),
  makefile('SSL079', 'the CA is burnt elsewhere', [
    '0x6D000 bin/esp_ca_cert.bin',
    '0x7B000 bin/esp_ca_cert.bin',
  ]),
];
