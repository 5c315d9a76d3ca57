import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A repository that somebody else has made, beside files of the user that are no concern of it. */
export interface HostileWorkspace {
  /** The repository. */
  folder: string;
  /** Programs that the repository brings say here that they ran. */
  ran(): string[];
  /** The user's other files whose contents are not what they were, or that are new. */
  changed(): string[];
  remove(): void;
}

const secret = 'the private key of the user';

/** Programs that the tools of this field start. */
const programs = [
  'git',
  'make',
  'openssl',
  'python',
  'python3',
  'esptool',
  'esptool.py',
  'clangd',
  'xtensa-lx106-elf-gcc',
];

/**
 * Makes a repository of attacks: each file in it is one that a clone or an archive can bring. `endless`: also a link to the root of the
 * system, through which VS Code itself looks for files until it is stopped.
 */
export function hostileWorkspace({ endless = true } = {}): HostileWorkspace {
  const home = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-hostile-')));
  const folder = path.join(home, 'project');
  const marks = path.join(home, 'marks');
  for (const name of [folder, marks, path.join(folder, 'user'), path.join(folder, 'include')])
    mkdirSync(name);
  const mark = (name: string) => `touch '${path.join(marks, name)}'`;
  const write = (name: string, text: string) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };

  // What the user has elsewhere.
  const victims = ['.bashrc', 'id_rsa', 'notes.pcapng', '.ssh/id_rsa'];
  mkdirSync(path.join(home, '.ssh'));
  for (const name of victims) writeFileSync(path.join(home, name), secret);
  symlinkSync('..', path.join(folder, 'up'));

  write('user/user_main.c', '#include "user_config.h"\nvoid user_init(void) { espconn_secure_accept(0); }\n');
  write('include/user_config.h', '#pragma once\n');
  write(
    'Makefile',
    `X := $(shell ${mark('make-shell')})\nLIBS = -lssl -lmain\nall:\n\t${mark('make-recipe')}\n`,
  );
  write(
    'esp8266-ssl.json',
    JSON.stringify({
      '[x](command:workbench.action.terminal.new)': 1,
      certificates: { folder: '..', name: '192.168.4.1', ca: { certificate: '../id_rsa', key: 'up/id_rsa' } },
      flash: {
        map: '\u001b]0;title\u0007[x](command:y)',
        regions: [{ name: '\u202egnp', address: '0x7000', file: 'up/id_rsa' }],
        files: { boot: '../id_rsa' },
      },
      simulator: {
        flashImage: '../.bashrc',
        capture: 'up/notes.pcapng',
        flash: { '0x78000': '../id_rsa' },
      },
    }),
  );
  cpSync(
    path.join(__dirname, '..', 'samples', 'https-server', 'firmware.elf'),
    path.join(folder, 'firmware.elf'),
  );

  write(
    '.vscode/launch.json',
    JSON.stringify({
      version: '0.2.0',
      configurations: [
        {
          type: 'esp8266-ssl',
          request: 'launch',
          name: 'run',
          program: '${workspaceFolder}/firmware.elf',
          cwd: '${workspaceFolder}/ordinary',
          flashImage: path.join(home, 'notes.pcapng'),
        },
      ],
    }),
  );
  write(
    '.vscode/settings.json',
    JSON.stringify({
      'esp8266-ssl.esptool.program': [path.join(folder, 'esptool')],
      // VS Code's own git runs what a trusted repository is configured to run.
      'git.enabled': false,
    }),
  );

  // Names that would speak to a terminal or to GitHub.
  write('user/a\n::error file=x::injected\n.c', 'int x;\n');
  write(
    'user/\u001b]52;c;eA==\u0007.c',
    'void f(void) { espconn_secure_sent(0, 0, 0); espconn_sent(0, 0, 0); }\n',
  );
  write('ssl/cert.h\u001b[2J.h', 'unsigned char default_certificate[] = { 0x30, 0x82 };\n');

  // Files without an end, or without a beginning.
  symlinkSync('/dev/zero', path.join(folder, 'ssl', 'esp_ca_cert.bin'));
  execFileSync('mkfifo', [path.join(folder, 'ssl', 'server.crt')]);
  symlinkSync('loop', path.join(folder, 'loop'));

  strangeFolders(folder, home);
  if (endless) symlinkSync('/proc/self', path.join(folder, 'links', 'proc'));

  // Programs and modules that wait to be found first.
  for (const name of programs) {
    write(name, `#!/bin/sh\n${mark(name)}\n`);
    chmodSync(path.join(folder, name), 0o755);
  }
  for (const name of ['pty', 'os', 'select', 'tty', 'site', 'encodings', 'ordinary/esptool', 'ordinary/os'])
    write(`${name}.py`, `open(${JSON.stringify(path.join(marks, path.basename(`${name}.py`)))}, 'w')\n`);

  repository(folder, mark('git-upload-pack'));
  // A bare repository as ordinary files: git takes the folder for one.
  cpSync(path.join(folder, '.git'), path.join(folder, 'user', 'bare'), { recursive: true });

  const before = new Map(victims.map(name => [name, secret]));
  return {
    folder,
    ran: () => readdirSync(marks),
    changed: () =>
      ['', '.ssh']
        .flatMap(inside =>
          readdirSync(path.join(home, inside), { withFileTypes: true })
            .filter(entry => entry.isFile())
            .map(({ name }) => path.join(inside, name)),
        )
        .concat([...before.keys()])
        .filter(
          (name, index, all) =>
            all.indexOf(name) === index &&
            (!existsSync(path.join(home, name)) ||
              readFileSync(path.join(home, name), 'utf8') !== before.get(name)),
        ),
    remove: () => {
      // Node knows no path that is longer than the system takes.
      execFileSync('rm', ['-rf', home]);
    },
  };
}

/** The folders of {@link strangeFolders}, in the repository; those in build/ are not looked at with the rest of it. */
export const strange = [
  'zero',
  'build/zero-project',
  'pipes',
  'build/pipe-project',
  'links',
  'ordinary',
  'deep',
] as const;

/** Projects whose files are none: devices, pipes, links that lead away or around, folders without an end. One is in order. */
function strangeFolders(folder: string, home: string): void {
  const source = '#include "user_config.h"\nvoid user_init(void) { espconn_secure_accept(0); }\n';
  const inside = (...names: string[]) => path.join(folder, ...names);
  for (const name of strange) {
    mkdirSync(inside(name, 'user'), { recursive: true });
    writeFileSync(inside(name, 'user', 'other.c'), source);
    writeFileSync(inside(name, 'list.csv'), 'name,folder\na.example,a\n');
  }
  const endless = (project: string, name: string) => symlinkSync('/dev/zero', inside(project, name));
  const pipe = (project: string, name: string) => execFileSync('mkfifo', [inside(project, name)]);
  for (const name of ['Makefile', 'firmware.elf', 'user/user_main.c', 'user/user_config.h', 'ca.key']) {
    endless('zero', name);
    pipe('pipes', name);
  }
  endless('build/zero-project', 'esp8266-ssl.json');
  pipe('build/pipe-project', 'esp8266-ssl.json');

  symlinkSync(path.join(home, '.ssh'), inside('links', 'ssl'));
  symlinkSync('.', inside('links', 'self'));
  symlinkSync('two', inside('links', 'one'));
  symlinkSync('one', inside('links', 'two'));
  // What this program writes by itself.
  for (const name of ['.clangd', 'compile_commands.json', '.gitignore'])
    symlinkSync(path.join(home, '.bashrc'), inside('links', name));
  for (const made of ['made', 'devices']) {
    mkdirSync(inside('links', made));
    for (const name of [
      '.esp8266-ssl.journal',
      '.esp8266-ssl.lock',
      'manifest.csv',
      'manifest.json',
      'ca.key',
    ])
      symlinkSync(path.join(home, '.bashrc'), inside('links', made, name));
  }
  symlinkSync(path.join(home, '.ssh'), inside('links', 'made', 'bin'));
  writeFileSync(inside('links', 'esp8266-ssl.json'), '{ "simulator": { "flashImage": "ssl/flash.bin" } }');

  writeFileSync(
    inside('ordinary', 'esp8266-ssl.json'),
    '{ "flash": { "map": 6, "regions": [{ "file": "settings.bin", "sector": "0x100" }] } }',
  );
  writeFileSync(inside('ordinary', 'settings.bin'), 'settings');

  // Longer than any path that the system takes.
  const script =
    'cd "$1"; n=$(printf %0200d 0); for i in $(seq 40); do mkdir $n && cd $n || exit 1; done; echo "int x;" > deep.c';
  execFileSync('bash', ['-c', script, 'bash', inside('deep')]);
}

/** A sparse index whose tree is missing: git fetches it, by what the configuration says. */
function repository(folder: string, command: string): void {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.invalid', ...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: 'pipe',
      env: { ...process.env, PATH: '/usr/bin:/bin' },
    });
  mkdirSync(path.join(folder, 'sparse'));
  writeFileSync(path.join(folder, 'sparse', 'file'), 'x');
  writeFileSync(
    path.join(folder, 'ca.key'),
    '-----BEGIN RSA PRIVATE KEY-----\nAA==\n-----END RSA PRIVATE KEY-----\n',
  );
  git('init', '-q');
  git('add', 'sparse', 'ca.key', 'include');
  git('commit', '-qm', 'all');
  git('sparse-checkout', 'set', '--cone', '--sparse-index', 'include');
  const tree = git('rev-parse', 'HEAD:sparse').trim();
  rmSync(path.join(folder, '.git', 'objects', tree.slice(0, 2), tree.slice(2)));
  git('config', 'core.repositoryformatversion', '1');
  appendFileSync(
    path.join(folder, '.git', 'config'),
    `[core]\n\tfsmonitor = "${command}; false"\n[extensions]\n\tpartialClone = origin\n[remote "origin"]\n\tpromisor = true\n\turl = .\n\tuploadpack = "${command}; git-upload-pack"\n`,
  );
}
