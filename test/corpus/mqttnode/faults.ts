import { of, type Variant } from '../variant';

const mqtt = of('mqttnode', 'mqtt/mqtt.c');
const main = of('mqttnode', 'user/user_main.c');
const config = of('mqttnode', 'include/node_config.h');
const makefile = of('mqttnode', 'Makefile');

export const mqttnode: readonly Variant[] = [
  mqtt('SSL001', 'plain in both arms', [
    'result = espconn_secure_send(client->pCon',
    'result = espconn_send(client->pCon',
  ]),
  mqtt('SSL003', 'by TLS in both arms', [
    'result = espconn_send(client->pCon',
    'result = espconn_secure_send(client->pCon',
  ]),
  mqtt('SSL004', 'the task closes by TLS in both arms', [
    '      espconn_disconnect(client->pCon);',
    '      espconn_secure_disconnect(client->pCon);',
  ]),
  mqtt('SSL002', 'the condition of the close is lost', [
    '    if (client->security) {\n      espconn_secure_disconnect(client->pCon);',
    '    if (client->security) {\n      espconn_disconnect(client->pCon);',
  ]),
  mqtt('SSL031', 'hangs up on a refusal', [
    '        INFO("MQTT: not accepted\\r\\n");\n',
    `        INFO("MQTT: not accepted\\r\\n");
        if (client->security)
          espconn_secure_disconnect(client->pCon);
        else
          espconn_disconnect(client->pCon);
`,
  ]),
  mqtt('SSL033', 'connects again where the connection is lost', [
    '  client->connState = TCP_RECONNECT_REQ;\n  system_os_post(MQTT_TASK_PRIO, 0, (os_param_t)client);\n}\n\nvoid ICACHE_FLASH_ATTR\nmqtt_tcpclient_connect_cb',
    '  if (client->security)\n    espconn_secure_connect(pCon);\n}\n\nvoid ICACHE_FLASH_ATTR\nmqtt_tcpclient_connect_cb',
  ]),
  mqtt('SSL034', 'waits for the broker in a callback', [
    '  INFO("MQTT: connected to broker %s:%d\\r\\n", client->host, client->port);\n',
    '  os_delay_us(50000);\n',
  ]),
  mqtt('SSL038', 'no reconnect callback', [
    '  espconn_regist_reconcb(mqttClient->pCon, mqtt_tcpclient_recon_cb);\n',
    '',
  ]),
  mqtt('SSL022', 'the own certificate after connect', [
    `      if (DEFAULT_SECURITY >= SEC_TLS_MUTUAL) {
        espconn_secure_cert_req_enable(ESPCONN_CLIENT, CLIENT_CERT_FLASH_ADDRESS);
      }
      espconn_secure_connect(mqttClient->pCon);
`,
    `      espconn_secure_connect(mqttClient->pCon);
      if (DEFAULT_SECURITY >= SEC_TLS_MUTUAL) {
        espconn_secure_cert_req_enable(ESPCONN_CLIENT, CLIENT_CERT_FLASH_ADDRESS);
      }
`,
  ]),
  mqtt('SSL040', 'callbacks before the esp_tcp', [
    '  mqttClient->pCon->proto.tcp = (esp_tcp *)os_zalloc(sizeof(esp_tcp));\n',
    `  espconn_regist_connectcb(mqttClient->pCon, mqtt_tcpclient_connect_cb);
  mqttClient->pCon->proto.tcp = (esp_tcp *)os_zalloc(sizeof(esp_tcp));
`,
  ]),
  mqtt('SSL053', 'the length is taken away first', [
    'espconn_secure_send(client->pCon, client->mqtt_state.out_buffer, client->mqtt_state.out_length)',
    'espconn_secure_send(client->pCon, client->mqtt_state.out_buffer, 0)',
  ]),
  mqtt('SSL076', 'the own certificate in sector 0', [
    'espconn_secure_cert_req_enable(ESPCONN_CLIENT, CLIENT_CERT_FLASH_ADDRESS)',
    'espconn_secure_cert_req_enable(ESPCONN_CLIENT, 0)',
  ]),
  mqtt('SSL139', 'the task in instruction RAM', ['void ICACHE_FLASH_ATTR\nMQTT_Task(', 'void\nMQTT_Task(']),
  main('SSL133', 'no user_pre_init', ['user_pre_init(void)', 'user_early_init(void)']),
  main(
    'SSL078',
    'the slot grows over certificates that nobody registered',
    ['    { PARTITION_CA, CA_CERT_FLASH_ADDRESS * SPI_FLASH_SEC_SIZE, 0x2000 },\n', ''],
    [
      '#elif (SPI_FLASH_SIZE_MAP == 6)\n#define OTA_SIZE            0xE0000',
      '#elif (SPI_FLASH_SIZE_MAP == 6)\n#define OTA_SIZE            0xF9000',
    ],
  ),
  config('SSL135', 'the configuration over the certificates', ['CFG_LOCATION 0xFC ', 'CFG_LOCATION 0xF9 ']),
  config('SSL075', 'the address of the own certificate', [
    'CLIENT_CERT_FLASH_ADDRESS 0xF9',
    'CLIENT_CERT_FLASH_ADDRESS 0xF9000',
  ]),
  makefile('SSL131', 'no libcrypto', ['\t-lcrypto \\\n', '']),
  makefile('SSL132', 'the older TLS library', ['-lmbedtls', '-lssl']),
  makefile('SSL079', 'the pair is burnt one sector too far', ['0xF9000 certs', '0xFA000 certs']),
];
