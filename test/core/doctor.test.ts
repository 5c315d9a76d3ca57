import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { writeCertificates } from '../../src/certificates/writeFiles';
import { doctorMarkdown, examine } from '../../src/doctor/examine';
import { withoutUser } from '../../src/doctor/report';
import { findProgram } from '../../src/programs/findProgram';
import { createProject, templateOf } from '../../src/project/newProject';
import { compilerRemedy } from '../../src/project/toolchain';

const root = path.join(__dirname, '..', '..');

/** The command as users run it. */
const doctor = (...args: string[]) =>
  spawnSync(process.execPath, [path.join(root, 'out', 'cli.js'), 'doctor', ...args], { encoding: 'utf8' });

describe('the doctor', () => {
  let folder = '';
  const environment = { ...process.env };
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-doctor-'));
  });
  afterEach(() => {
    for (const name of ['PATH', 'SDK_PATH']) process.env[name] = environment[name];
    if (environment['SDK_PATH'] === undefined) delete process.env['SDK_PATH'];
    rmSync(folder, { recursive: true, force: true });
  });

  /** A project with certificates, and programs that say their version as the real ones do. */
  async function healthyProject(): Promise<string> {
    const project = path.join(folder, 'project');
    createProject({ shipped: root, template: templateOf('https-server'), folder: project, language: 'en' });
    await writeCertificates({ name: '127.0.0.1' }, path.join(project, 'ssl'));
    const bin = path.join(folder, 'bin');
    mkdirSync(bin);
    program(path.join(bin, 'xtensa-lx106-elf-gcc'), 'xtensa-lx106-elf-gcc (12.2.0-14) 12.2.0');
    program(path.join(bin, 'make'), 'GNU Make 4.3');
    process.env['PATH'] = bin;
    return project;
  }

  function program(file: string, says: string): void {
    writeFileSync(file, `#!/bin/sh\necho '${says}'\n`);
    chmodSync(file, 0o755);
  }

  const stateOf = async (project: string, id: string) =>
    (await examine(project)).find(item => item.id === id)?.state;

  it('finds nothing wrong with a project that is complete', async () => {
    const project = await healthyProject();
    const items = await examine(project);
    assert.deepEqual(
      items.filter(({ state }) => state === 'problem'),
      [],
    );
    const compiler = items.find(({ id }) => id === 'compiler');
    assert.match(compiler?.lines.join('\n') ?? '', /xtensa-lx106-elf-gcc 12\.2\.0, .*\nmake 4\.3, /);
    const { status, stdout, stderr } = doctor(project, '--json');
    assert.equal(status, 0, stdout + stderr);
    const { items: printed } = JSON.parse(stdout) as { items: { id: string }[] };
    assert.deepEqual(
      printed.map(({ id }) => id),
      items.map(({ id }) => id),
    );
  });

  it('says what is missing and how to get it, and exits with 1', async () => {
    const project = await healthyProject();
    process.env['PATH'] = '';
    const { status, stdout } = doctor(project);
    assert.equal(status, 1);
    assert.match(stdout, /✗ Compiler: xtensa-lx106-elf-gcc is not on PATH\n {4}make is not on PATH\n {4}→ /);
    assert.match(stdout, /Problems: Compiler\./);
  });

  it('sees a source that is newer than the firmware, missing certificates, a damaged ELF and a broken esp8266-ssl.json', async () => {
    const project = await healthyProject();
    const later = new Date(Date.now() + 60_000);
    utimesSync(path.join(project, 'user', 'http.c'), later, later);
    const firmware = (await examine(project)).find(({ id }) => id === 'firmware');
    assert.equal(firmware?.state, 'problem');
    assert.match(firmware.lines.join(), /newer than the ELF: user.http\.c/);
    rmSync(path.join(project, 'ssl'), { recursive: true });
    assert.equal(await stateOf(project, 'certificates'), 'problem');
    writeFileSync(path.join(project, 'firmware.elf'), 'no ELF');
    assert.equal(await stateOf(project, 'firmware'), 'problem');
    rmSync(path.join(project, 'firmware.elf'));
    assert.equal(await stateOf(project, 'firmware'), 'problem');
    writeFileSync(path.join(project, 'esp8266-ssl.json'), '{ "sdk": ');
    assert.equal(await stateOf(project, 'project'), 'problem');
  });

  it('finds Espressif’s SDK by SDK_PATH and tells its version', async () => {
    const sdk = path.join(folder, 'sdk');
    mkdirSync(path.join(sdk, 'lib'), { recursive: true });
    writeFileSync(path.join(sdk, 'lib', 'libmain.a'), 'x 3.0.6-dev(072755c) y');
    process.env['SDK_PATH'] = sdk;
    const item = (await examine(folder)).find(({ id }) => id === 'sdk');
    assert.equal(item?.state, 'ok');
    assert.match(item.lines[0] ?? '', /^3\.0\.6-dev\(072755c\), /);
  });

  it('starts no program of the folder that it examines', () => {
    program(path.join(folder, 'make'), 'evil');
    const PATH = [folder, '.', '', path.join(folder, 'sub')].join(path.delimiter);
    mkdirSync(path.join(folder, 'sub'));
    program(path.join(folder, 'sub', 'make'), 'evil');
    assert.equal(findProgram('make', { path: PATH, untrusted: [folder] }), undefined);
    assert.equal(
      findProgram('make', { path: PATH, untrusted: [path.join(folder, 'sub')] }),
      path.join(folder, 'make'),
    );
  });

  it('names neither home nor user', () => {
    const items = [
      {
        ...{ id: 'x', title: 'X', state: 'ok' as const },
        lines: ['/home/li/sdk and /media/li/usb, but polite'],
        remedies: [{ text: '/home/li', commands: ['cd /home/li/x'] }],
      },
    ];
    const [item] = withoutUser(items, '/home/li', 'li');
    assert.deepEqual(item?.lines, ['~/sdk and /media/USER/usb, but polite']);
    assert.deepEqual(item.remedies, [{ text: '~', commands: ['cd ~/x'] }]);
    assert.match(doctorMarkdown(items), /^# ESP8266 SSL: Doctor\n\nNo problems found\.\n/);
  });

  it('knows a way to the compiler on every system', () => {
    for (const platform of ['linux', 'darwin', 'win32', 'freebsd'] as const)
      for (const isDebian of [true, false])
        assert.ok(compilerRemedy(platform, isDebian).commands.length > 0, platform);
    assert.match(compilerRemedy('linux', true).commands[0] ?? '', /apt-get install gcc-xtensa-lx106 make/);
  });
});
