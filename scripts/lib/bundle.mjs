// Bundles src/ into the programs in out/, one for each way in, with parts that are loaded on first use beside them.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import esbuild from 'esbuild';
import { root } from './setup.mjs';

/** What can be started; `import()` in them loads one of the parts below. */
const programs = ['extension', 'cli', 'debugAdapter'];

/**
 * Turns `import('./x')` into a program of its own that is read when it is needed: CommonJS bundles cannot be split by esbuild.
 * @param {Map<string, string>} parts name → source file; filled while bundling
 * @returns {esbuild.Plugin}
 */
function loadOnFirstUse(parts) {
  return {
    name: 'load-on-first-use',
    setup(build) {
      build.onResolve({ filter: /^\./ }, ({ path: name, kind, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined;
        const part = path.basename(name);
        parts.set(part, path.join(resolveDir, `${name}.ts`));
        return { path: `./${part}.js`, external: true };
      });
    },
  };
}

/**
 * @param {boolean} production
 * @param {Map<string, string>} parts
 * @returns {esbuild.BuildOptions}
 */
function options(production, parts) {
  return {
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['vscode'],
    outdir: path.join(root, 'out'),
    minify: production,
    sourcemap: production ? false : 'linked',
    logLevel: 'warning',
    plugins: [loadOnFirstUse(parts)],
  };
}

/**
 * Builds everything once.
 * @param {{ production: boolean }} how
 */
export async function build({ production }) {
  const out = path.join(root, 'out');
  mkdirSync(out, { recursive: true });
  for (const name of readdirSync(out)) if (/\.js(\.map)?$/.test(name)) rmSync(path.join(out, name));
  /** @type {Map<string, string>} */
  const parts = new Map(programs.map(name => [name, path.join(root, 'src', `${name}.ts`)]));
  const built = new Set();
  while (built.size < parts.size) {
    const next = [...parts].filter(([name]) => !built.has(name));
    for (const [name] of next) built.add(name);
    const entryPoints = Object.fromEntries(next);
    await esbuild.build({ ...options(production, parts), entryPoints });
  }
  writeFileSync(path.join(out, '.built'), '');
}
