#!/usr/bin/env node
// What a commit is looked at for, in seconds: the types of everything, the ways of imports, lint and formatting of what is staged; the
// rules of lint that need types are left to `npm test`. Switched on by `git config core.hooksPath .githooks`.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { root } from './lib/root.mjs';

const staged = spawnSync('git', ['diff', '--cached', '--name-only', '--diff-filter=ACMR', '-z'], {
  cwd: root,
  encoding: 'utf8',
})
  .stdout.split('\0')
  .filter(name => name !== '');
const code = staged.filter(name => /\.(?:ts|mjs|cjs)$/.test(name));

const cache = path.join('out', 'types');
mkdirSync(path.join(root, cache), { recursive: true });
/** @type {string[][]} */
const commands = [];
if (code.length > 0) {
  for (const project of ['.', 'webview']) {
    const file = path.join(cache, `${project === '.' ? 'src' : project}.tsbuildinfo`);
    commands.push(['tsc', '--noEmit', '-p', project, '--incremental', '--tsBuildInfoFile', file]);
  }
  commands.push(['eslint', '--max-warnings', '0', '--no-warn-ignored', ...code]);
}
if (code.some(name => /^(?:src|webview)\//.test(name))) commands.push(['depcruise', 'src', 'webview']);
if (staged.length > 0)
  commands.push(['prettier', '--check', '--ignore-unknown', '--log-level', 'warn', ...staged]);

/**
 * Runs a command; what it says comes in one piece, when it has failed.
 * @param {string[]} command
 * @returns {Promise<boolean>}
 */
function passes([program = '', ...args]) {
  return new Promise(resolve => {
    const child = spawn(path.join(root, 'node_modules', '.bin', program), args, {
      cwd: root,
      env: { ...process.env, ESLINT_WITHOUT_TYPES: '1' },
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => (said += text));
    child.on('error', error => (said += String(error)));
    child.on('close', status => {
      if (status !== 0) process.stderr.write(`${program}:\n${said}\n`);
      resolve(status === 0);
    });
  });
}

const results = await Promise.all(commands.map(passes));
if (results.includes(false)) process.exitCode = 1;
