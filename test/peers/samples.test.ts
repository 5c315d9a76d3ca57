import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.join(__dirname, '..', '..');
const names = readdirSync(path.join(root, 'samples'));
const elfOf = (name: string) => path.join('samples', name, 'firmware.elf');

/** A copy of what a build reads, in a folder of another name. */
function copyOfSources(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-samples-'));
  for (const part of ['samples', 'device-sdk', 'scripts'])
    cpSync(path.join(root, part), path.join(folder, part), {
      recursive: true,
      filter: file => !file.endsWith('.elf'),
    });
  return folder;
}

const build = (folder: string, env = process.env) =>
  spawnSync(process.execPath, [path.join('scripts', 'buildSamples.mjs')], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });

describe('samples', function () {
  let folder = '';

  before(() => {
    folder = copyOfSources();
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('hold the ELF that their source makes, in whatever folder it is made', () => {
    const { status, stderr } = build(folder);
    assert.equal(status, 0, stderr);
    assert.ok(names.length >= 3, names.join());
    for (const name of names)
      assert.ok(
        readFileSync(path.join(folder, elfOf(name))).equals(readFileSync(path.join(root, elfOf(name)))),
        `the ELF of ${name} is not what its source makes: run npm run build:samples`,
      );
  });

  it('share files that are the same everywhere', () => {
    for (const name of names)
      for (const file of readdirSync(path.join(root, 'samples', name), {
        recursive: true,
        encoding: 'utf8',
      }).filter(each => /\.[ch]$|Makefile$|json$/.test(each) && !/^(ssl|build)\b/.test(each)))
        if (existsSync(path.join(root, 'samples', name, file)))
          assert.ok(
            readFileSync(path.join(folder, 'samples', name, file)).equals(
              readFileSync(path.join(root, 'samples', name, file)),
            ),
            `samples/${name}/${file} differs from the sample that it is shared with: run npm run build:samples`,
          );
  });

  it('name their sources relative to the folder of the sample', () => {
    for (const name of names) {
      const text = execFileSync(
        'xtensa-lx106-elf-readelf',
        ['--debug-dump=info', path.join(root, elfOf(name))],
        { encoding: 'utf8', maxBuffer: 1 << 26 },
      );
      assert.match(text, /DW_AT_name\s+:.*: user\/user_main\.c$/m);
      assert.match(text, /DW_AT_comp_dir\s+:.*: \.$/m);
      assert.doesNotMatch(text, new RegExp(`${root}|${os.tmpdir()}`));
    }
  });

  it('say in a line that the compiler is missing', () => {
    const { status, stderr } = build(folder, { PATH: '' });
    assert.equal(status, 1);
    assert.match(stderr, /^xtensa-lx106-elf-gcc is missing\. .*\n$/);
  });
});
