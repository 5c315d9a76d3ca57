import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const sources = path.join(__dirname, '..', 'firmware-sources');

let folder: string | undefined;
let count = 0;

/** Compiles and links programs of test/firmware-sources for the chip; the ELF stays until the process ends. */
export function compileFirmware(source: string, ...options: string[]): { file: string; bytes: Uint8Array } {
  const file = path.join(temporaryFolder(), `${path.parse(source).name}-${count++}.elf`);
  execFileSync(
    'xtensa-lx106-elf-gcc',
    [
      ...options,
      ...['-Wall', '-Wextra', '-Werror', '-mlongcalls', '-ffreestanding', '-nostdlib'],
      ...['-T', path.join(sources, 'firmware.ld'), path.join(sources, source), '-lgcc', '-o', file],
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  return { file, bytes: readFileSync(file) };
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
