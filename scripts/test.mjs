#!/usr/bin/env node
// All tests: sets up what they need, then checks and runs every layer. `npm test -- core debug` runs only the layers named,
// `npm test -- core/analysis/order` one file, `npm test -- core/analysis` a folder.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root } from './lib/root.mjs';
import { ensureBuilt, ensureDebianPackages, ensureDependencies, run } from './lib/setup.mjs';

/** What each layer needs from Debian: the real programs that prove us right. */
const layers = {
  checks: [],
  core: [],
  properties: ['gcc-xtensa-lx106', 'openssl'],
  peers: [
    'gcc-xtensa-lx106',
    'make',
    'qemu-system-misc',
    'gdb',
    'openssl',
    'curl',
    'xxd',
    'tshark',
    'nginx-light',
    'mosquitto-clients',
    'dpkg-dev',
    'cppcheck',
    'clangd',
    'zsh',
  ],
  debug: ['gcc-xtensa-lx106', 'curl', 'dpkg-dev'],
  vscode: ['chromium', 'fonts-dejavu-core', 'build-essential', 'python3', 'curl'],
  workbench: [
    'chromium',
    'fonts-dejavu-core',
    'fonts-noto-cjk',
    'build-essential',
    'gcc-xtensa-lx106',
    'dpkg-dev',
    'python3',
    'curl',
  ],
};

/** @type {Record<string, { passed: number, failed: number, seconds: number }>} */
const results = {};

await run(async () => {
  const patterns = selected(process.argv.slice(2));
  const names = /** @type {(keyof typeof layers)[]} */ (Object.keys(layers)).filter(name =>
    patterns.has(name),
  );

  ensureDependencies();
  ensureDebianPackages([...new Set(names.flatMap(name => layers[name]))]);
  await ensureBuilt();
  mkdirSync(path.join(root, 'out', 'results'), { recursive: true });

  for (const name of names) {
    console.log(`\n=== ${name}`);
    const start = Date.now();
    const { passed, failed } =
      name === 'checks'
        ? checks()
        : name === 'vscode'
          ? suiteInVsCode()
          : mocha(name, patterns.get(name) ?? []);
    results[name] = { passed, failed, seconds: (Date.now() - start) / 1000 };
  }

  console.log('');
  for (const [name, { passed, failed, seconds }] of Object.entries(results)) {
    console.log(`${name.padEnd(12)} ${passed} passed, ${failed} failed (${seconds.toFixed(1)} s)`);
  }
  const sum = (/** @type {'passed' | 'failed'} */ key) =>
    Object.values(results).reduce((total, result) => total + result[key], 0);
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
  if (sum('failed') > 0) process.exitCode = 1;
});

/**
 * Returns the layers that are asked for, each with the patterns of its files: all layers where nothing is.
 * @param {string[]} wanted layers, and files or folders in them
 */
function selected(wanted) {
  /** @type {Map<string, string[]>} */
  const patterns = new Map();
  for (const word of wanted.length === 0 ? Object.keys(layers) : wanted) {
    const name = word.replace(/^test\//, '').replace(/(\.test)?\.ts$|\/$/, '');
    const [layer = ''] = name.split('/');
    if (!(layer in layers))
      throw new Error(`There is no test layer “${layer}”. Layers: ${Object.keys(layers).join(', ')}.`);
    const file = `test/${name}.test.ts`;
    const there = existsSync(path.join(root, file));
    if (name !== layer && !there && !existsSync(path.join(root, 'test', name)))
      throw new Error(`There is no test file or folder “${name}”.`);
    patterns.set(layer, [...(patterns.get(layer) ?? []), there ? file : `test/${name}/**/*.test.ts`]);
  }
  return patterns;
}

/** Types, lint, formatting, unused code: each is one test. */
function checks() {
  const commands = [
    ['tsc', '--noEmit'],
    ['tsc', '--noEmit', '-p', 'webview'],
    ['eslint', '.', '--max-warnings', '0'],
    ['depcruise', 'src', 'webview'],
    ['prettier', '--check', '--log-level', 'warn', '.'],
    ['knip'],
  ];
  let failed = 0;
  for (const [command, ...args] of commands) {
    const ok =
      spawnSync(path.join(root, 'node_modules', '.bin', command ?? ''), args, { cwd: root, stdio: 'inherit' })
        .status === 0;
    console.log(`${ok ? '✔' : '✘'} ${command}`);
    if (!ok) failed++;
  }
  return { passed: commands.length - failed, failed };
}

/**
 * @param {string} layer
 * @param {string[]} patterns
 */
function mocha(layer, patterns) {
  return counted(layer, ['node_modules/mocha/bin/mocha.js', '--reporter', 'test/reporter.cjs', ...patterns]);
}

/** Mocha inside the extension host of a real VS Code. */
function suiteInVsCode() {
  return counted('vscode', ['--import', 'tsx', 'test/vscode/run.ts']);
}

/**
 * Runs Node with `args`; the reporter writes the counts to a file.
 * @param {string} layer
 * @param {string[]} args
 */
function counted(layer, args) {
  const file = path.join(root, 'out', 'results', `${layer}.json`);
  rmSync(file, { force: true });
  const { status } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, MOCHA_RESULT_FILE: file },
  });
  try {
    /** @type {unknown} */
    const result = JSON.parse(readFileSync(file, 'utf8'));
    const { passed, failed } = /** @type {{ passed: number, failed: number }} */ (result);
    // A run that fails without a failing test has broken down outside of one.
    return { passed, failed: status === 0 ? failed : Math.max(failed, 1) };
  } catch {
    return { passed: 0, failed: 1 };
  }
}
