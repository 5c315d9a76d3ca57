import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { clangdFiles, clangdProject, writeClangdFiles } from '../../src/analysis/clangd/clangdSetup';

const root = path.join(__dirname, '..', '..');
const headers = path.join(root, 'device-sdk', 'include');
const projects = [
  'samples/https-server',
  ...['fetcher', 'switchboard', 'telemetry', 'webpanel'].map(name => `test/corpus/${name}`),
];

describe('esp8266-ssl clangd, for Debian’s clangd', function () {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'clangd-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** The errors that clangd has in a file, and what it says it understood. */
  function errorsIn(file: string): string[] {
    const { stderr } = spawnSync('clangd', [`--check=${file}`], { cwd: folder, encoding: 'utf8' });
    assert.match(stderr, /All checks completed/, stderr);
    return stderr.split('\n').filter(line => line.startsWith('E['));
  }

  async function setUp() {
    const project = await clangdProject(folder, { headers, environment: {} });
    writeClangdFiles(clangdFiles(project), false);
    return project.commands.map(({ file }) => file);
  }

  for (const project of projects)
    it(`makes ${project} free of errors`, async () => {
      cpSync(path.join(root, project), folder, { recursive: true });
      mkdirSync(path.join(folder, 'include'), { recursive: true });
      // What `esp8266-ssl certs` would have made.
      const array = (name: string) => `unsigned char ${name}[] = { 0x30 };\nunsigned int ${name}_len = 1;\n`;
      for (const [file, name] of [
        ['cert.h', 'default_certificate'],
        ['private_key.h', 'default_private_key'],
      ] as const)
        writeFileSync(path.join(folder, 'include', file), array(name));
      const sources = await setUp();
      for (const file of sources) assert.deepEqual(errorsIn(file), [], file);
      const [first = ''] = sources;
      appendFileSync(first, '\nint last(void) { return nothing; }\n');
      assert.match(errorsIn(first).join('\n'), /undeclared identifier 'nothing'/);
    });

  it('has commands of GCC for the chip understood, too', async () => {
    cpSync(path.join(root, 'samples', 'https-server'), folder, { recursive: true });
    const [file = ''] = await setUp();
    const flags = ['-mlongcalls', '-mtext-section-literals', '-mforce-l32', '-fno-guess-branch-probability'];
    writeFileSync(
      path.join(folder, 'compile_commands.json'),
      JSON.stringify([
        {
          directory: folder,
          file,
          arguments: ['xtensa-lx106-elf-gcc', ...flags, '-Iinclude', `-I${headers}`, '-c', file],
        },
      ]),
    );
    assert.deepEqual(errorsIn(file), []);
  });
});
