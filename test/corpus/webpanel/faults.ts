import { of, type Variant } from '../variant';

const main = of('webpanel', 'user/user_main.c');

export const webpanel: readonly Variant[] = [
  main('SSL001', 'answers without TLS', ['espconn_secure_sent(to', 'espconn_sent(to']),
  main('SSL002', 'closes without TLS', ['espconn_secure_disconnect(client)', 'espconn_disconnect(client)']),
  main('SSL031', 'closes in the sent callback', [
    'on_sent(void *arg)\n{\n    close_soon();',
    'on_sent(void *arg)\n{\n    close_now(arg);',
  ]),
  main('SSL032', 'closes in the error callback', [
    '    os_printf("error %d\\n", error);\n',
    '    os_printf("error %d\\n", error);\n    espconn_secure_disconnect(arg);\n',
  ]),
  main('SSL007', 'deletes the server as if it were plain', [
    '        os_printf("no server\\n");',
    '        os_printf("no server\\n");\n    espconn_delete(&server);',
  ]),
  main('SSL008', 'keep-alive on TLS', [
    '    client = (struct espconn *)arg;\n',
    '    client = (struct espconn *)arg;\n    espconn_set_opt(client, ESPCONN_KEEPALIVE);\n',
  ]),
  main('SSL009', 'holds data back', [
    '    unsigned int i;\n',
    '    unsigned int i;\n    espconn_recv_hold(arg);\n',
  ]),
  main('SSL020', 'the size in the connect callback', [
    '    client = (struct espconn *)arg;\n',
    '    client = (struct espconn *)arg;\n    espconn_secure_set_size(ESPCONN_SERVER, 8192);\n',
  ]),
  main('SSL038', 'no reconnect callback', ['    espconn_regist_reconcb(client, handlers.error);\n', '']),
  main(
    'SSL052',
    'a large answer on the stack',
    ['static char response[768];', ''],
    ['    int length = os', '    char response[2048];\n    int length = os'],
    ['(uint8 *)response, length)', '(uint8 *)response, sizeof(response))'],
  ),
  main('SSL054', 'tries until it is sent', ['if (espconn_secure_sent(to', 'while (espconn_secure_sent(to']),
  main('SSL055', 'answers the struct that listens', [
    'espconn_secure_sent(to,',
    'espconn_secure_sent(&server,',
  ]),
  main(
    'SSL056',
    'forgets nobody',
    ['on_gone(void *arg)\n{\n    client = NULL;', 'on_gone(void *arg)\n{'],
    ['error);\n    client = NULL;', 'error);'],
  ),
  main('SSL057', 'more than 16 bits', ['(uint8 *)response, length)', '(uint8 *)response, 70000)']),
  main('SSL138', 'TLS at port 80', ['local_port = 443', 'local_port = 80']),
];
