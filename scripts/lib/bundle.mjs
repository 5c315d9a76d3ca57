// Bundles src/ into the programs in out/, one for each way in, with parts that are loaded on first use beside them, and webview/
// into the pages.
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import esbuild from 'esbuild';
import { root } from './root.mjs';

/** What can be started; `import()` in them loads a part that is built beside them. */
const programs = ['extension', 'cli', 'debugAdapter'];

/** Pages in webview/, each with its style sheet. */
const pages = ['certificatePage', 'flashPage'];

/** What runs in workers, which are started by the name of their file. */
const workers = new Map([
  ['deviceWorker', path.join(root, 'src', 'certificates', 'deviceWorker.ts')],
  ['analysisWorker', path.join(root, 'src', 'analysis', 'engine', 'analysisWorker.ts')],
]);

/** Where our own code lies. */
const sources = path.join(root, 'src');

/**
 * What programs, parts and workers share: the classes of what one throws and another catches, and what is large, the analysis and the
 * chip.
 */
const shared = new Map([
  ['problems', path.join(root, 'src', 'problems.ts')],
  ['analysisEntry', path.join(root, 'src', 'analysis', 'engine', 'analysisEntry.ts')],
  ['byteReader', path.join(root, 'src', 'simulator', 'firmware', 'byteReader.ts')],
  ['simulator', path.join(root, 'src', 'simulator', 'simulator.ts')],
]);

/** Packages that are shared too: there is one language, and what is large is there once. Package → name in out/. */
const packages = new Map([
  ['@vscode/l10n', 'l10n'],
  ['@peculiar/x509', 'x509'],
  ['@peculiar/asn1-schema', 'asn1-schema'],
  ['asn1js', 'asn1js'],
  ['ajv', 'ajv'],
]);

/** The C parser and its grammar, which the analysis reads from beside the programs: name in out/ → file. */
const wasm = new Map([
  ['web-tree-sitter.wasm', path.join(root, 'node_modules', 'web-tree-sitter', 'web-tree-sitter.wasm')],
  ['tree-sitter-c.wasm', path.join(root, 'node_modules', 'tree-sitter-c', 'tree-sitter-c.wasm')],
]);

/**
 * Turns `import('./x')` into a program of its own that is read when it is needed (esbuild cannot split CommonJS), and keeps
 * what is shared out of all others.
 * @param {Map<string, string>} parts name → source file; filled while bundling
 * @returns {esbuild.Plugin}
 */
function loadOnFirstUse(parts) {
  return {
    name: 'load-on-first-use',
    setup(build) {
      build.onResolve({ filter: /^\./ }, ({ path: name, kind, resolveDir, importer }) => {
        const source = path.join(resolveDir, `${name}.ts`);
        const isShared = [...shared.values()].includes(source);
        // Packages may load their own parts when they like; they stay in the part that needs them.
        if (!resolveDir.startsWith(sources)) return undefined;
        if (importer === '' || (kind !== 'dynamic-import' && !isShared)) return undefined;
        const part = path.basename(name);
        const other = parts.get(part);
        if (other !== undefined && other !== source)
          throw new Error(`${source} and ${other} would both become out/${part}.js: rename one.`);
        parts.set(part, source);
        return { path: `./${part}.js`, external: true };
      });
      build.onResolve({ filter: /^[^.]/ }, ({ path: name, importer }) => {
        const part = packages.get(name);
        return part === undefined || importer === '' ? undefined : { path: `./${part}.js`, external: true };
      });
    },
  };
}

/** The native part of serialport, one file for each system; VS Code runs neither on Android nor on Windows of 32 bits. */
const prebuilds = path.join(root, 'node_modules', '@serialport', 'bindings-cpp', 'prebuilds');

/**
 * Lets serialport find its native part beside the bundle.
 * @type {esbuild.Plugin}
 */
const nativePartBeside = {
  name: 'native-part-beside',
  setup(build) {
    build.onLoad({ filter: /bindings-cpp.dist.serialport-bindings\.js$/ }, ({ path: file }) => ({
      contents: readFileSync(file, 'utf8').replace("(__dirname, '../')", '(__dirname)'),
    }));
  },
};

/**
 * @param {boolean} production
 * @param {Map<string, string>} parts
 * @returns {esbuild.BuildOptions}
 */
function options(production, parts) {
  return {
    bundle: true,
    platform: 'node',
    // jsonc-parser's main file finds its parts by names that a bundle does not have; its module file is sound.
    // web-tree-sitter's module file asks for its own address, which a CommonJS bundle does not know.
    alias: {
      'jsonc-parser': 'jsonc-parser/lib/esm/main.js',
      'web-tree-sitter': path.join(root, 'node_modules', 'web-tree-sitter', 'web-tree-sitter.cjs'),
    },
    target: 'node20',
    format: 'cjs',
    // By require: an import() of CommonJS makes Node look through all its text for the names it exports.
    supported: { 'dynamic-import': false },
    // esptool-js brings its stub for every chip; this is for one.
    external: ['vscode', './targets/stub_flasher/esp32*'],
    outdir: path.join(root, 'out'),
    minify: production,
    sourcemap: production ? false : 'linked',
    metafile: true,
    logLevel: 'warning',
    plugins: [loadOnFirstUse(parts), nativePartBeside],
  };
}

/**
 * The pages that VS Code shows, for its browser.
 * @param {boolean} production
 * @returns {esbuild.BuildOptions}
 */
function pageOptions(production) {
  return {
    entryPoints: pages.map(name => path.join(root, 'webview', `${name}.ts`)),
    bundle: true,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    outdir: path.join(root, 'out'),
    minify: production,
    legalComments: 'none',
    sourcemap: production ? false : 'linked',
    metafile: true,
    logLevel: 'warning',
  };
}

/**
 * The folder of the package that a file is from, under the root: none for our own.
 * @param {string} file
 * @returns {string[]}
 */
function packageOf(file) {
  const name = path.relative(root, path.resolve(root, file)).replaceAll('\\', '/');
  const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(name) ?? [];
  return folder === undefined ? [] : [folder];
}

/**
 * The packages that have bytes in what was built.
 * @param {{ metafile?: esbuild.Metafile | undefined }} result
 * @returns {string[]}
 */
function packagesIn({ metafile }) {
  return Object.values(metafile?.outputs ?? {})
    .flatMap(({ inputs }) => Object.entries(inputs))
    .flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? packageOf(file) : []));
}

/** Where the folders of the packages that are in `out/` are listed, for the notices of their licences. */
export const bundledList = path.join(root, 'out', 'bundled.json');

/**
 * Builds everything once.
 * @param {{ production: boolean }} how
 */
export async function build({ production }) {
  const out = path.join(root, 'out');
  mkdirSync(out, { recursive: true });
  for (const name of readdirSync(out)) if (/\.(js|css)(\.map)?$/.test(name)) rmSync(path.join(out, name));
  /** @type {Map<string, string>} */
  const parts = new Map([
    ...programs.map(name => /** @type {const} */ ([name, path.join(root, 'src', `${name}.ts`)])),
    ...workers,
    ...shared,
    ...[...packages].map(([name, part]) => /** @type {const} */ ([part, name])),
  ]);
  const built = new Set();
  const bundled = new Set([prebuilds, ...wasm.values()].flatMap(packageOf));
  while (built.size < parts.size) {
    const next = [...parts].filter(([name]) => !built.has(name));
    for (const [name] of next) built.add(name);
    const entryPoints = Object.fromEntries(next);
    const result = await esbuild.build({ ...options(production, parts), entryPoints });
    for (const folder of packagesIn(result)) bundled.add(folder);
  }
  for (const folder of packagesIn(await esbuild.build(pageOptions(production)))) bundled.add(folder);
  rmSync(path.join(out, 'prebuilds'), { recursive: true, force: true });
  cpSync(prebuilds, path.join(out, 'prebuilds'), {
    recursive: true,
    filter: file => !/^(android|win32-ia32)/.test(path.basename(file)),
  });
  for (const [name, file] of wasm) copyFileSync(file, path.join(out, name));
  writeFileSync(bundledList, JSON.stringify([...bundled].sort(), undefined, 2));
  writeFileSync(path.join(out, '.built'), '');
}
