import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathsOutside } from '../../src/simulator/settings';

describe('paths of a launch configuration', () => {
  let home = '';
  let folder = '';

  before(() => {
    home = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-launch-'));
    folder = path.join(home, 'project');
    mkdirSync(folder);
    symlinkSync('..', path.join(folder, 'up'));
  });
  after(() => {
    rmSync(home, { recursive: true, force: true });
  });

  it('are told where they lead out of the folder, by name or by a link', () => {
    const found = pathsOutside(
      {
        program: path.join(folder, 'firmware.elf'),
        flashImage: '../.bashrc',
        capture: 'up/notes.pcapng',
        certificates: 'ssl',
        flash: { '0x78000': '../id_rsa', '0x77000': 'settings.bin' },
        upgrades: ['next.elf', '/etc/passwd'],
      },
      folder,
    );
    assert.deepEqual(found.map(({ setting }) => setting).sort(), [
      'capture',
      'flash.0x78000',
      'flashImage',
      'upgrades',
    ]);
  });

  it('are no concern where they stay in it', () => {
    const inside = { program: path.join(folder, 'firmware.elf'), certificates: '', flashImage: 'flash.bin' };
    assert.deepEqual(pathsOutside(inside, folder), []);
    assert.deepEqual(pathsOutside({ ...inside, cwd: path.join(folder, 'sub') }, folder), []);
    assert.deepEqual(
      pathsOutside({ ...inside, program: '../other.elf' }, folder).map(({ setting }) => setting),
      ['program', 'flashImage'],
    );
    assert.deepEqual(
      pathsOutside({ ...inside, cwd: home }, folder).map(({ setting }) => setting),
      ['flashImage', 'cwd'],
    );
  });
});
