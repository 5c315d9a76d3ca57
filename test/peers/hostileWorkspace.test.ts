import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { type HostileWorkspace, hostileWorkspace, strange } from '../hostileWorkspace';

const cli = path.join(__dirname, '..', '..', 'out', 'cli.js');
/** Milliseconds: a command that takes longer hangs. */
const hanging = 120_000;

/** What changes how a terminal shows the rest: control characters but tab and line breaks, marks of direction. */
const controls = /[^\P{Cc}\t\n\r]|[\u202a-\u202e\u2066-\u2069]/u;

/** Every command that a user may try in a repository that is new to him. */
const commands: readonly (readonly string[])[] = [
  ['check', '.'],
  ['check', '.', '--format', 'github'],
  ['check', 'user/bare'],
  ['inspect', 'ssl/esp_ca_cert.bin'],
  ['inspect', 'ssl/server.crt'],
  ['inspect', 'ssl/cert.h\u001b[2J.h'],
  ['inspect', 'ca.key'],
  ['inspect', 'loop'],
  ['inspect', 'firmware.elf'],
  ['certs'],
  ['certs', '--out', 'made', '--bits', '1024'],
  ['certs', 'csr', '--out', 'made', '--name', 'device.example'],
  ['clangd', '.'],
  ['flash', '--dry-run'],
  ['flash', '--merge', 'merged.bin', '--force'],
  ['flash', '--program', 'esptool.py', '--port', '/dev/null', '--certificates-only', '--force'],
  ['simulate', 'firmware.elf', '--seconds', '1'],
  ['doctor', '.'],
  ['doctor', '.', '--markdown'],
];

/** The same in each folder whose files are none. */
const strangeCommands: readonly (readonly string[])[] = [
  ['check', '.'],
  ['inspect', 'esp8266-ssl.json'],
  ['inspect', 'ca.key'],
  ['inspect', 'one'],
  ['inspect', 'user/user_main.c'],
  ['certs'],
  ['certs', '--out', 'made'],
  ['certs', '--out', 'made', '--force'],
  ['certs', '--out', 'made', '--files', 'script-2.2', '--force'],
  ['certs', '--devices', 'list.csv', '--out', 'devices'],
  ['certs', '--bad-set', '--out', 'made'],
  ['clangd', '.'],
  ['clangd', '.', '--force'],
  ['flash', '--dry-run'],
  ['flash', '--merge', 'merged.bin', '--force'],
  ['flash', '--program=python3', '--program=-m', '--program=esptool', '--port=/dev/null', '--force'],
  ['simulate', 'firmware.elf', '--seconds', '1'],
  ['simulate', '../firmware.elf', '--seconds', '1'],
  ['doctor', '.'],
  ['new', 'ssl'],
  ['new', 'one'],
  ['new', '.'],
];

describe('a repository of attacks in the terminal', () => {
  let workspace: HostileWorkspace;

  before(() => {
    workspace = hostileWorkspace();
  });

  after(() => {
    workspace.remove();
  });

  for (const command of commands)
    it(`does no harm: ${JSON.stringify(command.join(' '))}`, () => {
      harmless(command, workspace.folder);
    });

  for (const folder of strange)
    for (const command of strangeCommands)
      it(`does no harm in ${folder}: ${JSON.stringify(command.join(' '))}`, () => {
        harmless(command, path.join(workspace.folder, folder));
      });

  /** Runs a command there, with all programs of the repository on the PATH. */
  function harmless(command: readonly string[], cwd: string): void {
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, [cli, ...command], {
      cwd,
      encoding: 'utf8',
      timeout: hanging,
      env: {
        ...process.env,
        PATH: `.${path.delimiter}${workspace.folder}${path.delimiter}${process.env['PATH'] ?? ''}`,
      },
    });
    assert.equal(signal, null, 'it does not hang');
    assert.ok([0, 1, 2].includes(status ?? -1), `${status}: ${stderr}`);
    assert.deepEqual(workspace.ran(), [], 'nothing of the repository runs');
    assert.deepEqual(workspace.changed(), [], 'nothing outside of the repository changes');
    for (const text of [stdout, stderr]) {
      assert.ok(!text.includes('the private key of the user'));
      assert.doesNotMatch(text, controls);
      assert.doesNotMatch(text, /^::error file=x::injected/m);
      assert.doesNotMatch(text, /unexpected|^\s+at /m, 'it says what is wrong');
    }
  }
});
