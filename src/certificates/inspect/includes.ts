import path from 'node:path';
import type { Inspection } from './model';

/** Whether a file is compiled by itself, by its name. */
export function isSource(file: string): boolean {
  return /\.(c|cpp|cc)$/i.test(file);
}

/** Who includes whom, as far as names tell: a path relative to the includer, else the only file that ends so. */
export class IncludeGraph {
  readonly #byName = new Map<string, string[]>();
  readonly #includes = new Map<string, string[]>();

  constructor(files: readonly Inspection[]) {
    for (const { file, includes } of files) {
      this.#includes.set(normalized(file), includes);
      const name = path.posix.basename(normalized(file));
      this.#byName.set(name, [...(this.#byName.get(name) ?? []), normalized(file)]);
    }
  }

  /** The files themselves and all that they include, also by others; normalized. */
  reached(from: readonly string[]): Set<string> {
    const seen = new Set(from.map(normalized));
    for (const file of seen) {
      for (const name of this.#includes.get(file) ?? []) {
        const included = this.#resolve(file, name);
        if (included !== undefined) seen.add(included);
      }
    }
    return seen;
  }

  #resolve(from: string, name: string): string | undefined {
    const relative = path.posix.join(path.posix.dirname(from), normalized(name));
    if (this.#includes.has(relative)) return relative;
    const tail = normalized(name).replace(/^(\.\.?\/)+/, '');
    const candidates = (this.#byName.get(path.posix.basename(tail)) ?? []).filter(file =>
      `/${file}`.endsWith(`/${tail}`),
    );
    return candidates.length === 1 ? candidates[0] : undefined;
  }
}

/** A path as the graph has it: with `/`, without detours. */
export function normalized(file: string): string {
  return path.posix.normalize(file.replaceAll('\\', '/'));
}
