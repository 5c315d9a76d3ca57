import { of, type Variant } from '../variant';

const fota = of('updater', 'user/fota.c');
const makefile = of('updater', 'Makefile');

export const updater: readonly Variant[] = [
  fota('SSL001', 'asks without TLS', ['if (espconn_secure_sent(fota_conn', 'if (espconn_sent(fota_conn']),
  fota('SSL003', 'by TLS where there is none', [
    '#else\n    if (espconn_sent(fota_conn',
    '#else\n    if (espconn_secure_sent(fota_conn',
  ]),
  fota('SSL002', 'closes without TLS', [
    '#if FOTA_SECURE\n    espconn_secure_disconnect(fota_conn);\n#else\n    espconn_disconnect(fota_conn);\n#endif',
    '    espconn_disconnect(fota_conn);',
  ]),
  fota('SSL004', 'closes by TLS whether or not there is some', [
    '#if FOTA_SECURE\n    espconn_secure_disconnect(fota_conn);\n#else\n    espconn_disconnect(fota_conn);\n#endif',
    '    espconn_secure_disconnect(fota_conn);',
  ]),
  fota('SSL031', 'leaves at once', [
    `    os_timer_disarm(&fota_timer);
    os_timer_setfn(&fota_timer, (os_timer_func_t *)fota_close, NULL);
    os_timer_arm(&fota_timer, 10, 0);
}

static void ICACHE_FLASH_ATTR fota_too_slow`,
    '    fota_close(NULL);\n}\n\nstatic void ICACHE_FLASH_ATTR fota_too_slow',
  ]),
  fota('SSL033', 'connects for the image in the disconnect callback', [
    '        os_timer_setfn(&fota_timer, (os_timer_func_t *)fota_next, NULL);\n        os_timer_arm(&fota_timer, 500, 0);',
    '        fota_connect();',
  ]),
  fota('SSL042', 'frees what it has just closed', [
    '#if FOTA_SECURE\n    espconn_secure_disconnect(fota_conn);\n',
    '#if FOTA_SECURE\n    espconn_secure_disconnect(fota_conn);\n    os_free(fota_conn);\n',
  ]),
  fota('SSL021', 'verification after connect', [
    `    espconn_secure_ca_enable(ESPCONN_CLIENT, FOTA_CA_SECTOR);
    espconn_secure_connect(fota_conn);`,
    `    espconn_secure_connect(fota_conn);
    espconn_secure_ca_enable(ESPCONN_CLIENT, FOTA_CA_SECTOR);`,
  ]),
  fota('SSL071', 'the largest buffer and one', ['ESPCONN_CLIENT, 8192)', 'ESPCONN_CLIENT, 0x2001)']),
  fota('SSL084', 'TLS to port 80', ['remote_port = 443;', 'remote_port = 80;']),
  fota('SSL084', 'plain to port 443', ['remote_port = 80;', 'remote_port = 443;']),
  fota('SSL080', 'one sector for two files', [
    '    espconn_secure_connect(fota_conn);\n',
    '    espconn_secure_cert_req_enable(ESPCONN_CLIENT, FOTA_CA_SECTOR);\n    espconn_secure_connect(fota_conn);\n',
  ]),
  fota('SSL034', 'waits for the flash', [
    '    fota_written += length;\n',
    '    fota_written += length;\n    os_delay_us(20000);\n',
  ]),
  makefile('SSL136', 'the SDK’s upgrade over TLS', [
    '-DICACHE_FLASH',
    '-DICACHE_FLASH -DWITH_SDK_UPGRADE -DUPGRADE_SSL_ENABLE',
  ]),
];
