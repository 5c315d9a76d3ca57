import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** The test files, of `tests`, that import one of `targets`, directly or through others. All from the root, with `/`. */
export function testsThatImport(
  root: string,
  tests: readonly string[],
  targets: readonly string[],
): string[] {
  const imports = new Map<string, readonly string[]>();
  const wanted = new Set(targets);
  const importsOf = (file: string) => {
    const known = imports.get(file);
    if (known !== undefined) return known;
    const found = readImports(root, file);
    imports.set(file, found);
    return found;
  };
  return tests.filter(test => {
    const seen = new Set([test]);
    for (const file of seen) {
      if (wanted.has(file)) return true;
      for (const each of importsOf(file)) seen.add(each);
    }
    return false;
  });
}

/** What a file imports of our own. */
function readImports(root: string, file: string): string[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  const folder = path.dirname(file);
  const named = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  return named.flatMap(name => {
    if (!name.startsWith('.')) return [];
    const target = path.posix.join(folder, name);
    return [`${target}.ts`, `${target}/index.ts`]
      .filter(each => ts.sys.fileExists(path.join(root, each)))
      .slice(0, 1);
  });
}
