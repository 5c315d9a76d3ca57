import type { Setting, Settings, ValuesOf } from '../../project/settings/setting';
import type { Option, Range } from './description';

/** The option of a setting that has a flag. */
type OptionOf<S> = Omit<Option, 'value' | 'choices' | 'range' | 'multiple' | 'default'> &
  (S extends { value: string } ? { value: string } : unknown) &
  (S extends { enum: infer E extends readonly (string | number)[] } ? { choices: E } : unknown) &
  (S extends { type: 'integer' | 'number' } ? { range: () => Range } : unknown) &
  (S extends { type: 'array' | 'object' } ? { multiple: true } : unknown);

/** The options of the settings that have a flag, by flag. */
export type OptionsOf<T> = {
  [K in keyof T as T[K] extends { flag: infer F extends string } ? F : never]: OptionOf<T[K]>;
};

/** Makes options of the command line from a table of settings. */
export function optionsOf<const T extends Settings>(table: T): OptionsOf<T> {
  const options = Object.values(table).flatMap((setting: Setting) =>
    setting.flag === undefined ? [] : [[setting.flag, optionOf(setting)]],
  );
  // Each option is made from its setting, which is what the type says.
  return Object.fromEntries(options) as OptionsOf<T>;
}

function optionOf(setting: Setting): Option {
  const { words = () => '', value, limits, names, type } = setting;
  const usual = setting.default;
  const isPlain = typeof usual === 'string' || typeof usual === 'number';
  const usually = setting.usually ?? (isPlain ? () => String(usual) : undefined);
  const form = formOf(setting);
  return {
    words,
    ...(value !== undefined && { value }),
    ...(value !== undefined && usually && { usually }),
    ...(setting.enum && { choices: setting.enum }),
    ...((type === 'integer' || type === 'number') && { range: () => rangeOf(setting) }),
    ...((type === 'array' || type === 'object') && { multiple: true }),
    ...(form && { form }),
    ...(limits && { limits }),
    ...(names && type !== 'object' && { completes: names }),
  };
}

function rangeOf({ type, minimum, maximum }: Setting): Range {
  return {
    whole: type === 'integer',
    ...(minimum !== undefined && { least: minimum }),
    ...(maximum !== undefined && { most: maximum }),
  };
}

/** The form of the values of a list or of pairs NAME=VALUE, and a good one. */
function formOf({ items, propertyNames, additionalProperties }: Setting): Option['form'] {
  if (items?.pattern !== undefined)
    return { accepts: text => accepts(items, text), example: String(items.examples?.[0]) };
  if (propertyNames === undefined || !additionalProperties) return undefined;
  const { pattern, examples } = propertyNames;
  return {
    accepts: text => {
      const [name, value] = pair(text);
      return new RegExp(pattern).test(name) && accepts(additionalProperties, value);
    },
    example: `${examples[0] ?? ''}=${String(additionalProperties.examples?.[0])}`,
  };
}

function accepts({ type, pattern = '.', minimum, maximum }: Setting, text: string): boolean {
  if (type !== 'integer') return new RegExp(pattern).test(text);
  return /^\d+$/.test(text) && Number(text) >= (minimum ?? 0) && Number(text) <= (maximum ?? Infinity);
}

function pair(text: string): [name: string, value: string] {
  const at = text.indexOf('=');
  return at === -1 ? ['', ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** What parsed options say about the settings of a table; the ones that are not given are left out. */
export function settingsFrom<const T extends Settings>(
  table: T,
  given: Readonly<Record<string, unknown>>,
): ValuesOf<T> {
  const values = Object.entries(table).flatMap(([name, setting]) => {
    if (setting.properties !== undefined) {
      const inner = settingsFrom(setting.properties, given);
      return Object.keys(inner).length === 0 ? [] : [[name, inner]];
    }
    const value = setting.flag === undefined ? undefined : given[setting.flag];
    const isGiven = Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
    return isGiven ? [[name, valueFrom(setting, value)]] : [];
  });
  // The options were made from the same table, and parsing has checked them.
  return Object.fromEntries(values) as ValuesOf<T>;
}

function valueFrom({ additionalProperties }: Setting, value: unknown): unknown {
  if (!additionalProperties || !Array.isArray(value)) return value;
  const number = additionalProperties.type === 'integer';
  return Object.fromEntries(
    value.map(each => {
      const [name, text] = pair(String(each));
      return [name, number ? Number(text) : text];
    }),
  );
}
