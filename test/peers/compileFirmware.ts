import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const sources = path.join(__dirname, '..', 'firmware-sources');

let folder: string | undefined;
let count = 0;

const warnings = ['-Wall', '-Wextra', '-Werror'];
const freestanding = ['-mlongcalls', '-ffreestanding', '-nostdlib'];

/** Compiles and links a program of test/firmware-sources for the chip; the ELF stays until the process ends. */
export function compileFirmware(source: string, ...options: string[]): { file: string; bytes: Uint8Array } {
  return linkFirmware([compileObject(source, ...options)]);
}

/** Compiles one file of test/firmware-sources; the path of the object. */
export function compileObject(source: string, ...options: string[]): string {
  const object = path.join(temporaryFolder(), `${path.parse(source).name}-${count++}.o`);
  compiler(...options, ...warnings, ...freestanding, '-c', path.join(sources, source), '-o', object);
  return object;
}

/** Links objects as the only program of a firmware. */
export function linkFirmware(objects: string[], ...options: string[]): { file: string; bytes: Uint8Array } {
  const file = path.join(temporaryFolder(), `firmware-${count++}.elf`);
  const script = path.join(sources, 'firmware.ld');
  compiler(...freestanding, '-T', script, ...options, ...objects, '-lgcc', '-o', file);
  return { file, bytes: readFileSync(file) };
}

function compiler(...args: string[]): void {
  execFileSync('xtensa-lx106-elf-gcc', args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

function temporaryFolder(): string {
  if (folder === undefined) {
    const created = mkdtempSync(path.join(tmpdir(), 'esp8266-ssl-firmware-'));
    process.on('exit', () => {
      rmSync(created, { recursive: true, force: true });
    });
    folder = created;
  }
  return folder;
}
