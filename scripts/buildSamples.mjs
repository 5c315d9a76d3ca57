#!/usr/bin/env node
// Builds the firmware of every sample by its own Makefile, with Debian's cross compiler: `npm run build:samples`.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from './lib/root.mjs';

const samples = path.join(root, 'samples');

/** Has the files that several samples share; the others get copies, so that each is a project of its own. */
const first = 'https-server';
/** What is each sample's own, by its name in the sample's folder. */
const own = [
  'README.md',
  'README.zh-cn.md',
  'firmware.elf',
  '.vscode/launch.json',
  'include/user_config.h',
  'user/user_main.c',
];
const sharedFolders = ['.', '.vscode', 'include', 'user'];

/**
 * Copies what the first sample shares with this one: the files that both have.
 * @param {string} name
 */
function share(name) {
  for (const folder of sharedFolders)
    for (const entry of readdirSync(path.join(samples, first, folder), { withFileTypes: true })) {
      const file = path.posix.join(folder, entry.name);
      const copy = path.join(samples, name, file);
      if (entry.isFile() && !own.includes(file) && existsSync(copy))
        copyFileSync(path.join(samples, first, file), copy);
    }
}

/**
 * Writes the sample's firmware.elf. The same source gives the same bytes anywhere: paths in the debug information are relative to
 * the sample's folder.
 * @param {string} name
 */
function build(name) {
  const objects = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-objects-'));
  try {
    execFileSync(
      'make',
      ['--silent', '--always-make', `BUILD=${objects}`, 'EXTRA_CFLAGS=-Wextra -Werror', 'firmware.elf'],
      {
        cwd: path.join(samples, name),
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    );
  } finally {
    rmSync(objects, { recursive: true });
  }
}

const missing = ['xtensa-lx106-elf-gcc', 'make'].find(
  program => spawnSync(program, ['--version']).error !== undefined,
);
if (missing !== undefined) {
  console.error(`${missing} is missing. On Debian: apt-get install gcc-xtensa-lx106 make`);
  process.exitCode = 1;
} else {
  try {
    for (const name of readdirSync(samples)) {
      if (name !== first) share(name);
      build(name);
      console.log(path.join('samples', name, 'firmware.elf'));
    }
  } catch (error) {
    console.error(String(error));
    process.exitCode = 1;
  }
}
