import * as l10n from '@vscode/l10n';
import { SchemaChecker } from './checkBySchema';
import { flashSchema } from './flashSchema';
import { ruleNames } from '../findings/ruleNames';
import { severities, type Severity } from '../findings/severity';
import { type CertificateChoices, certificatePart, targetSettings } from './settings/certificates';
import { schemasOf } from './settings/setting';
import { simulatorPart } from './settings/simulator';

/** What a user wants of the analysis of the sources. */
export interface AnalysisChoices {
  /** By rule or group. */
  rules?: Record<string, Severity | 'off'>;
  /** A macro's text or number; true for 1, false for never defined. */
  defines?: Record<string, string | number | boolean>;
}

/**
 * The JSON schema of esp8266-ssl.json, with its texts in the language in use; `ruleTitles` says what rules and groups are about.
 */
export function projectSchema(ruleTitles?: ReadonlyMap<string, string>): object {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: l10n.t('An ESP8266 project with SSL/TLS'),
    type: 'object',
    allowTrailingCommas: true,
    properties: {
      ...schemasOf(targetSettings),
      certificates: certificateSchema(),
      flash: flashSchema(),
      analysis: analysisSchema(ruleTitles),
      simulator: {
        type: 'object',
        description: l10n.t('Settings of the simulated device, as in launch.json.'),
        properties: schemasOf(simulatorPart),
      },
    },
  };
}

function certificateSchema() {
  return {
    type: 'object',
    description: l10n.t('Choices for “Generate Certificates…” and “esp8266-ssl certs”.'),
    additionalProperties: false,
    properties: schemasOf(certificatePart),
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
