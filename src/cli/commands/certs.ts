import * as l10n from '@vscode/l10n';
import {
  caSettings,
  certificateSettings,
  defaultChoices,
  trustSettings,
} from '../../project/settings/certificates';
import { roles } from '../../certificates/layouts';
import { described } from '../commandLine/description';
import { optionsOf } from '../commandLine/settingOptions';
import * as shared from './shared';

const common = { ...shared.passphraseFile, ...shared.force, ...shared.json };
const { name, bits, hash, organization, days, make, out, files, ...others } = optionsOf(certificateSettings);

const whose = {
  name: shared.usually(name, defaultChoices.name),
  ...shared.target,
  bits,
  hash,
  organization,
};

export const certsDescription = described({
  words: ['certs'],
  summary: () => l10n.t('Generate the certificate and key of a device'),
  about: () =>
    l10n.t(
      'Writes C headers, flash records, PEM and DER. A CA in the folder is reused. Defaults come from esp8266-ssl.json, then from the TLS library.',
    ),
  options: {
    ...whose,
    days,
    make,
    ...others,
    out,
    files,
    ...optionsOf(caSettings),
    ...optionsOf(trustSettings),
    'new-ca': { words: () => l10n.t('create a new CA even if one exists') },
    reuse: { words: () => l10n.t('keep the certificate in the folder if it matches') },
    save: { words: () => l10n.t('save these choices in esp8266-ssl.json') },
    ...common,
  },
  examples: [
    'esp8266-ssl certs --name 192.168.4.1',
    'esp8266-ssl certs --sdk 3.0.6 --tls-library libmbedtls --out ssl --save',
    'esp8266-ssl certs --name device.example --ca company-ca.p12',
    'esp8266-ssl certs --name device.example --trust next-ca.crt',
  ],
});

export const csrDescription = described({
  words: ['certs', 'csr'],
  summary: () => l10n.t('Create a certificate request for an external CA'),
  about: () => l10n.t('Writes device.csr and its private key, device.key. An existing device.key is reused.'),
  options: { ...whose, make, out, ...common },
  examples: ['esp8266-ssl certs csr --name device.example --out ssl'],
});

export const importDescription = described({
  words: ['certs', 'import'],
  summary: () => l10n.t('Import a certificate that a CA has issued'),
  about: () =>
    l10n.t('Reads PEM, DER, PKCS#7 or PKCS#12, the chain in any order, and writes the files for the device.'),
  operands: {
    value: 'FILE',
    least: 1,
    most: Infinity,
    refusal: () => l10n.t('Name the files to import.'),
    completes: 'file',
  },
  options: {
    key: {
      value: 'FILE',
      words: () => l10n.t('private key, if none of the files contains it'),
      usually: () => l10n.t('device.key in the folder'),
      completes: 'file',
    },
    make,
    ...shared.target,
    out,
    files,
    ...optionsOf(trustSettings),
    ...common,
  },
  examples: ['esp8266-ssl certs import chain.p7b --out ssl'],
});

export const devicesDescription = described({
  words: ['certs', '--devices'],
  summary: () => l10n.t('Generate the certificates of many devices from a list'),
  about: () =>
    l10n.t(
      'Writes key, certificate and flash records of each device to its own folder, and a manifest. Run it again to continue after an interruption. The first row of the list names its columns: name, and optionally make, folder (or id), bits, hash, days, organization.',
    ),
  options: {
    devices: { value: 'LIST.csv', words: () => l10n.t('list of the devices'), completes: 'file' },
    out: {
      value: 'FOLDER',
      words: () => l10n.t('where to write'),
      default: 'devices',
      completes: 'folder',
    },
    ca: {
      value: 'FOLDER',
      words: () => l10n.t('folder of ca.crt and ca.key; with --sign-with the file of the CA’s certificate'),
      usually: () => l10n.t('the folder of --out, created if missing'),
      completes: 'file',
    },
    'sign-with': {
      value: 'COMMAND',
      words: () =>
        l10n.t(
          'command that has another CA sign: {csr} is the request, {crt} the file for the certificate (default: the command’s output), {name} the name',
        ),
    },
    make: { ...make, choices: roles, usually: () => defaultChoices.make },
    ...shared.certificate,
    ...shared.json,
  },
  failure: () => '',
  examples: [
    'esp8266-ssl certs --devices list.csv --out devices',
    "esp8266-ssl certs --devices list.csv --sign-with 'openssl ca -batch -in {csr} -out {crt}'",
  ],
});

export const badSetDescription = described({
  words: ['certs', '--bad-set'],
  summary: () => l10n.t('Generate bad certificates for tests, each with one defect'),
  about: () => l10n.t('Each is in a folder named after its defect; a README says what to expect.'),
  options: {
    'bad-set': { words: () => l10n.t('generate the bad certificates') },
    name: {
      value: 'NAME',
      words: () => l10n.t('the right address or name'),
      // The simulated device.
      default: '127.0.0.1',
    },
    out: {
      value: 'FOLDER',
      words: () => l10n.t('a new folder'),
      default: 'bad-certificates',
      completes: 'folder',
    },
    ...shared.certificate,
    ...shared.json,
  },
  examples: ['esp8266-ssl certs --bad-set --out bad-certificates'],
});
