#!/usr/bin/env node
// Builds the samples' firmware with Debian's cross compiler: `npm run build:samples [FOLDER]`.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './lib/root.mjs';

/**
 * Builds one sample and returns the path of its ELF. The same source gives the same bytes: paths in the debug information
 * are relative to the sample's folder.
 * @param {string} name
 * @param {string} outputFolder
 */
export function buildSample(name, outputFolder) {
  const sample = path.join(root, 'samples', name);
  const output = path.join(path.resolve(outputFolder), 'firmware.elf');
  mkdirSync(outputFolder, { recursive: true });
  const sources = readdirSync(path.join(sample, 'user'))
    .filter(file => file.endsWith('.c'))
    .sort();
  try {
    execFileSync(
      'xtensa-lx106-elf-gcc',
      [
        ...['-Og', '-g', '-std=gnu99', '-Wall', '-Wextra', '-Werror'],
        ...['-mlongcalls', '-mtext-section-literals', '-ffreestanding', '-nostdlib', '-fno-builtin'],
        ...['-ffunction-sections', '-fdata-sections'],
        `-ffile-prefix-map=${sample}=.`,
        `-ffile-prefix-map=${path.join(root, 'device-sdk')}=../../device-sdk`,
        ...['-I', path.join(sample, 'include'), '-I', path.join(root, 'device-sdk', 'include')],
        ...sources.map(file => path.join('user', file)),
        ...[
          '-T',
          path.join(root, 'device-sdk', 'esp8266.ld'),
          '-Wl,--gc-sections',
          '-Wl,--build-id=none',
          '-lgcc',
        ],
        ...['-o', output],
      ],
      { cwd: sample, stdio: ['ignore', 'inherit', 'inherit'] },
    );
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new Error('xtensa-lx106-elf-gcc is missing. On Debian: apt-get install gcc-xtensa-lx106', {
        cause: error,
      });
    }
    throw error;
  }
  return output;
}

if (
  process.argv[1] !== undefined &&
  existsSync(process.argv[1]) &&
  fileURLToPath(import.meta.url) === path.resolve(process.argv[1])
) {
  for (const name of readdirSync(path.join(root, 'samples'))) {
    console.log(path.relative(process.cwd(), buildSample(name, path.join(root, 'samples', name))));
  }
}
