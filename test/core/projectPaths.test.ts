import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { staysInside } from '../../src/files/within';
import { piecesToWrite, layoutOnDisk } from '../../src/flash/onDisk';
import { ProblemError } from '../../src/problems';
import { readChoices } from '../../src/project/choices';
import { readFlashProject } from '../../src/project/flashProject';
import { recordFolder } from '../../src/project/recordFolder';
import { readProjectSettings } from '../../src/simulator/settings';

describe('paths in esp8266-ssl.json', () => {
  let home: string;
  let folder: string;

  beforeEach(() => {
    home = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-paths-'));
    folder = path.join(home, 'project');
    mkdirSync(path.join(folder, 'ssl'), { recursive: true });
    writeFileSync(path.join(home, 'id_rsa'), 'secret');
    symlinkSync('..', path.join(folder, 'up'));
    symlinkSync(path.join(home, 'not-yet'), path.join(folder, 'dangling'));
    symlinkSync('ssl', path.join(folder, 'inside'));
  });

  afterEach(() => {
    rmSync(home, { recursive: true, force: true });
  });

  const project = (contents: object) => {
    writeFileSync(path.join(folder, 'esp8266-ssl.json'), JSON.stringify(contents));
  };
  const outside = (work: Promise<unknown>, setting: string) =>
    assert.rejects(
      work,
      (error: unknown) =>
        error instanceof ProblemError &&
        error.problem.kind === 'path-outside' &&
        error.problem.setting === setting,
    );

  it('may name what is inside, there or not, also by a link or by its absolute path', () => {
    for (const file of ['a', 'ssl/a', './x/../ssl', 'inside/a', '..a', path.join(folder, 'a'), ''])
      assert.ok(staysInside(folder, file), file);
    symlinkSync(folder, path.join(home, 'link'));
    assert.ok(staysInside(path.join(home, 'link'), 'ssl/a'));
  });

  it('may not leave the folder, directly or by a link', () => {
    for (const file of [
      '..',
      '../id_rsa',
      'ssl/../../id_rsa',
      'up/id_rsa',
      'up',
      'dangling',
      'dangling/a',
      '/etc/passwd',
      `${folder}2/a`,
    ])
      assert.ok(!staysInside(folder, file), file);
  });

  it('of the simulator are refused by the names of their settings', async () => {
    for (const [setting, value] of Object.entries({
      flashImage: '../.bashrc',
      capture: 'up/.profile',
      certificates: '/etc',
    })) {
      project({ simulator: { [setting]: value } });
      await outside(readProjectSettings(folder), `simulator.${setting}`);
    }
    project({ simulator: { flash: { '0x78000': 'up/id_rsa' } } });
    await outside(readProjectSettings(folder), 'simulator.flash.0x78000');
    project({ simulator: { upgrades: ['../other.elf'] } });
    await outside(readProjectSettings(folder), 'simulator.upgrades');
    project({ simulator: { flashImage: 'flash.bin', flash: { '0x78000': 'ssl/own.bin' } } });
    const { flashImage, flash } = await readProjectSettings(folder);
    assert.equal(flashImage, path.join(folder, 'flash.bin'));
    assert.deepEqual(flash, { '0x78000': path.join(folder, 'ssl', 'own.bin') });
  });

  it('of the certificates are refused, and their files are looked for in the usual folder', async () => {
    project({ certificates: { folder: '..' } });
    await outside(readChoices(folder), 'certificates.folder');
    assert.equal(await recordFolder(folder), path.join(folder, 'ssl'));
    project({ certificates: { ca: { certificate: 'ca.crt', key: 'up/id_rsa' } } });
    await outside(readChoices(folder), 'certificates.ca.key');
  });

  it('of the flash are not read, and not flashed', async () => {
    project({
      flash: { map: '1024KB (512+512)', regions: [{ name: 'key', address: '0x3b000', file: 'up/id_rsa' }] },
    });
    const read = await readFlashProject(folder);
    const { findings } = await layoutOnDisk(folder, read);
    assert.equal(findings.find(({ kind }) => kind === 'file-outside')?.severity, 'error');
    assert.ok(!findings.some(({ kind }) => kind === 'file-missing'));
    await outside(piecesToWrite(folder, read, { certificatesOnly: false, force: true }), 'flash');
  });
});
