import * as l10n from '@vscode/l10n';
import { defaults } from '../../certificates/request';
import { certificateSettings, targetSettings } from '../../project/settings/certificates';
import type { Option } from '../commandLine/description';
import { optionsOf } from '../commandLine/settingOptions';

/** Options that several commands have. */

export const json = { json: { words: () => l10n.t('print the result as JSON') } } as const;

export const force = { force: { words: () => l10n.t('replace files from other sources') } } as const;

/** An option with what holds where neither it nor the project's file says anything. */
export const usually = <T extends Option>(option: T, text: string | number | (() => string)) => ({
  ...option,
  usually: typeof text === 'function' ? text : () => String(text),
});

const ofProject = (otherwise: string) => () => l10n.t('as in esp8266-ssl.json, else {0}', otherwise);
const linked = optionsOf(targetSettings);

/** What the firmware is linked with. */
export const target = {
  sdk: usually(linked.sdk, ofProject(targetSettings.sdk.default)),
  'tls-library': usually(linked['tls-library'], ofProject(targetSettings.tlsLibrary.default)),
} as const;

const { bits, hash, days, organization } = optionsOf(certificateSettings);

/** What a certificate is like, where the project's file has no say. */
export const certificate = {
  bits: usually(bits, defaults.bits),
  hash: usually(hash, defaults.hash),
  days: usually(days, defaults.days),
  organization,
} as const;

export const passphraseFile = {
  'passphrase-file': {
    value: 'FILE',
    words: () => l10n.t('file whose first line is the passphrase of the private key'),
    usually: () => l10n.t('the variable {0}', 'ESP8266_SSL_PASSPHRASE'),
    completes: 'file',
  },
} as const;
