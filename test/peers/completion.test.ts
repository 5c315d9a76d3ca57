import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';

const program = path.join(__dirname, '..', '..', 'out', 'cli.js');

/** A shell at a terminal, where a person types. */
class Terminal {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  #text = '';
  #arrived: () => void = () => undefined;

  constructor(shell: readonly string[], cwd: string) {
    this.#child = spawn('python3', ['-c', 'import pty, sys; pty.spawn(sys.argv[1:])', ...shell], {
      cwd,
      env: { PATH: process.env['PATH'], HOME: cwd, TERM: 'dumb', LANG: 'C.UTF-8' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child.stdout.on('data', piece => {
      this.#text += String(piece);
      this.#arrived();
    });
  }

  /** Types a line; resolves to what the shell shows until it has printed `end`. */
  async type(line: string, end: string): Promise<string> {
    this.#text = '';
    this.#child.stdin.write(`${line}\r`);
    while (!this.#text.includes(end)) await new Promise<void>(resolve => (this.#arrived = resolve));
    return this.#text;
  }

  close(): void {
    this.#child.kill();
  }
}

describe('completion', function () {
  this.timeout(120_000);
  let folder: string;

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'completion-'));
    mkdirSync(path.join(folder, 'my firmware'));
    writeFileSync(path.join(folder, 'eagle.app.elf'), '');
    writeFileSync(path.join(folder, 'ca from elsewhere.p12'), '');
    for (const shell of ['bash', 'zsh'])
      writeFileSync(path.join(folder, shell), execFileSync(process.execPath, [program, 'completion', shell]));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** What is typed, with tabs, and the arguments that the program gets. */
  const cases = [
    ['chec\t', 'check'],
    ['certs im\t', 'certs import'],
    ['help sim\t', 'help simulate'],
    ['completion z\t', 'completion zsh'],
    ['certs --tls-library libm\t', 'certs --tls-library libmbedtls'],
    ['certs --dev\tlist.csv', 'certs --devices list.csv'],
    ['certs csr --bits 20\t', 'certs csr --bits 2048'],
    ['certs --bad-set --has\tsha2\t', 'certs --bad-set --hash sha256'],
    ['certs --ca ca\\ f\t', 'certs --ca ca from elsewhere.p12'],
    ['check --fail-on=ne\t', 'check --fail-on never'],
    ['check my\t', 'check my firmware'],
    ['check --color ne\t .', 'check --color never .'],
    ['clangd my\t', 'clangd my firmware'],
    ['simulate eag\t --trac\t', 'simulate eagle.app.elf --trace'],
    ['simulate --unan\tsto\t', 'simulate --unanswered stop'],
  ] as const;

  for (const [shell, command, setUp] of [
    ['bash', ['bash', '--norc', '--noprofile', '-i'], 'bind "set bell-style none"'],
    ['zsh', ['zsh', '-f', '-i'], 'autoload -U compinit; compinit -u -D; unsetopt beep'],
  ] as const) {
    it(`completes commands, options, values and files in ${shell}`, async () => {
      const terminal = new Terminal(command, folder);
      try {
        const program = `esp8266-ssl() { printf '<%s>' "$@"; echo; }`;
        // Quotes keep what is typed, which the terminal shows too, from looking like what is printed.
        await terminal.type(`${setUp}; source ./${shell}; ${program}; echo SET''UP`, 'SETUP');
        for (const [typed, wanted] of cases) {
          const shown = await terminal.type(`esp8266-ssl ${typed}; echo DO''NE`, 'DONE\r\n');
          const got = [...shown.matchAll(/<([^>]*)>/g)].map(match => match[1] ?? '');
          assert.equal(normal(got), wanted, shown);
        }
      } finally {
        terminal.close();
      }
    });
  }

  /** What both shells mean: zsh writes “=” behind an option and takes the slash from a folder, bash does neither. */
  function normal(args: readonly string[]): string {
    return args
      .map(arg => arg.replace(/^(--[\w-]+)=/, '$1 ').replace(/\/$/, ''))
      .filter(Boolean)
      .join(' ')
      .replace(/ +/g, ' ');
  }
});
