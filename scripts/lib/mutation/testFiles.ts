import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** A test file, from the root, with `/`. */
export interface TestFile {
  file: string;
  /** Whether it starts one of the built programs: it notices only what is built. */
  startsProgram: boolean;
}

/**
 * The test files, of `tests`, that import one of `targets`, directly or through others, or start a program that does. All from the root,
 * with `/`.
 */
export function testsThatImport(
  root: string,
  tests: readonly string[],
  targets: readonly string[],
): TestFile[] {
  const known = new Map<string, Uses>();
  const wanted = new Set(targets);
  const usesOf = (file: string) => {
    const uses = known.get(file) ?? readUses(root, file);
    known.set(file, uses);
    return uses;
  };
  return tests.flatMap(test => {
    const seen = new Set([test]);
    let startsProgram = false;
    for (const file of seen) {
      const { imports, programs } = usesOf(file);
      if (programs.length > 0) startsProgram = true;
      for (const each of [...imports, ...programs]) seen.add(each);
    }
    return [...seen].some(file => wanted.has(file)) ? [{ file: test, startsProgram }] : [];
  });
}

/** What a file imports of our own, and the sources of the programs that it starts. */
interface Uses {
  imports: readonly string[];
  programs: readonly string[];
}

function readUses(root: string, file: string): Uses {
  const text = readFileSync(path.join(root, file), 'utf8');
  const folder = path.dirname(file);
  const exists = (name: string) => ts.sys.fileExists(path.join(root, name));
  const named = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  const imports = named.flatMap(name => {
    if (!name.startsWith('.')) return [];
    const target = path.posix.join(folder, name);
    return [`${target}.ts`, `${target}/index.ts`].filter(exists).slice(0, 1);
  });
  const programs = [...text.matchAll(/'out', '(\w+)\.js'/g)].map(([, name = '']) => `src/${name}.ts`);
  return { imports, programs: programs.filter(exists) };
}
