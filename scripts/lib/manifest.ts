import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inChinese } from './inChinese';

const root = path.join(__dirname, '..', '..');

/** The text of a JSON file of the repository with a change. */
export function changedJson(name: string, change: (value: object) => object): string {
  const value: unknown = JSON.parse(readFileSync(path.join(root, name), 'utf8'));
  if (typeof value !== 'object' || value === null) throw new Error(`${name} is no object`);
  return `${JSON.stringify(change(value), undefined, 2)}\n`;
}

/** The files with the manifest's texts, in English and Chinese, in which those whose keys start with `prefix` are replaced. */
export function textFiles(prefix: string, texts: () => ReadonlyMap<string, string>): Map<string, string> {
  const own = new Map([
    ['package.nls.json', texts()],
    ['package.nls.zh-cn.json', inChinese(texts)],
  ]);
  return new Map(
    [...own].map(([name, each]) => [name, changedJson(name, all => withTexts(all, prefix, each))]),
  );
}

/** The texts of the manifest with those whose keys start with `prefix` replaced where they are, by the rest of the key. */
function withTexts(texts: object, prefix: string, own: ReadonlyMap<string, string>): object {
  const entries = Object.entries(texts);
  const first = entries.findIndex(([key]) => key.startsWith(prefix));
  const at = first === -1 ? entries.length : first;
  const others = (part: [string, unknown][]) => part.filter(([key]) => !key.startsWith(prefix));
  return Object.fromEntries([
    ...others(entries.slice(0, at)),
    ...[...own].map(([name, text]): [string, string] => [prefix + name, text]),
    ...others(entries.slice(at)),
  ]);
}

/** A copy of a JSON value in which members are replaced. */
export function mapped(value: object, replace: (key: string, inner: unknown) => unknown): object {
  const one = (key: string, inner: unknown): unknown => {
    const replaced = replace(key, inner);
    if (replaced !== inner || typeof inner !== 'object' || inner === null) return replaced;
    return mapped(inner, replace);
  };
  return Array.isArray(value)
    ? value.map((inner: unknown) => one('', inner))
    : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, one(key, inner)]));
}

/** Writes files of the repository, by name. */
export function writeFiles(files: ReadonlyMap<string, string>): void {
  for (const [name, text] of files) writeFileSync(path.join(root, name), text);
}
