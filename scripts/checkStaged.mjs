#!/usr/bin/env node
// What a commit is looked at for, in seconds: the types of everything, lint and formatting of what is staged. Switched on by
// `git config core.hooksPath .githooks`.
import { spawnSync } from 'node:child_process';
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

for (const [command = '', ...args] of commands) {
  const { status } = spawnSync(path.join(root, 'node_modules', '.bin', command), args, {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(1);
}
