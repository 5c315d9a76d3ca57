#!/usr/bin/env node
// Builds the firmware of every sample with Debian's cross compiler: `npm run build:samples`.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { root } from './lib/root.mjs';

const compiler = 'xtensa-lx106-elf-gcc';
const deviceSdk = path.join(root, 'device-sdk');
const samples = path.join(root, 'samples');

/**
 * Writes the sample's firmware.elf. The same source gives the same bytes anywhere: paths in the debug information are relative to
 * the sample's folder.
 * @param {string} sample
 */
function build(sample) {
  const sources = readdirSync(path.join(sample, 'user'))
    .filter(file => file.endsWith('.c'))
    .sort();
  execFileSync(
    compiler,
    [
      ...['-Og', '-g', '-std=gnu99', '-Wall', '-Wextra', '-Werror'],
      ...['-mlongcalls', '-mtext-section-literals', '-ffreestanding', '-nostdlib', '-fno-builtin'],
      ...['-ffunction-sections', '-fdata-sections'],
      `-ffile-prefix-map=${sample}=.`,
      `-ffile-prefix-map=${deviceSdk}=../../device-sdk`,
      ...['-I', 'include', '-I', path.join(deviceSdk, 'include')],
      ...sources.map(file => path.join('user', file)),
      ...['-T', path.join(deviceSdk, 'esp8266.ld'), '-Wl,--gc-sections', '-Wl,--build-id=none', '-lgcc'],
      ...['-o', 'firmware.elf'],
    ],
    { cwd: sample, stdio: ['ignore', 'inherit', 'inherit'] },
  );
}

try {
  for (const name of readdirSync(samples)) {
    build(path.join(samples, name));
    console.log(path.join('samples', name, 'firmware.elf'));
  }
} catch (error) {
  const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  console.error(
    missing ? `${compiler} is missing. On Debian: apt-get install gcc-xtensa-lx106` : String(error),
  );
  process.exitCode = 1;
}
