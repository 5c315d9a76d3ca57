import * as l10n from '@vscode/l10n';
import { bufferRange } from '../../sdk/tls';
import { described } from '../commandLine/description';
import * as shared from './shared';
import { severities } from '../../findings/severity';

export const inspectDescription = described({
  words: ['inspect'],
  summary: () => l10n.t('Show what certificate files contain and how the device handles them'),
  about: () =>
    l10n.t(
      'Reads C headers, flash records, PEM and DER; finds certificates and keys in firmware images, ELF files and the contents of a flash. Private keys are never shown.',
    ),
  operands: {
    value: 'FILE',
    least: 1,
    most: Infinity,
    refusal: () => l10n.t('Name the files to inspect.'),
    completes: 'file',
  },
  options: { ...shared.target, ...shared.json },
  failure: () => l10n.t('a file has an error'),
  examples: [
    'esp8266-ssl inspect ssl/cert.h ssl/esp_ca_cert.bin',
    'esp8266-ssl inspect --tls-library libssl ssl/cert.h',
    'esp8266-ssl inspect user1.bin firmware.elf',
  ],
});

export const caDescription = described({
  words: ['ca'],
  summary: () => l10n.t('Find out whether the device can talk to a server, and get its CA certificate'),
  about: () =>
    l10n.t(
      'Connects to the server as the device would, says what to change if they cannot talk, and writes the CA certificate that the device needs. Default port: 443.',
    ),
  operands: {
    value: 'HOST[:PORT]',
    least: 1,
    most: 1,
    refusal: () => l10n.t('Name one server, for example broker.example:8883.'),
  },
  options: {
    ...shared.target,
    buffer: {
      value: 'BYTES',
      words: () => l10n.t('what the firmware passes to espconn_secure_set_size'),
      range: () => ({ ...bufferRange, whole: true }),
      usually: () => l10n.t('the initial size of the library'),
    },
    out: {
      value: 'FILE',
      words: () => l10n.t('where to write the CA certificate'),
      default: 'ssl/esp_ca_cert.bin',
      completes: 'file',
    },
    force: {
      words: () =>
        l10n.t('replace a file with other contents; write a certificate that the device cannot use'),
    },
    ...shared.json,
  },
  failure: () => l10n.t('the device cannot talk to the server'),
  examples: ['esp8266-ssl ca broker.example:8883', 'esp8266-ssl ca broker.example:8883 --buffer 4096'],
});

export const checkFormats = ['text', 'json', 'sarif', 'github'] as const;

export const checkDescription = described({
  words: ['check'],
  summary: () => l10n.t('Find misuse of the SSL functions in C sources, and invalid certificates'),
  about: () =>
    l10n.t(
      'Checks the firmware’s sources, certificates, Makefile and flash layout. Nothing of the project is run. The part "analysis" of esp8266-ssl.json also applies.',
    ),
  operands: {
    value: 'PATH',
    least: 1,
    most: Infinity,
    refusal: () => l10n.t('Name the folder or file to check.'),
    completes: 'file',
  },
  options: {
    format: {
      value: 'FORMAT',
      words: () => l10n.t('format of the report'),
      choices: checkFormats,
      default: 'text',
    },
    'fail-on': {
      value: 'SEVERITY',
      words: () => l10n.t('minimum severity of a finding that makes the exit code 1'),
      choices: [...severities, 'never'],
      default: 'warning',
    },
    baseline: {
      value: 'FILE',
      words: () => l10n.t('ignore the findings in this file'),
      completes: 'file',
    },
    'update-baseline': { words: () => l10n.t('write all findings to the file of --baseline instead') },
    rule: {
      value: 'ID[=SEVERITY]',
      words: () =>
        l10n.t(
          'set the severity of a rule or group, or switch it off (SSL031=off); without severity, check only this',
        ),
      multiple: true,
    },
    define: {
      value: 'NAME[=VALUE]',
      words: () => l10n.t('a macro that the compiler’s command line defines'),
      form: { accepts: text => /^[A-Za-z_]\w*(=.*)?$/s.test(text), example: 'CLIENT_SSL_ENABLE=1' },
      multiple: true,
    },
    sdk: { ...shared.target.sdk, usually: () => l10n.t('as in the project') },
    'tls-library': { ...shared.target['tls-library'], usually: () => l10n.t('as in the project') },
    'allow-empty': {
      words: () => l10n.t('accept a path with nothing to check; without it that is an error'),
    },
    threads: {
      value: 'COUNT',
      words: () => l10n.t('number of projects checked in parallel'),
      range: () => ({ least: 1, most: 999, whole: true }),
      usually: () => l10n.t('number of processors minus one'),
    },
  },
  failure: () => l10n.t('findings exist'),
  examples: [
    'esp8266-ssl check firmware',
    'esp8266-ssl check firmware --format sarif --fail-on never',
    'esp8266-ssl check firmware --rule SSL031=warning --define CLIENT_SSL_ENABLE',
  ],
});

export const clangdDescription = described({
  words: ['clangd'],
  summary: () => l10n.t('Set up clangd for a firmware project with Makefiles'),
  about: () =>
    l10n.t(
      'Writes .clangd and compile_commands.json. It reads the Makefiles and runs nothing; other settings in these files are kept.',
    ),
  operands: {
    value: 'FOLDER',
    least: 0,
    most: 1,
    refusal: () => l10n.t('Name one folder.'),
    completes: 'folder',
  },
  options: { force: { words: () => l10n.t('change these files even if another program has written them') } },
  examples: ['esp8266-ssl clangd my-firmware'],
});

export const demoDescription = described({
  words: ['demo'],
  summary: () => l10n.t('Show the whole workflow once: certificates, simulated device, TLS client'),
  about: () => l10n.t('Uses the sample that comes with the program.'),
  options: {},
  examples: ['esp8266-ssl demo'],
});
