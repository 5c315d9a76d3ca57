import type { TlsLibrary } from '../sdk/tls';

/** What Makefiles say to the compiler and linker. */
export interface MakefileFacts {
  /** Macros of -D, undefined for -U. Those whose value make computes are left out. */
  defines: ReadonlyMap<string, string | undefined>;
  /** Undefined where none or both are linked. */
  tlsLibrary: TlsLibrary | undefined;
}

/** Reads the texts of a project's Makefiles. */
export function readMakefiles(texts: readonly string[]): MakefileFacts {
  const defines = new Map<string, string | undefined>();
  const libraries = new Set<TlsLibrary>();
  for (const text of texts) {
    const lines = text.replace(/\\\r?\n/g, ' ').replace(/^\s*#.*$|\s#.*$/gm, '');
    for (const [, flag, name = '', value] of lines.matchAll(
      /(?:^|[\s=])-(D|U)\s*([A-Za-z_]\w*)(?:=("[^"]*"|'[^']*'|[^\s]*))?/g,
    )) {
      if (value?.includes('$')) continue;
      defines.set(name, flag === 'U' ? undefined : (value ?? '1').replace(/\\(["'])/g, '$1'));
    }
    if (/(?:^|\s)-lssl\b/m.test(lines)) libraries.add('libssl');
    if (/(?:^|\s)-lmbedtls\b/m.test(lines)) libraries.add('libmbedtls');
  }
  const [tlsLibrary] = libraries.size === 1 ? libraries : [];
  return { defines, tlsLibrary };
}
