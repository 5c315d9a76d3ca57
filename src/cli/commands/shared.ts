import * as l10n from '@vscode/l10n';
import { hashes, keySizes, mostDays } from '../../certificates/request';
import { defaultTarget } from '../../project/target';
import { sdkVersions, tlsLibraries } from '../../sdk/tls';

/** Options that several commands have. */

export const json = { json: { words: () => l10n.t('print the result as JSON') } } as const;

export const force = { force: { words: () => l10n.t('replace files from other sources') } } as const;

const ofProject = (otherwise: string) => () => l10n.t('as in esp8266-ssl.json, else {0}', otherwise);

/** What the firmware is linked with. */
export const target = {
  sdk: {
    value: 'VERSION',
    words: () => l10n.t('version of the SDK'),
    choices: sdkVersions,
    usually: ofProject(defaultTarget.sdk),
  },
  'tls-library': {
    value: 'LIBRARY',
    words: () => l10n.t('TLS library of the firmware'),
    choices: tlsLibraries,
    usually: ofProject(defaultTarget.tlsLibrary),
  },
} as const;

/** What a certificate is like. */
export const certificate = {
  bits: { value: 'BITS', words: () => l10n.t('size of the RSA keys'), choices: keySizes.map(String) },
  hash: { value: 'HASH', words: () => l10n.t('hash of the signatures'), choices: hashes },
  days: {
    value: 'DAYS',
    words: () => l10n.t('validity in days'),
    range: () => ({ least: 1, most: mostDays(), whole: true }),
    limits: () => l10n.t('up to the end of 2049'),
  },
  organization: { value: 'NAME', words: () => l10n.t('organization in the certificates') },
} as const;

export const passphraseFile = {
  'passphrase-file': {
    value: 'FILE',
    words: () => l10n.t('file whose first line is the passphrase of the private key'),
    usually: () => l10n.t('the variable {0}', 'ESP8266_SSL_PASSPHRASE'),
    completes: 'file',
  },
} as const;
