import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(__dirname, '..', '..');
const read = (...parts: string[]) => readFileSync(path.join(root, ...parts), 'utf8');
const words = (text: string) => text.split(/\s+/).filter(Boolean).join(' ');

describe('ThirdPartyNotices.txt', () => {
  const file = read('ThirdPartyNotices.txt');

  it('names every package in the build, with its version and the whole text of its licence', () => {
    const folders = JSON.parse(read('out', 'bundled.json')) as string[];
    assert.ok(folders.length > 50, `${folders.length} packages`);
    for (const name of ['ajv', 'serialport', '@serialport/bindings-cpp', 'tree-sitter-c', 'web-tree-sitter'])
      assert.ok(folders.includes(`node_modules/${name}`), name);
    const all = words(file);
    for (const folder of folders) {
      const { name, version } = JSON.parse(read(folder, 'package.json')) as { name: string; version: string };
      const start = file.indexOf(`\n${name} ${version} (`);
      assert.ok(start >= 0, `${name} ${version} is missing`);
      assert.match(file.slice(start), /Copyright|Permission to use/, name);
      for (const licence of readdirSync(path.join(root, folder)).filter(each => /^licen[cs]e/i.test(each)))
        assert.ok(all.includes(words(read(folder, licence))), `${name}: ${licence}`);
    }
  });

  it('is as `npm run generate:notices` writes it for this build', async () => {
    const { notices } = await import('../../scripts/lib/notices.mjs');
    assert.equal(file, notices());
  });
});

describe('CHANGELOG.md', () => {
  it('has a section for each release, newest first, and one for what comes', () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    const headings = [...read('CHANGELOG.md').matchAll(/^## (.*)$/gm)].map(([, heading = '']) => heading);
    assert.equal(headings.shift(), '[Unreleased]');
    const releases = headings.map(
      heading => /^\[(\d+)\.(\d+)\.(\d+)\] - \d{4}-\d\d-\d\d$/.exec(heading) ?? assert.fail(heading),
    );
    assert.equal(releases[0]?.slice(1).join('.'), version);
    const order = releases.map(([, ...numbers]) => numbers.map(Number).reduce((sum, n) => sum * 1000 + n));
    assert.deepEqual(
      order,
      order.toSorted((a, b) => b - a),
    );
    for (const [, kind = ''] of read('CHANGELOG.md').matchAll(/^### (.*)$/gm))
      assert.match(kind, /^(Added|Changed|Deprecated|Removed|Fixed|Security)$/);
  });
});
