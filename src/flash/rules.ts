import * as l10n from '@vscode/l10n';
import type { RuleId, RuleInfo } from '../findings/rule';
import type { FlashFault } from './finding';

/** The rule of each kind of fault. */
const ids = {
  unreadable: 'SSL200',
  'no-address': 'SSL201',
  'not-at-border': 'SSL202',
  beyond: 'SSL203',
  'sector-zero': 'SSL204',
  overlap: 'SSL205',
  'one-sector': 'SSL205',
  'in-area': 'SSL206',
  'slot-tail': 'SSL207',
  'larger-than-read': 'SSL208',
  'end-not-erased': 'SSL209',
  'file-missing': 'SSL210',
  'file-outside': 'SSL211',
  'file-too-large': 'SSL212',
  'no-area': 'SSL213',
  'map-not-supported': 'SSL214',
  'map-not-in-3': 'SSL214',
  'no-image': 'SSL215',
  'start-image-in-slot': 'SSL215',
  'slot-image-at-start': 'SSL215',
  'image-for-code': 'SSL215',
  'image-damaged': 'SSL216',
  'trailer-wrong': 'SSL216',
  'other-slot': 'SSL217',
  'other-map': 'SSL218',
  'other-settings': 'SSL219',
  'no-records': 'SSL220',
  'init-data-missing': 'SSL221',
  'no-init-data': 'SSL222',
  'init-data-elsewhere': 'SSL222',
} as const satisfies Record<FlashFault['kind'], RuleId>;

/** What differs from rule to rule. */
type FlashRule = Pick<RuleInfo, 'severity' | 'title' | 'explanation' | 'source'> & {
  /** The members of the part `flash` of an esp8266-ssl.json. */
  example: string;
};

const partitions = 'Flash maps and download addresses of the SDK’s 2A and 2C documents';
const eraseUnit = 'ESP8266 Technical Reference, SPI flash: one erase clears 4096 bytes';
const loaders = 'tools/gen_appbin.py and the boot loader of SDK 3.0.6';

const table: Readonly<Record<(typeof ids)[FlashFault['kind']], FlashRule>> = {
  SSL200: {
    severity: 'error',
    title: () => l10n.t('Unreadable address or size in the layout'),
    explanation: () =>
      l10n.t(
        'The value is ignored: an address counts as missing, and a region takes the size of its file. Write addresses as 0x3B000 or 236 KB, sectors as 0x3B or 59, sizes as 4 KB.',
      ),
    source: 'docs/flashing.md',
    example: `"map": 4,
"regions": [
-  { "file": "ssl/esp_ca_cert.bin", "sector": "0x77", "size": "2 sectors" }
+  { "file": "ssl/esp_ca_cert.bin", "sector": "0x77", "size": "8 KB" }
]`,
  },
  SSL201: {
    severity: 'error',
    title: () => l10n.t('Region without sector or address'),
    explanation: () =>
      l10n.t(
        'Nothing says where the file goes, so it is not flashed. Give the sector that the firmware passes to espconn_secure_ca_enable or espconn_secure_cert_req_enable.',
      ),
    source: 'docs/flashing.md',
    example: `"map": 4,
"regions": [
-  { "file": "ssl/esp_ca_cert.bin" }
+  { "file": "ssl/esp_ca_cert.bin", "sector": "0x77" }
]`,
  },
  SSL202: {
    severity: 'error',
    title: () => l10n.t('Address inside a sector'),
    explanation: () =>
      l10n.t(
        'The flash is erased in sectors of 4096 bytes, and the TLS library reads from the start of a sector. Use a multiple of 0x1000.',
      ),
    source: eraseUnit,
    example: `"map": 4,
"regions": [
-  { "file": "ssl/esp_ca_cert.bin", "address": "0x77800" }
+  { "file": "ssl/esp_ca_cert.bin", "address": "0x77000" }
]`,
  },
  SSL203: {
    severity: 'error',
    title: () => l10n.t('Region beyond the end of the flash'),
    explanation: () =>
      l10n.t(
        'The flash of this map ends before the region does. What is written there wraps around to address 0 or is lost. Choose a lower sector, or the map of the board.',
      ),
    source: 'enum `flash_size_map` in `user_interface.h` of SDK 3.0.6',
    example: `-"map": 2,
+"map": 4,
"regions": [
  { "file": "ssl/esp_ca_cert.bin", "sector": "0x200" }
]`,
  },
  SSL204: {
    severity: 'error',
    title: () => l10n.t('Region in sector 0'),
    explanation: () =>
      l10n.t(
        'The chip boots from sector 0: a file there replaces the boot loader. espconn_secure_ca_enable and espconn_secure_cert_req_enable reject sector 0.',
      ),
    source: 'espconn_secure.c of SDK 3.0.6; ESP8266 SSL manual 1.0, chapter 4.2',
    example: `"map": 4,
"regions": [
-  { "file": "ssl/esp_ca_cert.bin", "sector": 0 }
+  { "file": "ssl/esp_ca_cert.bin", "sector": "0x77" }
]`,
  },
  SSL205: {
    severity: 'error',
    title: () => l10n.t('Regions that share a sector'),
    explanation: () =>
      l10n.t('Writing one region erases the whole sector and so destroys the other. Move one of them.'),
    source: eraseUnit,
    example: `"map": 4,
"regions": [
  { "file": "ssl/esp_ca_cert.bin", "sector": "0x77" },
-  { "file": "ssl/esp_cert_private_key.bin", "sector": "0x77" }
+  { "file": "ssl/esp_cert_private_key.bin", "sector": "0x79" }
]`,
  },
  SSL206: {
    severity: 'error',
    title: () => l10n.t('Region in an area that the SDK uses'),
    explanation: () =>
      l10n.t(
        'Firmware, RF data or the SDK’s own parameters are there: one overwrites the other. The user parameters are the firmware’s own, so a region there is only pointed out.',
      ),
    source: partitions,
    example: `"map": 4,
"regions": [
-  { "file": "ssl/esp_ca_cert.bin", "sector": "0x3FC" }
+  { "file": "ssl/esp_ca_cert.bin", "sector": "0x77" }
]`,
  },
  SSL207: {
    severity: 'info',
    title: () => l10n.t('Region in the free part of a firmware slot'),
    explanation: () =>
      l10n.t(
        'Today’s image does not reach the region, but a larger one would overwrite it. The end of a slot, which no image of the SDK’s linker scripts reaches, is safe.',
      ),
    source: 'Linker scripts eagle.app.v6.new.* of SDK 3.0.6',
    example: `"map": 4,
"regions": [
-  { "file": "ssl/esp_ca_cert.bin", "sector": "0x3B" }
+  { "file": "ssl/esp_ca_cert.bin", "sector": "0x77" }
]`,
  },
  SSL208: {
    severity: 'error',
    title: () => l10n.t('More records than the TLS library reads'),
    explanation: () =>
      l10n.t(
        'libssl reads one sector (4096 bytes), libmbedtls two. Records beyond that are ignored or truncated. Remove CA certificates, or use smaller keys.',
      ),
    source: 'espconn_ssl.c and espconn_mbedtls.c of SDK 3.0.6',
    example: `"map": 4,
"regions": [
-  { "file": "ssl/all/esp_ca_cert.bin", "sector": "0x77" }
+  { "file": "ssl/esp_ca_cert.bin", "sector": "0x77" }
]`,
  },
  SSL209: {
    severity: 'warning',
    title: () => l10n.t('No erased flash behind the records'),
    explanation: () =>
      l10n.t(
        'A list of records ends where a header is erased flash (0xFF). This one fills its sectors, so the library reads the next region as one more record. Leave a free sector between them.',
      ),
    source: 'espconn_ssl.c and espconn_mbedtls.c of SDK 3.0.6',
    example: `"map": 4,
"regions": [
  { "file": "ssl/esp_ca_cert.bin", "sector": "0x76" },
-  { "file": "ssl/settings.bin", "sector": "0x77" }
+  { "file": "ssl/settings.bin", "sector": "0x78" }
]`,
  },
  SSL210: {
    severity: 'warning',
    title: () => l10n.t('File of the layout does not exist'),
    explanation: () =>
      l10n.t(
        'Flashing stops until the file is there. Build the firmware, generate the certificates, or correct the path, which is relative to esp8266-ssl.json. It depends on this host, so “esp8266-ssl check” leaves it out.',
      ),
    source: 'docs/flashing.md',
    example: `"map": 4,
"regions": [
-  { "file": "ssl/esp_ca.bin", "sector": "0x77" }
+  { "file": "ssl/esp_ca_cert.bin", "sector": "0x77" }
]`,
  },
  SSL211: {
    severity: 'error',
    title: () => l10n.t('File of the layout outside of the project'),
    explanation: () =>
      l10n.t(
        'Only files of the project are read and flashed: a project of somebody else must not reach other files of this host. Copy the file into the project.',
      ),
    source: 'docs/flashing.md',
    example: `"map": 4,
"regions": [
-  { "file": "../keys/esp_ca_cert.bin", "sector": "0x77" }
+  { "file": "ssl/esp_ca_cert.bin", "sector": "0x77" }
]`,
  },
  SSL212: {
    severity: 'error',
    title: () => l10n.t('Image too large for its area'),
    explanation: () =>
      l10n.t(
        'The rest of the image overwrites what follows, or the boot loader rejects it. Make the firmware smaller, or choose a map with larger slots.',
      ),
    source: partitions,
    example: `-"map": 2,
+"map": 5,
"files": { "user1": "bin/user1.bin" },
"regions": []`,
  },
  SSL213: {
    severity: 'error',
    title: () => l10n.t('Image for an area that the layout does not have'),
    explanation: () =>
      l10n.t(
        'With a boot loader there are user1 and user2; without one, eagle.flash.bin and eagle.irom0text.bin. Name the images of the one or the other, or change "fota".',
      ),
    source: loaders,
    example: `"map": 4,
-"fota": false,
+"fota": true,
"files": { "user1": "bin/user1.bin" }`,
  },
  SSL214: {
    severity: 'error',
    title: () => l10n.t('Flash map that the SDK does not support'),
    explanation: () =>
      l10n.t(
        'The SDK finds its parameters by the map: with a map that it does not know, it does not start. SDK 3.x needs 1 MB or more.',
      ),
    source: 'enum `flash_size_map` in `user_interface.h` of SDK 3.0.6',
    example: `-"map": 7,
+"map": 4,
"regions": []`,
  },
  SSL215: {
    severity: 'error',
    title: () => l10n.t('Not the kind of image that the area needs'),
    explanation: () =>
      l10n.t(
        'Address 0 needs an image that the ROM boots (boot.bin, eagle.flash.bin), a slot needs one that the boot loader starts (user1.bin, user2.bin), and eagle.irom0text.bin is code without a header. With another file the chip does not boot.',
      ),
    source: loaders,
    example: `"map": 4,
-"files": { "user1": "bin/eagle.flash.bin" }
+"files": { "user1": "bin/user1.bin" }`,
  },
  SSL216: {
    severity: 'error',
    title: () => l10n.t('Damaged image'),
    explanation: () =>
      l10n.t(
        'Its checksum is wrong, or it ends before its segments do: the chip does not boot it. The CRC-32 at the end of user1.bin and user2.bin is checked by updates over the air. Build or copy it again.',
      ),
    source: loaders,
    example: `"map": 4,
-"files": { "user1": "bin/user1.part.bin" }
+"files": { "user1": "bin/user1.bin" }`,
  },
  SSL217: {
    severity: 'error',
    title: () => l10n.t('Image of the other slot'),
    explanation: () =>
      l10n.t(
        'In slots below 1 MB the code of user1.bin runs at the addresses of the first slot only, that of user2.bin at those of the second. In the wrong slot the firmware crashes at once.',
      ),
    source: 'Linker scripts eagle.app.v6.new.* of SDK 3.0.6',
    example: `"map": 4,
-"files": { "user1": "bin/user2.bin" }
+"files": { "user1": "bin/user1.bin" }`,
  },
  SSL218: {
    severity: 'warning',
    title: () => l10n.t('Image built for another flash map'),
    explanation: () =>
      l10n.t(
        'Its slots lie elsewhere: after an update the boot loader looks for the second image at the wrong address. Build it for this map, or choose the other map.',
      ),
    source: loaders,
    example: `-"map": 4,
+"map": 5,
"files": { "user1": "bin/user1.bin" },
"regions": []`,
  },
  SSL219: {
    severity: 'info',
    title: () => l10n.t('Image header that differs from the layout'),
    explanation: () =>
      l10n.t(
        'The header of the image at address 0 tells the chip size, mode and frequency of its flash. Flashing from here writes those of the layout; other tools need the same values as options.',
      ),
    source: 'esptool, image header',
    example: `"map": 4,
"fota": false,
-"mode": "dio",
+"mode": "qio",
"files": { "flash": "bin/eagle.flash.bin", "init-data": "bin/esp_init_data_default.bin" }`,
  },
  SSL220: {
    severity: 'error',
    title: () => l10n.t('No records in a certificate file'),
    explanation: () =>
      l10n.t(
        'The TLS library reads records: a 32-byte name, a length and the data. PEM, plain DER, the container of ESP-AT and firmware images are not records, whatever the name of the file. Create it with “Generate Certificates…”.',
      ),
    source: 'espconn_ssl.c and espconn_mbedtls.c of SDK 3.0.6',
    example: `"map": 4,
"regions": [
-  { "file": "ssl/pem/esp_ca_cert.bin", "sector": "0x77" }
+  { "file": "ssl/esp_ca_cert.bin", "sector": "0x77" }
]`,
  },
  SSL221: {
    severity: 'hint',
    title: () => l10n.t('No RF data in the layout'),
    explanation: () =>
      l10n.t(
        'The radio does not start without esp_init_data_default.bin: a chip whose flash is erased logs “rf_cal[0] !=0x05,is 0xFF” and resets forever. A chip that once ran keeps it.',
      ),
    source: 'Download tables of the SDK’s 2A document; reports of the boot message',
    example: `"map": 4,
"fota": false,
-"files": { "flash": "bin/eagle.flash.bin" }
+"files": { "flash": "bin/eagle.flash.bin", "init-data": "bin/esp_init_data_default.bin" }`,
  },
  SSL222: {
    severity: 'error',
    title: () => l10n.t('RF data and blank.bin swapped'),
    explanation: () =>
      l10n.t(
        'The fourth sector from the end needs esp_init_data_default.bin, which starts with 0x05; blank.bin (erased flash) belongs to the parameters of the SDK. Otherwise the chip resets forever.',
      ),
    source: 'Download tables of the SDK’s 2A document',
    example: `"map": 4,
-"files": { "init-data": "bin/blank.bin" }
+"files": { "init-data": "bin/esp_init_data_default.bin" }`,
  },
};

/** The rules over flash layouts, by id. */
export const flashRules: readonly RuleInfo[] = [...new Set(Object.values(ids))].map(ruleInfo);

/** The rule that a fault breaks. */
export function ruleOf({ kind }: Pick<FlashFault, 'kind'>): Pick<RuleInfo, 'id' | 'severity'> {
  return { id: ids[kind], severity: table[ids[kind]].severity };
}

function ruleInfo(id: keyof typeof table): RuleInfo {
  const { example, ...rule } = table[id];
  return { id, group: 'flash', ...rule, example: { file: 'esp8266-ssl.json', code: projectText(example) } };
}

/** The whole text of a project's file around its part `flash`; the signs stay in front of their lines. */
function projectText(part: string): string {
  const lines = part
    .split('\n')
    .map(line => (/^[-+]/.test(line) ? `${line[0] ?? ''}    ${line.slice(1)}` : `    ${line}`));
  return ['{', '  "flash": {', ...lines, '  }', '}'].join('\n');
}
