import * as l10n from '@vscode/l10n';
import type { Settings, ValueOf, ValuesOf } from './setting';

const ipAddress = { type: 'string', pattern: '^\\d{1,3}(\\.\\d{1,3}){3}$' } as const;
const macAddress = {
  type: 'string',
  pattern: '^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$',
  examples: ['5c:cf:7f:00:00:01'],
} as const;
/** An address, with or without a port. */
const endpoint = {
  type: 'string',
  pattern: '^(localhost|\\d{1,3}(\\.\\d{1,3}){3})(:\\d{1,5})?$',
} as const;
const portPattern = '^([0-9]{1,4}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5])$';

const network = {
  outbound: {
    enum: ['public', 'local', 'loopback', 'deny'],
    default: 'public',
    enumWords: {
      public: () =>
        l10n.t(
          'Public addresses, and what `reach` and `hosts` list; otherwise not this computer, not private networks.',
        ),
      local: () => l10n.t('Everything: also this computer and private networks.'),
      loopback: () => l10n.t('This computer only.'),
      deny: () => l10n.t('Nothing.'),
    },
    words: () => l10n.t('what the device may connect to'),
    more: () =>
      l10n.t(
        'Addresses in `reach` and `hosts` are also allowed with `public`. In `esp8266-ssl.json`, `local` and `loopback` count only after you agree.',
      ),
    flag: 'outbound',
    value: 'ALLOWED',
  },
  hosts: {
    type: 'object',
    propertyNames: { pattern: '.', examples: ['broker.example'] },
    additionalProperties: { ...endpoint, examples: ['127.0.0.1:8883'] },
    words: () => l10n.t('a name that the device resolves, and its target'),
    more: () =>
      l10n.t(
        'For example `{"broker.example": "127.0.0.1:8883"}`. In `launch.json`, the device may reach these targets; in `esp8266-ssl.json`, only after you agree if they are on this computer or in a private network.',
      ),
    flag: 'host',
    value: 'NAME=ADDRESS',
  },
  reach: {
    type: 'array',
    items: { ...endpoint, examples: ['192.168.1.10:1883'] },
    words: () => l10n.t('an address of this computer or of a private network that the device may reach'),
    more: () =>
      l10n.t('For example `["192.168.1.10:1883"]`. In `esp8266-ssl.json` they count only after you agree.'),
    flag: 'reach',
    value: 'ADDRESS',
  },
  delay: {
    type: 'number',
    minimum: 0,
    maximum: 60_000,
    words: () => l10n.t('delay of packets in each direction, in ms'),
    flag: 'delay',
    value: 'MS',
  },
  loss: {
    type: 'number',
    minimum: 0,
    maximum: 1,
    words: () => l10n.t('share of packets that are lost'),
    flag: 'loss',
    value: 'SHARE',
  },
  reorder: {
    type: 'number',
    minimum: 0,
    maximum: 1,
    words: () => l10n.t('share of packets that arrive out of order'),
    flag: 'reorder',
    value: 'SHARE',
  },
  bandwidth: {
    type: 'number',
    minimum: 1,
    words: () => l10n.t('bytes per second in each direction'),
    flag: 'bandwidth',
    value: 'BYTES',
  },
  seed: {
    type: 'integer',
    words: () => l10n.t('seed of lost and reordered packets; the same seed repeats them'),
    flag: 'seed',
    value: 'NUMBER',
  },
} as const satisfies Settings;

const wifi = {
  mac: { ...macAddress, words: () => l10n.t('MAC address of the device’s station') },
  ip: {
    ...ipAddress,
    examples: ['192.168.1.104'],
    words: () => l10n.t('address that the station gets by DHCP'),
  },
  netmask: {
    ...ipAddress,
    examples: ['255.255.255.0'],
    words: () => l10n.t('netmask of the device’s network'),
  },
  gateway: {
    ...ipAddress,
    examples: ['192.168.1.1'],
    words: () => l10n.t('address of the router, which is this host'),
  },
  accessPoints: {
    type: 'array',
    maxItems: 40,
    words: () => l10n.t('access points in range'),
    usually: () => l10n.t('any access point that the firmware connects to'),
    more: () => l10n.t('If `password` is set, other passwords fail.'),
    items: {
      type: 'object',
      required: ['ssid'],
      additionalProperties: false,
      properties: {
        ssid: { type: 'string', maxLength: 32 },
        password: { type: 'string', maxLength: 64 },
        bssid: macAddress,
        channel: { type: 'integer', minimum: 1, maximum: 14 },
        rssi: { type: 'integer', minimum: -127, maximum: 0 },
        security: { enum: ['open', 'wep', 'wpa', 'wpa2', 'wpa/wpa2'] },
      },
    },
  },
  outages: {
    type: 'array',
    words: () => l10n.t('periods when the access point is unavailable, in seconds since the start'),
    more: () => l10n.t('For example `{"after": 20, "for": 5, "reason": 200}`.'),
    items: {
      type: 'object',
      required: ['after', 'for'],
      additionalProperties: false,
      properties: {
        after: { type: 'number', minimum: 0 },
        for: { type: 'number', minimum: 0 },
        reason: { type: 'integer', minimum: 1, maximum: 255 },
      },
    },
  },
} as const satisfies Settings;

/** The part "simulator" of esp8266-ssl.json. */
export const simulatorPart = {
  certificates: {
    type: 'string',
    default: '${workspaceFolder}/ssl',
    words: () => l10n.t('folder whose certificate files are put into the flash'),
    usually: () => l10n.t('ssl, if it exists'),
    more: () => l10n.t('`esp_ca_cert.bin` goes to sector 0x77, `esp_cert_private_key.bin` to sector 0x78.'),
    names: 'folder',
    flag: 'certificates',
    value: 'FOLDER',
  },
  flash: {
    type: 'object',
    propertyNames: { pattern: '^(0[xX][0-9a-fA-F]+|\\d+)$', examples: ['0x78000'] },
    additionalProperties: { type: 'string', examples: ['esp_cert_private_key.bin'] },
    default: {},
    words: () => l10n.t('put a file into the flash, at a byte address'),
    more: () => l10n.t('For example `{"0x7c000": "settings.bin"}`.'),
    names: 'file',
    flag: 'flash',
    value: 'ADDRESS=FILE',
  },
  upgrades: {
    type: 'array',
    items: { type: 'string', minLength: 1 },
    words: () => l10n.t('ELF of the firmware that an upgrade over the network installs'),
    more: () =>
      l10n.t(
        'When the device boots an image from its flash, the ELF with the same code is looked up among `program` and these.',
      ),
    names: 'file',
    flag: 'upgrade',
    value: 'FILE',
  },
  flashSize: {
    enum: ['256KB', '512KB', '1MB', '2MB', '4MB', '8MB', '16MB'],
    default: '4MB',
    words: () => l10n.t('size of the flash'),
    more: () =>
      l10n.t(
        'Without a header at address 0, the flash uses the map that the firmware registers, otherwise the map with the largest slots.',
      ),
    flag: 'flash-size',
    value: 'SIZE',
  },
  flashImage: {
    type: 'string',
    minLength: 1,
    words: () => l10n.t('keep the whole flash in this file between runs'),
    more: () => l10n.t('It is created if missing. Firmware and files are written to it at every start.'),
    names: 'file',
    flag: 'flash-image',
    value: 'FILE',
  },
  ports: {
    type: 'object',
    propertyNames: { pattern: portPattern, examples: ['443'] },
    additionalProperties: { type: 'integer', minimum: 0, maximum: 65_535, examples: [8443] },
    default: {},
    words: () => l10n.t('open a port of the device at this port of the host; 0 is a free one'),
    usually: () => l10n.t('443 at 8443, 80 at 8080, ports from 1024 on unchanged'),
    flag: 'port',
    value: 'DEVICE=PORT',
  },
  network: {
    type: 'object',
    additionalProperties: false,
    words: () => l10n.t('network between the device and this host'),
    properties: network,
  },
  wifi: {
    type: 'object',
    additionalProperties: false,
    words: () => l10n.t('simulated Wi-Fi'),
    properties: wifi,
  },
  reservedHeap: {
    type: 'integer',
    minimum: 0,
    maximum: 81_920,
    default: 0,
    words: () => l10n.t('bytes of heap reserved before user_init'),
    more: () => l10n.t('The Wi-Fi library of a real device does so: for tests with little memory.'),
    flag: 'reserve',
    value: 'BYTES',
  },
  adc: {
    type: 'integer',
    minimum: 0,
    maximum: 1024,
    default: 512,
    words: () => l10n.t('value that system_adc_read returns'),
  },
  unanswered: {
    enum: ['stop', 'warn'],
    default: 'stop',
    words: () => l10n.t('at an unimplemented SDK function: stop, or warn and return 0'),
    flag: 'unanswered',
    value: 'ACTION',
  },
  resets: {
    type: 'integer',
    minimum: 0,
    words: () => l10n.t('end after more resets than this'),
    usually: () => l10n.t('after five failures in a row'),
    flag: 'resets',
    value: 'NUMBER',
  },
  capture: {
    type: 'string',
    minLength: 1,
    words: () => l10n.t('write all packets of the device to this file as pcapng, for Wireshark'),
    names: 'file',
    flag: 'capture',
    value: 'FILE',
  },
  trace: {
    type: 'boolean',
    default: false,
    words: () => l10n.t('show callbacks, heap and TLS records'),
    flag: 'trace',
  },
  stopOnEntry: {
    type: 'boolean',
    default: false,
    words: () => l10n.t('stop at the start of user_init'),
  },
  noDebug: {
    type: 'boolean',
    default: false,
    words: () => l10n.t('run without breakpoints and without stopping when the firmware fails'),
  },
} as const satisfies Settings;

/** What a user can set of a simulation: attributes of launch.json. */
export const simulatorSettings = {
  program: {
    type: 'string',
    minLength: 1,
    examples: ['firmware.elf'],
    default: '${workspaceFolder}/firmware.elf',
    words: () => l10n.t('the firmware’s ELF with debug information'),
    more: () => l10n.t('It is the linker’s output, before it is converted to `.bin` files.'),
    names: 'file',
  },
  ...simulatorPart,
  cwd: {
    type: 'string',
    default: '${workspaceFolder}',
    words: () => l10n.t('base folder of relative paths'),
    names: 'folder',
  },
} as const satisfies Settings;

/** What a user writes about a simulation. Paths are relative to a folder. */
export type SimulatorChoices = ValuesOf<typeof simulatorSettings>;
export type NetworkChoices = ValueOf<typeof simulatorSettings.network>;
