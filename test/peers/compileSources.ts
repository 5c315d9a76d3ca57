import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const deviceSdk = path.join(__dirname, '..', '..', 'device-sdk', 'include');

/** What `esp8266-ssl certs` generates. */
const generated: Readonly<Record<string, string>> = {
  'cert.h': 'unsigned char default_certificate[1];\nunsigned int default_certificate_len = 1;\n',
  'private_key.h': 'unsigned char default_private_key[1];\nunsigned int default_private_key_len = 1;\n',
};

/** Writes the files of a firmware to `root`; returns the errors of the chip's compiler in its C sources, nothing where it compiles them. */
export function compileErrors(
  root: string,
  files: readonly { path: string; text: string }[],
  defines: ReadonlyMap<string, string | undefined> = new Map(),
): string {
  for (const inside of ['', 'ssl']) {
    mkdirSync(path.join(root, inside), { recursive: true });
    for (const [name, text] of Object.entries(generated)) writeFileSync(path.join(root, inside, name), text);
  }
  const folders = new Set([root]);
  for (const { path: name, text } of files) {
    const file = path.join(root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    if (name.endsWith('.h')) folders.add(path.dirname(file)).add(path.dirname(path.dirname(file)));
  }
  const macros = [...defines].flatMap(([name, value]) => (value === undefined ? [] : [`-D${name}=${value}`]));
  const includes = [...folders, deviceSdk].flatMap(each => ['-I', each]);
  const errors = ['-Werror=implicit-function-declaration', '-Werror=incompatible-pointer-types'];
  const sources = files.map(file => file.path).filter(file => file.endsWith('.c'));
  const { stderr } = spawnSync(
    'xtensa-lx106-elf-gcc',
    [
      '-fsyntax-only',
      '-std=gnu99',
      '-ffreestanding',
      '-nostdinc',
      ...macros,
      ...includes,
      ...errors,
      ...sources,
    ],
    { cwd: root, encoding: 'utf8' },
  );
  return stderr
    .split('\n')
    .filter(line => line.includes('error'))
    .join('\n');
}
