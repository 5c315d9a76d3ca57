import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import * as l10n from '@vscode/l10n';
import { ProblemError } from '../problems';

/** Checks values of any origin by a JSON schema, which is compiled on first use. */
export class SchemaChecker<T> {
  readonly #schema: () => object;
  #validate: ValidateFunction<T> | undefined;

  constructor(schema: () => object) {
    this.#schema = schema;
  }

  /** Returns `given`. Throws a Problem that names the setting that is wrong, what it must be, and the file if one is given. */
  check(given: unknown, file?: string): T {
    this.#validate ??= new Ajv({ strict: false, verbose: true }).compile<T>(this.#schema());
    if (this.#validate(given)) return given;
    const [error] = this.#validate.errors ?? [];
    throw new ProblemError({
      kind: 'setting-wrong',
      setting: error === undefined ? '?' : settingOf(error),
      expected: error === undefined ? '?' : expectation(error),
      file,
    });
  }
}

function settingOf({ instancePath, keyword, params, propertyName }: ErrorObject): string {
  const parts = instancePath.split('/').slice(1);
  if (keyword === 'additionalProperties') parts.push(String(params['additionalProperty']));
  if (keyword === 'required') parts.push(String(params['missingProperty']));
  if (propertyName !== undefined) parts.push(propertyName);
  return parts.join('.');
}

/** In words, what a schema wants. */
function expectation({ keyword, parentSchema }: ErrorObject): string {
  const wanted = new Map<string, unknown>(Object.entries(parentSchema ?? {}));
  const limits = [wanted.get('minimum'), wanted.get('maximum')];
  switch (keyword) {
    case 'additionalProperties':
      return l10n.t('removed: unknown setting');
    case 'required':
      return l10n.t('given');
    case 'enum':
      return oneOf(wanted.get('enum'));
    case 'minimum':
    case 'maximum':
      return limits.includes(undefined)
        ? l10n.t('at least {0}', String(limits[0]))
        : l10n.t('between {0} and {1}', String(limits[0]), String(limits[1]));
    case 'pattern':
    case 'minLength':
      return l10n.t('like {0}', listed(wanted.get('examples')));
    default:
      return typeName(wanted.get('type'));
  }
}

/** In words, that only these values are possible. */
export function oneOf(values: unknown): string {
  return l10n.t('one of {0}', listed(values));
}

function listed(values: unknown): string {
  return Array.isArray(values) ? values.map(String).join(', ') : '…';
}

function typeName(type: unknown): string {
  if (Array.isArray(type)) return type.map(typeName).join(', ');
  switch (type) {
    case 'string':
      return l10n.t('text in quotes');
    case 'boolean':
      return l10n.t('true or false');
    case 'integer':
      return l10n.t('a whole number');
    case 'number':
      return l10n.t('a number');
    case 'array':
      return l10n.t('a list in [ ]');
    default:
      return l10n.t('an object in { }');
  }
}
