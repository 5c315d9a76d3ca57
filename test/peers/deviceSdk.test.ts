import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { deviceSdk } from '../../scripts/generateDeviceSdk';
import { functions } from '../../src/sdk/functions';
import { declarations } from '../../src/sdk/types';

const root = path.join(__dirname, '..', '..');
const sdk = path.join(root, 'device-sdk');

describe('device-sdk', function () {
  this.timeout(30_000);

  it('is what the tables make', () => {
    const made = deviceSdk();
    const committed = readdirSync(sdk, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => path.relative(sdk, path.join(entry.parentPath, entry.name)));
    assert.deepEqual(committed.sort(), [...made.keys()].sort());
    for (const [file, content] of made) {
      assert.equal(
        readFileSync(path.join(sdk, file), 'utf8'),
        content,
        `${file}: run npm run generate:device-sdk`,
      );
    }
  });

  it('compiles without a warning, with the layouts and values of the tables', () => {
    const headers = [...deviceSdk().keys()]
      .filter(file => file.endsWith('.h'))
      .map(file => path.relative('include', file));
    const checks = declarations.flatMap(declaration => {
      if (declaration.kind === 'struct') {
        const type = `struct ${declaration.name}`;
        return [
          `_Static_assert(sizeof(${type}) == ${declaration.size}, "${type}");`,
          ...declaration.members
            .filter(({ name }) => name !== '')
            .map(
              ({ name, offset }) =>
                `_Static_assert(__builtin_offsetof(${type}, ${name}) == ${offset}, "${type}.${name}");`,
            ),
        ];
      }
      if (declaration.kind !== 'enum') return [];
      return declaration.values.map(([name, value]) => `_Static_assert(${name} == ${value}, "${name}");`);
    });
    const addresses = functions.map(({ name }) => `  (const void *)${name},`);
    const source = [
      ...headers.map(header => `#include "${header}"`),
      ...functions
        .filter(({ header }) => header === undefined)
        .map(({ prototype }) => `extern ${prototype};`),
      ...checks,
      'const void *const functions[] = {',
      ...addresses,
      '};',
    ].join('\n');
    assert.ok(checks.length > 100 && addresses.length > 80);
    const folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-headers-'));
    try {
      writeFileSync(path.join(folder, 'all.c'), source);
      const flags = ['-std=gnu11', '-Wall', '-Wextra', '-Werror', '-ffreestanding', '-fno-builtin', '-c'];
      execFileSync('xtensa-lx106-elf-gcc', [...flags, '-I', path.join(sdk, 'include'), 'all.c'], {
        cwd: folder,
        stdio: 'pipe',
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('explains every function once, in both languages', () => {
    const names = functions.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    for (const { name, prototype, en, zh } of functions) {
      assert.match(prototype, new RegExp(`\\b${name}\\(`));
      assert.match(en, /\.$/, name);
      assert.match(zh, /[\u4e00-\u9fff].*。$/, name);
    }
  });

  it('holds the ELF of the sample that its source makes', async () => {
    const { buildSample } = await import('../../scripts/buildSamples.mjs');
    const folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-sample-'));
    try {
      const built = readFileSync(buildSample('https-server', folder));
      const committed = readFileSync(path.join(root, 'samples', 'https-server', 'firmware.elf'));
      assert.ok(built.equals(committed), 'the ELF is not what the source makes: run npm run build:samples');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
