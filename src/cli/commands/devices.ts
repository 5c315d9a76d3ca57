import * as l10n from '@vscode/l10n';
import { esptoolVersions } from '../../flash/esptool';
import { baudRange, defaultBaud } from '../../flash/serial/progress';
import { launchProperties } from '../../project/launchProperties';
import { described } from '../commandLine/description';

const { properties: network } = launchProperties.network;

/** The range of a setting, as its schema has it. */
const rangeOf =
  ({ type, minimum, maximum }: { type: string; minimum?: number; maximum?: number }) =>
  () => ({
    whole: type === 'integer',
    ...(minimum !== undefined && { least: minimum }),
    ...(maximum !== undefined && { most: maximum }),
  });

/** “443=8443” and the like. */
const isPortPair = (text: string) =>
  /^\d{1,5}=\d{1,5}$/.test(text) && text.split('=').every(port => Number(port) <= 65535);

export const flashDescription = described({
  words: ['flash'],
  summary: () => l10n.t('Flash a board at a serial port and verify it'),
  about: () =>
    l10n.t(
      'Writes the contents of "flash" in esp8266-ssl.json. Without that file: the certificates in ssl, to sectors 0x77 and 0x78.',
    ),
  options: {
    'certificates-only': { words: () => l10n.t('do not write the firmware') },
    port: {
      value: 'PORT',
      words: () => l10n.t('serial port of the board, for example /dev/ttyUSB0 or COM3'),
      usually: () => l10n.t('the only one'),
      completes: 'file',
    },
    baud: {
      value: 'NUMBER',
      words: () => l10n.t('bits per second'),
      range: () => baudRange,
      default: String(defaultBaud),
    },
    list: { words: () => l10n.t('list the serial ports') },
    'dry-run': { words: () => l10n.t('show what would be written where, and write nothing') },
    compare: { words: () => l10n.t('only compare the flash of the board with the project') },
    merge: {
      value: 'FILE',
      words: () => l10n.t('write an image of the whole flash to this file instead'),
      completes: 'file',
    },
    command: { words: () => l10n.t('only print the command of Python’s esptool that does the same') },
    esptool: {
      value: 'VERSION',
      words: () => l10n.t('version of Python’s esptool'),
      choices: esptoolVersions.map(String),
      default: '5',
    },
    program: {
      value: 'WORD',
      words: () => l10n.t('flash with Python’s esptool: the command that starts it, word by word'),
      multiple: true,
    },
    force: { words: () => l10n.t('flash even if the layout has errors') },
  },
  failure: () => l10n.t('with --compare: the flash differs'),
  examples: [
    'esp8266-ssl flash --dry-run',
    'esp8266-ssl flash --port /dev/ttyUSB0 --certificates-only',
    'esp8266-ssl flash --merge flash.bin',
  ],
});

export const simulateDescription = described({
  words: ['simulate'],
  summary: () => l10n.t('Run firmware on a simulated ESP8266'),
  about: () =>
    l10n.t(
      'Runs until it is interrupted (Ctrl-C). The part "simulator" of esp8266-ssl.json also applies; options come first.',
    ),
  operands: {
    value: 'FIRMWARE.elf',
    least: 1,
    most: 1,
    refusal: () => l10n.t('Name one firmware ELF file.'),
    completes: 'file',
  },
  options: {
    certificates: {
      value: 'FOLDER',
      words: () => l10n.t('folder whose certificate files are put into the flash'),
      usually: () => l10n.t('ssl, if it exists'),
      completes: 'folder',
    },
    flash: {
      value: 'ADDRESS=FILE',
      words: () => l10n.t('put a file into the flash'),
      form: {
        accepts: text => /^(0[xX][\da-fA-F]+|\d+)=./.test(text),
        example: '0x78000=esp_cert_private_key.bin',
      },
      multiple: true,
    },
    upgrade: {
      value: 'FILE',
      words: () => l10n.t('ELF of the firmware that an upgrade over the network installs'),
      multiple: true,
      completes: 'file',
    },
    'flash-size': {
      value: 'SIZE',
      words: () => l10n.t('size of the flash'),
      choices: launchProperties.flashSize.enum,
      usually: () => launchProperties.flashSize.default,
    },
    'flash-image': {
      value: 'FILE',
      words: () => l10n.t('keep the whole flash in this file between runs'),
      completes: 'file',
    },
    serial: {
      words: () => l10n.t('act as a board on a serial port: wait for flashing, then boot (needs python3)'),
    },
    'serial-port': {
      value: 'PORT',
      words: () => l10n.t('the same on an existing port, such as one end of a pair made by socat'),
      completes: 'file',
    },
    port: {
      value: 'DEVICE=PORT',
      words: () => l10n.t('open a port of the device at this port of the host; 0 is a free one'),
      form: { accepts: isPortPair, example: '443=8443' },
      multiple: true,
    },
    host: {
      value: 'NAME=ADDRESS',
      words: () => l10n.t('a name that the device resolves, and its target'),
      form: { accepts: text => /^[^=]+=./.test(text), example: 'broker.example=127.0.0.1:8883' },
      multiple: true,
    },
    reach: {
      value: 'ADDRESS',
      words: () => l10n.t('an address of this computer or of a private network that the device may reach'),
      form: {
        accepts: text => new RegExp(network.reach.items.pattern).test(text),
        example: '192.168.1.10:1883',
      },
      multiple: true,
    },
    outbound: {
      value: 'ALLOWED',
      words: () => l10n.t('what the device may connect to'),
      choices: network.outbound.enum,
      usually: () => network.outbound.default,
    },
    delay: {
      value: 'MS',
      words: () => l10n.t('delay of packets in each direction, in ms'),
      range: rangeOf(network.delay),
    },
    loss: {
      value: 'SHARE',
      words: () => l10n.t('share of packets that are lost'),
      range: rangeOf(network.loss),
    },
    reorder: {
      value: 'SHARE',
      words: () => l10n.t('share of packets that arrive out of order'),
      range: rangeOf(network.reorder),
    },
    bandwidth: {
      value: 'BYTES',
      words: () => l10n.t('bytes per second in each direction'),
      range: rangeOf(network.bandwidth),
    },
    seed: {
      value: 'NUMBER',
      words: () => l10n.t('seed of these faults; the same seed repeats them'),
      range: rangeOf(network.seed),
    },
    reserve: {
      value: 'BYTES',
      words: () => l10n.t('heap reserved before user_init'),
      range: rangeOf(launchProperties.reservedHeap),
    },
    unanswered: {
      value: 'ACTION',
      words: () => l10n.t('at an unimplemented SDK function: stop, or warn and return 0'),
      choices: launchProperties.unanswered.enum,
      usually: () => launchProperties.unanswered.default,
    },
    resets: {
      value: 'NUMBER',
      words: () => l10n.t('end after more resets than this'),
      range: rangeOf(launchProperties.resets),
      usually: () => l10n.t('after five failures in a row'),
    },
    seconds: {
      value: 'NUMBER',
      words: () => l10n.t('end after this time'),
      range: () => ({ least: 0, above: true }),
    },
    capture: {
      value: 'FILE',
      words: () => l10n.t('write all packets of the device as pcapng, for Wireshark'),
      completes: 'file',
    },
    trace: { words: () => l10n.t('show callbacks, heap and TLS records') },
    json: { words: () => l10n.t('print every event as a line of JSON') },
  },
  failure: () => l10n.t('the firmware failed: an exception, the watchdog or an unimplemented function'),
  examples: [
    'esp8266-ssl simulate firmware.elf --certificates ssl --port 443=8443',
    'esp8266-ssl simulate eagle.app.v6.out --host broker.example=127.0.0.1:8883 --trace',
    'esp8266-ssl simulate firmware.elf --serial',
  ],
});
