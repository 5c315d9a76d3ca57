import { describeRule } from './checkSources';

/** A firmware that looks up a name, with what its callback does. */
const lookingUp = (...body: readonly string[]) => [
  'static struct espconn client;',
  'static esp_tcp tcp;',
  'static ip_addr_t found;',
  'static void on_name(const char *name, ip_addr_t *address, void *arg)',
  '{',
  ...body,
  '    espconn_secure_connect(&client);',
  '}',
  'void dial(void) { espconn_gethostbyname(&client, "example.com", &found, on_name); }',
];

describeRule('SSL043', {
  finds: {
    'the address of a member': lookingUp('    os_memcpy(tcp.remote_ip, &address->addr, 4); //! SSL043'),
    'the pointer given to memcpy': lookingUp('    os_memcpy(tcp.remote_ip, address, 4); //! SSL043'),
    'what it points at, assigned': lookingUp('    found = *address; //! SSL043'),
    'only what it points at compared': lookingUp(
      '    if (address->addr == 0) //! SSL043',
      '        return;',
      '    found.addr = address->addr;',
    ),
  },
  silent: {
    'a check by its value': lookingUp('    if (address)', '        found = *address;'),
    'an early return': lookingUp(
      '    if (NULL == address || address->addr == 0) return;',
      '    found = *address;',
    ),
    'a choice': lookingUp('    found.addr = address ? address->addr : 0;'),
    'a pointer that another function checks': lookingUp(
      '    if (!usable(address)) return;',
      '    found = *address;',
    ),
    'a copy that is checked': lookingUp(
      '    ip_addr_t *copy = address;',
      '    if (!copy) return;',
      '    found = *address;',
    ),
    'a pointer that is not read': lookingUp('    os_printf("%s", name);'),
  },
});
