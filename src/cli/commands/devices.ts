import * as l10n from '@vscode/l10n';
import { esptoolVersions } from '../../flash/esptool';
import { baudRange, defaultBaud } from '../../flash/serial/progress';
import { simulatorPart } from '../../project/settings/simulator';
import { described } from '../commandLine/description';
import { optionsOf } from '../commandLine/settingOptions';

const { trace, ...simulator } = optionsOf(simulatorPart);
const network = optionsOf(simulatorPart.network.properties);

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
    ...simulator,
    ...network,
    serial: {
      words: () => l10n.t('act as a board on a serial port: wait for flashing, then boot (needs python3)'),
    },
    'serial-port': {
      value: 'PORT',
      words: () => l10n.t('the same on an existing port, such as one end of a pair made by socat'),
      completes: 'file',
    },
    seconds: {
      value: 'NUMBER',
      words: () => l10n.t('end after this time'),
      range: () => ({ least: 0, above: true }),
    },
    trace,
    json: { words: () => l10n.t('print every event as a line of JSON') },
  },
  failure: () => l10n.t('the firmware failed: an exception, the watchdog or an unimplemented function'),
  examples: [
    'esp8266-ssl simulate firmware.elf --certificates ssl --port 443=8443',
    'esp8266-ssl simulate eagle.app.v6.out --host broker.example=127.0.0.1:8883 --trace',
    'esp8266-ssl simulate firmware.elf --serial',
  ],
});
