import * as l10n from '@vscode/l10n';
import { type Layout, layouts, type RoleChoice, roleChoices } from '../../certificates/layouts';
import { defaults, hashes, keySizes, longDays, maxDays } from '../../certificates/request';
import { defaultClientName } from '../../certificates/setRequest';
import { sdkVersions, type TlsLibrary, tlsLibraries } from '../../sdk/tls';
import { defaultTarget } from '../target';
import type { Settings, ValuesOf } from './setting';

/** What the certificates of a project get unless it is chosen otherwise; the address is the device's own as an access point. */
export const defaultChoices = {
  folder: 'ssl',
  files: 'folder',
  make: 'server',
  name: '192.168.4.1',
} as const;

const libraryWords: Record<TlsLibrary, () => string> = {
  libssl: () => l10n.t('axTLS (-lssl): TLS 1.0 and 1.1'),
  libmbedtls: () => l10n.t('mbed TLS 2.2.1 (-lmbedtls): TLS 1.0 to 1.2, from SDK 2.2.0 on'),
};

const layoutWords: Record<Layout, () => string> = {
  folder: () => l10n.t('In one folder: cert.h, private_key.h, record files, PEM and DER'),
  'script-2015': () => l10n.t('Like makefile.sh of SDK 2.1 and earlier: cert.h, private_key.h, …'),
  'script-2.2': () => l10n.t('Like makefile.sh of SDK 2.2 and later: bin/, include/, ca/, server/, client/'),
};

const roleWords: Record<RoleChoice, () => string> = {
  server: () => l10n.t('The device is a server: its certificate goes into the firmware'),
  client: () => l10n.t('The device is a client with a certificate, which goes into the firmware'),
  both: () => l10n.t('Both: the device gets the client’s certificate, its peer the server’s'),
};

/** What the firmware is linked with: members of esp8266-ssl.json. */
export const targetSettings = {
  sdk: {
    enum: sdkVersions,
    default: defaultTarget.sdk,
    words: () => l10n.t('NON-OS SDK version that the firmware is built with'),
    flag: 'sdk',
    value: 'VERSION',
  },
  tlsLibrary: {
    enum: tlsLibraries,
    enumWords: libraryWords,
    default: defaultTarget.tlsLibrary,
    words: () => l10n.t('TLS library that the firmware is linked with'),
    flag: 'tls-library',
    value: 'LIBRARY',
  },
} as const satisfies Settings;

/** What a project's certificates are like: members of "certificates", in the order in which the editor asks for them. */
export const certificateSettings = {
  make: {
    enum: roleChoices,
    enumWords: roleWords,
    default: defaultChoices.make,
    words: () => l10n.t('which certificates to generate; the firmware gets the client’s, if generated'),
    flag: 'make',
    value: 'WHICH',
  },
  name: {
    type: 'string',
    minLength: 1,
    examples: [defaultChoices.name],
    words: () => l10n.t('address or host name of the device; for a client any name, such as a user’s'),
    flag: 'name',
    value: 'NAME',
  },
  clientName: {
    type: 'string',
    minLength: 1,
    examples: [defaultClientName],
    default: defaultClientName,
    words: () => l10n.t('name in the client’s certificate when both are generated'),
    flag: 'client-name',
    value: 'NAME',
  },
  bits: {
    enum: keySizes,
    usually: () => l10n.t('depends on the TLS library'),
    words: () => l10n.t('RSA key size'),
    flag: 'bits',
    value: 'BITS',
  },
  hash: {
    enum: hashes,
    usually: () => l10n.t('depends on the TLS library'),
    words: () => l10n.t('signature hash'),
    flag: 'hash',
    value: 'HASH',
  },
  days: {
    type: 'integer',
    minimum: 1,
    get maximum() {
      return maxDays();
    },
    limits: () => l10n.t('up to the end of 2049'),
    usually: () =>
      l10n.t(
        '{0} for a server, as browsers and Apple clients ask; {1} for a client',
        defaults.days,
        longDays,
      ),
    words: () => l10n.t('validity in days'),
    flag: 'days',
    value: 'DAYS',
  },
  organization: {
    type: 'string',
    minLength: 1,
    examples: [defaults.organization],
    default: defaults.organization,
    words: () => l10n.t('organization in the certificates'),
    flag: 'organization',
    value: 'NAME',
  },
  files: {
    enum: layouts,
    enumWords: layoutWords,
    default: defaultChoices.files,
    words: () => l10n.t('file names: one flat folder, or as an SDK script names them'),
    flag: 'files',
    value: 'NAMES',
  },
  folder: {
    type: 'string',
    minLength: 1,
    examples: [defaultChoices.folder],
    default: defaultChoices.folder,
    words: () => l10n.t('output folder'),
    names: 'folder',
    flag: 'out',
    value: 'FOLDER',
  },
} as const satisfies Settings;

/** CAs of others: with the option for it in "certificates". */
export const trustSettings = {
  trust: {
    type: 'array',
    items: { type: 'string', minLength: 1, examples: ['next-ca.crt'] },
    words: () => l10n.t('other CAs that the device trusts besides its own, such as the next one'),
    names: 'file',
    flag: 'trust',
    value: 'FILE',
  },
} as const satisfies Settings;

/** The CA that signs: members of "certificates.ca". */
export const caSettings = {
  certificate: {
    type: 'string',
    minLength: 1,
    examples: ['ca.crt'],
    words: () => l10n.t('signing CA, if it is elsewhere: PEM, DER or PKCS#12'),
    names: 'file',
    flag: 'ca',
    value: 'FILE',
  },
  key: {
    type: 'string',
    minLength: 1,
    examples: ['ca.key'],
    words: () => l10n.t('private key of that CA, if it is in another file'),
    names: 'file',
    flag: 'ca-key',
    value: 'FILE',
  },
} as const satisfies Settings;

/** The part "certificates" of esp8266-ssl.json. */
export const certificatePart = {
  ...certificateSettings,
  ...trustSettings,
  ca: {
    type: 'object',
    words: () => l10n.t('CA that signs instead of the one in the output folder'),
    properties: caSettings,
    required: ['certificate'],
    additionalProperties: false,
  },
} as const satisfies Settings;

/** What a user has chosen for the certificates of a project. Paths are relative to the project's folder. */
export type CertificateChoices = ValuesOf<typeof certificatePart>;
