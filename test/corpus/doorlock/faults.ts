import { of, type Variant } from '../variant';

const lock = of('doorlock', 'user/user_main.c');
const partitions = of('doorlock', 'user/partitions.c');
const config = of('doorlock', 'include/user_config.h');

export const doorlock: readonly Variant[] = [
  lock('SSL001', 'asks without TLS', ['if (espconn_secure_sent(lock.server', 'if (espconn_sent(lock.server']),
  lock('SSL002', 'leaves without TLS', [
    'espconn_secure_disconnect(lock.server)',
    'espconn_disconnect(lock.server)',
  ]),
  lock('SSL005', 'opens without TLS, too', [
    '  lock.state = DIALING;\n}',
    '  espconn_connect(lock.server);\n  lock.state = DIALING;\n}',
  ]),
  lock('SSL007', 'deletes the client as if it were a plain server', [
    '  if (lock.server != NULL) {\n',
    '  if (lock.server != NULL) {\n    espconn_delete(lock.server);\n',
  ]),
  lock('SSL008', 'looks at the window of TLS', [
    '    lock.failures = 0;\n',
    '    lock.failures = 0;\n    espconn_set_opt(lock.server, ESPCONN_NODELAY);\n',
  ]),
  lock('SSL009', 'holds the answer back', [
    '      arm(&patience, on_patience, 5000);\n',
    '      arm(&patience, on_patience, 5000);\n      espconn_recv_unhold(lock.server);\n',
  ]),
  lock('SSL031', 'closes in the receive callback', [
    '  tell(SIG_ANSWER);',
    '  if (!lock.allowed)\n    espconn_secure_disconnect(arg);\n  tell(SIG_ANSWER);',
  ]),
  lock('SSL032', 'closes in the error callback', [
    '  tell(SIG_FAILED);\n}\n\nstatic void ICACHE_FLASH_ATTR on_receive',
    '  espconn_secure_disconnect(arg);\n  tell(SIG_FAILED);\n}\n\nstatic void ICACHE_FLASH_ATTR on_receive',
  ]),
  lock('SSL033', 'connects again in the disconnect callback', [
    '  tell(SIG_CLOSED);',
    '  espconn_secure_connect(lock.server);',
  ]),
  lock('SSL034', 'waits until the door is shut', [
    '  lock.allowed = length',
    '  os_delay_us(OPEN_MS * 20);\n  lock.allowed = length',
  ]),
  lock('SSL038', 'no reconnect callback', ['  espconn_regist_reconcb(lock.server, on_error);\n', '']),
  lock('SSL040', 'callbacks before the esp_tcp', [
    '  lock.server->proto.tcp = tcp;\n',
    '  espconn_regist_connectcb(lock.server, on_connect);\n  lock.server->proto.tcp = tcp;\n',
  ]),
  lock('SSL042', 'frees what it has just closed', [
    '      espconn_secure_disconnect(lock.server);\n      lock.state = LEAVING;',
    '      espconn_secure_disconnect(lock.server);\n      hang_up_for_good();',
  ]),
  lock('SSL051', 'asks, and does not look', [
    'if (espconn_secure_sent(lock.server, (uint8 *)lock.text, os_strlen(lock.text)) == ESPCONN_OK) {',
    'espconn_secure_sent(lock.server, (uint8 *)lock.text, os_strlen(lock.text)); {',
  ]),
  lock('SSL053', 'no data', [
    'espconn_secure_sent(lock.server, (uint8 *)lock.text, os_strlen(lock.text))',
    'espconn_secure_sent(lock.server, (uint8 *)lock.text, os_strlen(""))',
  ]),
  lock('SSL054', 'asks until it is taken', [
    'if (espconn_secure_sent(lock.server, (uint8 *)lock.text, os_strlen(lock.text)) == ESPCONN_OK) {',
    'while (espconn_secure_sent(lock.server, (uint8 *)lock.text, os_strlen(lock.text)) != ESPCONN_OK); {',
  ]),
  lock('SSL077', 'a sector behind the end', [
    'espconn_secure_cert_req_enable(ESPCONN_CLIENT, pair.addr / SPI_FLASH_SEC_SIZE)',
    'espconn_secure_cert_req_enable(ESPCONN_CLIENT, 0x402)',
  ]),
  lock('SSL078', 'the sector of the calibration', [
    'espconn_secure_cert_req_enable(ESPCONN_CLIENT, pair.addr / SPI_FLASH_SEC_SIZE)',
    'espconn_secure_cert_req_enable(ESPCONN_CLIENT, 0x3FB)',
  ]),
  lock('SSL083', 'shows a certificate, and asks for none', [
    'espconn_secure_ca_enable(ESPCONN_CLIENT, ca.addr / SPI_FLASH_SEC_SIZE) &&\n         ',
    '',
  ]),
  lock(
    'SSL089',
    'errors that this library does not have',
    ['  case -39:', '  case ESPCONN_HANDSHAKE:'],
    ['  case -127:', '  case ESPCONN_SSL_INVALID_DATA:'],
  ),
  lock('SSL070', 'a level that is none', [
    'espconn_secure_ca_enable(ESPCONN_CLIENT,',
    'espconn_secure_ca_enable(ESPCONN_MAX,',
  ]),
  partitions('SSL133', 'the table for another map', [
    'FLASH_SIZE_32M_MAP_512_512',
    'FLASH_SIZE_16M_MAP_512_512',
  ]),
  partitions('SSL137', 'the table for 512 KB', ['FLASH_SIZE_32M_MAP_512_512', 'FLASH_SIZE_4M_MAP_256_256']),
  config('SSL135', 'the pair over the CA', ['(LOCK_CA_ADDR + LOCK_CA_SIZE)', '(LOCK_CA_ADDR + 0x1000)']),
];
