import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { variants } from '../../corpus/variants';

const root = path.join(__dirname, '..', '..', '..');
/** As it is built and shipped, with its workers. */
const program = path.join(root, 'out', 'cli.js');

describe('esp8266-ssl check with threads', function () {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'threads-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function write(file: string, text: string): string {
    const at = path.join(folder, file);
    mkdirSync(path.dirname(at), { recursive: true });
    writeFileSync(at, text);
    return at;
  }

  /** `inThreads` is what each thread does first, as JavaScript; it knows `isMainThread`. */
  async function run(args: string[], { inThreads = '', options = '', language = 'C' } = {}) {
    const preloaded = write(
      'preloaded.cjs',
      `const { isMainThread } = require('worker_threads');\n${inThreads}`,
    );
    const child = spawn(process.execPath, [program, 'check', 'work', ...args], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        LC_ALL: language,
        NODE_OPTIONS: `--require ${preloaded} ${options}`,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, error] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', piece => (out += String(piece)));
    child.stderr.setEncoding('utf8').on('data', piece => (error += String(piece)));
    await once(child, 'close');
    return { code: child.exitCode, out, error };
  }

  /** The same, with the number of threads that it took. */
  async function counted(args: string[], language?: string) {
    const list = write('threads', '');
    const result = await run(args, {
      inThreads: `require('fs').appendFileSync(${JSON.stringify(list)}, isMainThread ? 'main ' : 'worker ');`,
      ...(language !== undefined && { language }),
    });
    const workers = readFileSync(list, 'utf8')
      .split(' ')
      .filter(name => name === 'worker').length;
    return { ...result, workers };
  }

  /** Copies of the corpus, each with other faults as far as they go together; and what is wrong with certificates. */
  function writeFaultyPrograms(): void {
    const corpus = path.join(root, 'test', 'corpus');
    const seen = new Map<string, number>();
    for (let copy = 0; copy < 3; copy++)
      cpSync(corpus, path.join(folder, 'work', `copy${copy}`), {
        recursive: true,
        filter: name => !name.endsWith('.ts'),
      });
    for (const { program: name, file, changes } of variants) {
      const before = seen.get(name) ?? 0;
      seen.set(name, before + 1);
      const at = path.join(folder, 'work', `copy${before % 3}`, name, file);
      // In latin1 the bytes of GBK stay what they are.
      let text = readFileSync(at, 'latin1');
      for (const [from, to] of changes) text = text.replace(from, () => to);
      writeFileSync(at, text, 'latin1');
    }
    write(
      'work/copy1/switchboard/ssl/server.crt',
      '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
    );
  }

  /** Two projects of which one is large. */
  function writeLargeProject(): void {
    const functions = Array.from(
      { length: 9000 },
      (_, i) => `void f${i}(int a) { if (a > ${i}) espconn_secure_sent(&c, "${i}", a * ${i} + 1); }`,
    );
    const begin = 'static struct espconn c;\nvoid user_init(void) { espconn_secure_connect(&c); }\n';
    write('work/large/user/main.c', begin + functions.join('\n'));
    write('work/small/user/main.c', begin);
  }

  it('ends at Ctrl-C, in the middle of the work', async () => {
    writeFaultyPrograms();
    // As soon as the analysis has been loaded.
    const inThreads = `
      const watch = setInterval(() => {
        if (!Object.keys(require.cache).some(name => name.endsWith('analysisEntry.js'))) return;
        clearInterval(watch);
        setTimeout(() => process.kill(process.pid, 'SIGINT'), 100);
      }, 1);
      watch.unref();`;
    for (const threads of ['1', '2']) {
      const { code, out } = await run(['--threads', threads], {
        inThreads: `if (isMainThread) {${inThreads}}`,
      });
      assert.deepEqual([code, out], [130, ''], threads);
    }
  });

  it('finds the same in the same order as without, in both languages', async () => {
    writeFaultyPrograms();
    for (const [format, language] of [
      ['json', 'C'],
      ['sarif', 'zh_CN.UTF-8'],
    ] as const) {
      const alone = await counted(['--format', format, '--threads', '1'], language);
      const many = await counted(['--format', format, '--threads', '8'], language);
      assert.deepEqual([alone.code, alone.error, alone.workers], [1, '', 0]);
      assert.ok(many.workers > 1, `${many.workers} workers`);
      assert.ok(new Set(alone.out.match(/\bSSL\d{3}\b/g)).size > 20, 'few rules');
      assert.equal(/[一-鿿]/.test(alone.out.replace(/.*"snippet".*/g, '')), language !== 'C');
      assert.deepEqual({ ...many, workers: 0 }, alone);
    }
  });

  it('takes none for a small workspace', async () => {
    for (const name of ['a', 'b', 'c'])
      write(
        `work/${name}/main.c`,
        'static struct espconn c;\nvoid user_init(void) { espconn_secure_connect(&c); }\n',
      );
    const { workers, error } = await counted(['--threads', '8', '--fail-on', 'never']);
    assert.deepEqual([workers, error], [0, '3 errors, 3 warnings, 3 notes, 6 hints\n']);
  });

  it('says which project needs more memory than there is', async () => {
    writeLargeProject();
    const { code, out, error } = await run(['--threads', '2'], { options: '--max-old-space-size=40' });
    assert.deepEqual([code, out], [2, '']);
    assert.match(error, /^work\/large could not be checked: not enough memory\. [^\n]+\n$/);
  });

  it('says in which project a worker has failed or ended, and does not wait for it', async () => {
    writeLargeProject();
    for (const [end, reason] of [
      ['process.exit(3)', 'exit code 3'],
      ['throw new Error("torn")', 'torn'],
    ] as const) {
      const { code, out, error } = await run(['--threads', '2'], {
        inThreads: `if (!isMainThread) require('worker_threads').parentPort.on('message', () => { ${end}; });`,
      });
      assert.deepEqual([code, out], [2, '']);
      assert.match(
        error,
        new RegExp(`^work/(?:large|small) could not be checked \\(${reason}\\)\\. [^\\n]+\\n$`),
      );
    }
  });

  it('refuses a number of threads that is none', async () => {
    for (const threads of ['0', '-1', 'many', '1.5', '']) {
      const { code, error } = await run([`--threads=${threads}`]);
      const sentence = `--threads must be a whole number from 1 to 999, not “${threads}”.\n`;
      assert.deepEqual([code, error], [2, sentence]);
    }
  });
});
