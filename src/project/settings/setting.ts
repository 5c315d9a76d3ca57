import * as l10n from '@vscode/l10n';
import { asSentence } from '../../text/sentence';

/**
 * A setting: the JSON schema that checks it, and its words. From the tables of settings come the schema of esp8266-ssl.json, the
 * attributes of launch.json in the manifest, the options of the command line with their help and completion, the questions of the
 * editor, and docs/settings.md.
 */
export interface Setting {
  type?: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object';
  enum?: readonly (string | number)[];
  default?: string | number | boolean | object;
  examples?: readonly (string | number)[];
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  maxItems?: number;
  items?: Setting;
  properties?: Settings;
  required?: readonly string[];
  additionalProperties?: false | Setting;
  propertyNames?: { pattern: string; examples: readonly string[] };

  /** What it is, as a phrase: in lower case, without a full stop. In the language in use, like all texts here. */
  words?: () => string;
  /** Sentences that follow where there is room: not in the help. Code in them is between backticks. */
  more?: () => string;
  /** What each value of `enum` means. */
  enumWords?: Readonly<Record<string, () => string>>;
  /** What holds where it is not set, if that is no fixed `default`. */
  usually?: () => string;
  /** The name of its option on the command line, without dashes. */
  flag?: string;
  /** What the option's value is called in the help, such as FILE; a switch has none. */
  value?: string;
  /** The range in the help, where its numbers change from day to day. */
  limits?: () => string;
  /** Its texts are paths. */
  names?: 'file' | 'folder';
}

/** A table of settings: name → setting. */
export type Settings = Readonly<Record<string, Setting>>;

/** The value that a setting's schema allows. */
export type ValueOf<S> = S extends { enum: readonly (infer E)[] }
  ? E
  : S extends { type: 'string' }
    ? string
    : S extends { type: 'integer' | 'number' }
      ? number
      : S extends { type: 'boolean' }
        ? boolean
        : S extends { items: infer I }
          ? ValueOf<I>[]
          : S extends { properties: infer P; required: readonly (infer R)[] }
            ? ValuesOf<Omit<P, R & keyof P>> & { [K in R & keyof P]: ValueOf<P[K]> }
            : S extends { properties: infer P }
              ? ValuesOf<P>
              : S extends { additionalProperties: infer A }
                ? Record<string, ValueOf<A>>
                : never;

/** What a user may write for a table of settings. */
export type ValuesOf<T> = { -readonly [K in keyof T]?: ValueOf<T[K]> };

/** Puts a text of the setting at `at`, such as network.delay, into a schema: as it is, or a key for it. */
export type Say = (text: string, at: string) => string;

/** The JSON schemas of the settings in a table, by name. */
export function schemasOf(table: Settings, say: Say = text => text, at = ''): Record<string, object> {
  return Object.fromEntries(
    Object.entries(table).map(([name, setting]) => [name, schemaOf(setting, say, `${at}${name}`)]),
  );
}

/** What of a setting is no JSON schema. */
const ownKeys: ReadonlySet<string> = new Set<keyof Setting>([
  'words',
  'more',
  'usually',
  'enumWords',
  'flag',
  'value',
  'limits',
  'names',
]);

function schemaOf(setting: Setting, say: Say, at: string): object {
  const { items, properties, additionalProperties, enumWords } = setting;
  return {
    ...Object.fromEntries(Object.entries(setting).filter(([key]) => !ownKeys.has(key))),
    ...(items && { items: schemaOf(items, say, at) }),
    ...(properties && { properties: schemasOf(properties, say, `${at}.`) }),
    ...(additionalProperties && { additionalProperties: schemaOf(additionalProperties, say, at) }),
    ...description(descriptionOf(setting), say, at),
    ...(enumWords && {
      [setting.enum?.some(each => isMarkdown(enumWords[each]?.() ?? ''))
        ? 'markdownEnumDescriptions'
        : 'enumDescriptions']: setting.enum?.map(each => say(enumWords[each]?.() ?? '', `${at}.${each}`)),
    }),
  };
}

/** What a setting is, in sentences; empty where it has no words. */
function descriptionOf({ words, more, usually }: Setting): string {
  const phrases = [words?.(), usually && l10n.t('default: {0}', usually())];
  const sentences = phrases.flatMap(phrase => (phrase === undefined ? [] : [asSentence(phrase)]));
  return `${sentences.join('')}${more?.() ?? ''}`.trimEnd();
}

function description(text: string, say: Say, at: string): object {
  if (text === '') return {};
  return { [isMarkdown(text) ? 'markdownDescription' : 'description']: say(text, at) };
}

/** Other texts would lose their asterisks and underscores. */
function isMarkdown(text: string): boolean {
  return text.includes('`');
}

/** A path among the values of a table: the setting that names it, such as flash.0x78000, and the path. */
export interface NamedPath {
  setting: string;
  file: string;
}

/** All paths in values of a table. */
export function pathsIn(table: Settings, values: object): NamedPath[] {
  const found: NamedPath[] = [];
  withPaths(table, values, (file, setting) => {
    found.push({ setting, file });
    return file;
  });
  return found;
}

/** A copy of values in which every path is replaced; an empty text is none. */
export function withPaths<T extends object>(
  table: Settings,
  values: T,
  replace: (file: string, setting: string) => string,
): T {
  const replaced = (value: unknown, at: string): unknown => {
    if (typeof value === 'string') return value === '' ? value : replace(value, at);
    if (Array.isArray(value)) return value.map((each: unknown) => replaced(each, at));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, replaced(inner, `${at}.${name}`)]),
    );
  };
  const paths = Object.entries(values).flatMap(([name, value]: [string, unknown]): [string, unknown][] => {
    const { names, properties } = table[name] ?? {};
    if (names !== undefined) return [[name, replaced(value, name)]];
    if (properties === undefined || typeof value !== 'object' || value === null) return [];
    return [[name, withPaths(properties, value, (file, inner) => replace(file, `${name}.${inner}`))]];
  });
  return { ...values, ...Object.fromEntries<unknown>(paths) };
}
