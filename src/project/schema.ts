import * as l10n from '@vscode/l10n';
import { type Layout, layouts, type RoleChoice, roleChoices } from '../certificates/layouts';
import { defaults, hashes, keySizes, longDays } from '../certificates/request';
import { defaultClientName } from '../certificates/setRequest';
import { sdkVersions, type TlsLibrary, tlsLibraries } from '../sdk/tls';
import { SchemaChecker } from './checkBySchema';
import { type CertificateChoices, defaultChoices } from './certificateChoices';
import { flashSchema } from './flashSchema';
import { launchProperties } from './launchProperties';
import { defaultTarget } from './target';
import { ruleNames } from '../findings/ruleNames';
import { severities, type Severity } from '../findings/severity';

/** What a user wants of the analysis of the sources. */
export interface AnalysisChoices {
  /** By rule or group. */
  rules?: Record<string, Severity | 'off'>;
  /** A macro's text or number; true for 1, false for never defined. */
  defines?: Record<string, string | number | boolean>;
}

/**
 * The JSON schema of esp8266-ssl.json, with its texts in the language in use. `simulator` has the properties of the part of that
 * name, with texts where the manifest's keys are resolved; `ruleTitles` says what rules and groups are about.
 */
export function projectSchema(
  simulator: object = launchProperties,
  ruleTitles?: ReadonlyMap<string, string>,
): object {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: l10n.t('An ESP8266 project with SSL/TLS'),
    type: 'object',
    allowTrailingCommas: true,
    properties: {
      sdk: {
        enum: [...sdkVersions],
        default: defaultTarget.sdk,
        description: l10n.t('The version of the NON-OS SDK that the firmware is built with.'),
      },
      tlsLibrary: {
        enum: [...tlsLibraries],
        enumDescriptions: tlsLibraries.map(libraryText),
        default: defaultTarget.tlsLibrary,
        description: l10n.t('The TLS library that the firmware is linked with.'),
      },
      certificates: certificateSchema(),
      flash: flashSchema(),
      analysis: analysisSchema(ruleTitles),
      simulator: {
        type: 'object',
        description: l10n.t('Settings of the simulated device, as in launch.json.'),
        // VS Code adds what all debuggers have, by references into a schema of its own.
        properties: Object.fromEntries(Object.entries(simulator).filter(([key]) => key in launchProperties)),
      },
    },
  };
}

function certificateSchema() {
  const file = { type: 'string', minLength: 1, examples: ['ca.crt'] };
  return {
    type: 'object',
    description: l10n.t('Choices for “Generate Certificates…” and “esp8266-ssl certs”.'),
    additionalProperties: false,
    properties: {
      folder: {
        type: 'string',
        minLength: 1,
        examples: [defaultChoices.folder],
        default: defaultChoices.folder,
        description: l10n.t('Output folder.'),
      },
      files: {
        enum: [...layouts],
        enumDescriptions: layouts.map(layoutText),
        default: defaultChoices.files,
        description: l10n.t('File names.'),
      },
      make: {
        enum: [...roleChoices],
        enumDescriptions: roleChoices.map(roleText),
        default: defaultChoices.make,
        description: l10n.t('Which certificates to generate.'),
      },
      name: {
        type: 'string',
        minLength: 1,
        examples: [defaultChoices.name],
        description: l10n.t('The address or name by which clients reach the device.'),
      },
      clientName: {
        type: 'string',
        minLength: 1,
        examples: [defaultClientName],
        default: defaultClientName,
        description: l10n.t(
          'Name in the client’s certificate when server and client certificates are generated.',
        ),
      },
      organization: {
        type: 'string',
        minLength: 1,
        examples: [defaults.organization],
        default: defaults.organization,
        description: l10n.t('Organization in the certificates.'),
      },
      bits: {
        enum: [...keySizes],
        description: l10n.t('Size of the RSA keys. Default: recommended for the TLS library.'),
      },
      hash: {
        enum: [...hashes],
        default: defaults.hash,
        description: l10n.t('Signature hash.'),
      },
      days: {
        type: 'integer',
        minimum: 1,
        description: l10n.t(
          'Validity in days. Default: {0} for a server, the most that browsers and Apple clients accept; {1} for a client.',
          defaults.days,
          longDays,
        ),
      },
      ca: {
        type: 'object',
        description: l10n.t('The signing CA, if it is elsewhere: PEM, DER or PKCS#12.'),
        required: ['certificate'],
        additionalProperties: false,
        properties: {
          certificate: { ...file, description: l10n.t('The file with the CA’s certificate.') },
          key: {
            ...file,
            examples: ['ca.key'],
            description: l10n.t('The file with its private key, if separate.'),
          },
        },
      },
    },
  };
}

function analysisSchema(titles: ReadonlyMap<string, string> = new Map()) {
  const severity = {
    enum: [...severities, 'off'],
    description: l10n.t('The severity of the findings; off disables the rule.'),
  };
  return {
    type: 'object',
    description: l10n.t('What the editor and “esp8266-ssl check” look for in the C sources.'),
    additionalProperties: false,
    properties: {
      rules: {
        type: 'object',
        description: l10n.t('The severity of a rule, such as SSL031, or of a group of rules.'),
        properties: Object.fromEntries(
          ruleNames.map(name => {
            const description = titles.get(name);
            return [name, description === undefined ? severity : { ...severity, description }];
          }),
        ),
        additionalProperties: false,
      },
      defines: {
        type: 'object',
        description: l10n.t(
          'Macros that the build passes to the compiler: text or number; true for 1, false for undefined.',
        ),
        propertyNames: { pattern: '^[A-Za-z_]\\w*$', examples: ['CLIENT_SSL_ENABLE'] },
        additionalProperties: { type: ['string', 'integer', 'boolean'] },
      },
    },
  };
}

/** A TLS library in a few words. */
export function libraryText(library: TlsLibrary): string {
  switch (library) {
    case 'libssl':
      return l10n.t('axTLS (-lssl): TLS 1.0 and 1.1');
    case 'libmbedtls':
      return l10n.t('mbed TLS 2.2.1 (-lmbedtls): TLS 1.0 to 1.2, from SDK 2.2.0 on');
  }
}

/** A layout in a few words. */
export function layoutText(layout: Layout): string {
  switch (layout) {
    case 'folder':
      return l10n.t('In one folder: cert.h, private_key.h, record files, PEM and DER');
    case 'script-2015':
      return l10n.t('Like makefile.sh of SDK 2.1 and earlier: cert.h, private_key.h, …');
    case 'script-2.2':
      return l10n.t('Like makefile.sh of SDK 2.2 and later: bin/, include/, ca/, server/, client/');
  }
}

/** What is made, in a few words. */
export function roleText(make: RoleChoice): string {
  switch (make) {
    case 'server':
      return l10n.t('The device is a server: its certificate goes into the firmware');
    case 'client':
      return l10n.t('The device is a client with a certificate, which goes into the firmware');
    case 'both':
      return l10n.t('Both: the device gets the client’s certificate, its peer the server’s');
  }
}

const checker = new SchemaChecker<CertificateChoices>(certificateSchema);

/** Checks the choices in `file`. Throws a Problem that names the one that is wrong and what it must be. */
export function checkChoices(given: unknown, file: string): CertificateChoices {
  return checker.check(given, file);
}

const analysisChecker = new SchemaChecker<AnalysisChoices>(() => analysisSchema());

/** Checks the settings of the analysis in `file`, as `checkChoices` does. */
export function checkAnalysis(given: unknown, file: string): AnalysisChoices {
  return analysisChecker.check(given, file);
}
