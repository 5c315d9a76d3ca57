import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AnalysisService } from '../../../src/analysis/engine/analysisService';
import type { ThreadOptions } from '../../../src/analysis/engine/analysisThread';
import type { Checked, FirmwareName } from '../../../src/analysis/engine/messages';
import type { StopReason } from '../../../src/analysis/problems';
import { ProblemError } from '../../../src/problems';

/** As it is built and shipped. */
const file = path.join(__dirname, '..', '..', '..', 'out', 'analysisWorker.js');

/** A server that sends without TLS on a secure connection. */
const faulty = `#include "espconn.h"
static struct espconn conn;
static esp_tcp tcp;
static void on_connect(void *arg)
{
  espconn_sent(arg, (uint8 *)"hello", 5);
}
void user_init(void)
{
  conn.type = ESPCONN_TCP;
  conn.proto.tcp = &tcp;
  espconn_regist_connectcb(&conn, on_connect);
  espconn_secure_accept(&conn);
}
`;
const correct = faulty.replace('espconn_sent', 'espconn_secure_sent');

describe('the thread that analyzes C', () => {
  let folder: string;
  let stops: { reason: StopReason; goesOn: boolean }[];
  let service: AnalysisService;

  const start = (options: Partial<ThreadOptions> = {}) => {
    service = new AnalysisService({ locale: undefined, file, ...options }, (reason, goesOn) =>
      stops.push({ reason, goesOn }),
    );
  };
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'thread-'));
    stops = [];
    write('user/main.c', faulty);
    start();
  });
  afterEach(async () => {
    await service.end();
    rmSync(folder, { recursive: true });
  });

  const at = (name: string) => path.join(folder, name);
  const write = (name: string, text: string) => {
    mkdirSync(path.dirname(at(name)), { recursive: true });
    writeFileSync(at(name), text);
  };
  const type = (name: string, text: string | undefined) => service.setTexts(new Map([[at(name), text]]));
  const all = (): FirmwareName => ({ root: folder, part: '' });
  const check = () => service.ask('check', all());
  /** How often it found the send without TLS. */
  const plain = (checked: Checked | undefined) =>
    checked?.findings.filter(({ rule }) => rule === 'SSL001').length;

  const severityOf = (checked: Checked | undefined) =>
    checked?.findings.find(({ rule }) => rule === 'SSL001')?.severity;

  /** Lets the thread, when it gets the text of a file with this word, do something else. */
  const when = (word: string, statement: string): Partial<ThreadOptions> => {
    const hook = at('hook.cjs');
    writeFileSync(
      hook,
      `require('node:worker_threads').parentPort.on('message', ({ texts = new Map() }) => {
        for (const text of texts.values()) if (text?.includes('${word}')) { ${statement} }
      });`,
    );
    return { execArgv: ['--require', hook] };
  };

  it('reads a folder and finds, fixes and explains what is in it, as lines and characters', async () => {
    write('user/sectors.c', 'void ca(void)\n{\n  espconn_secure_ca_enable(ESPCONN_CLIENT, 0x77);\n}\n');
    const { firmwares, faults } = await service.ask('read', { root: folder });
    assert.deepEqual(faults, []);
    assert.deepEqual(
      firmwares.map(({ part, files, usesSdk }) => ({ part, files, usesSdk })),
      [{ part: '', files: ['user/main.c', 'user/sectors.c'], usesSdk: true }],
    );
    const checked = await check();
    assert.equal(plain(checked), 1);
    const found = checked?.findings.find(({ rule }) => rule === 'SSL001') ?? assert.fail();
    const call = {
      file: 'user/main.c',
      start: { line: 5, character: 2 },
      end: { line: 5, character: 14 },
    };
    assert.deepEqual(found.at, call);
    assert.deepEqual(
      found.fixes.map(({ edits }) => edits),
      [[{ ...call, text: 'espconn_secure_sent' }]],
    );
    const [hint, ...others] = await service.ask('hints', { ...all(), file: 'user/sectors.c' });
    assert.ok(hint?.kind === 'sector' && others.length === 0);
    assert.deepEqual(
      [hint.address, hint.at],
      [
        0x77000,
        { file: 'user/sectors.c', start: { line: 2, character: 43 }, end: { line: 2, character: 47 } },
      ],
    );
    const { sectors } = await service.ask('flash', { folder, map: 4 });
    assert.deepEqual(
      sectors.map(({ sector, where }) => [sector, where]),
      [[0x77, 'user/sectors.c:3']],
    );
  });

  it('speaks the language of the editor', async () => {
    await service.end();
    start({ locale: 'zh-cn' });
    const checked = await check();
    assert.match(checked?.findings[0]?.message ?? '', /\p{Script=Han}/u);
  });

  it('prefers what editors have to the disk, until they have it no more', async () => {
    type('user/main.c', correct);
    assert.equal(plain(await check()), 0);
    type('user/main.c', undefined);
    assert.equal(plain(await check()), 1);
  });

  it('follows the severities of the person', async () => {
    service.setSeverities(new Map([['SSL001', 'off']]));
    assert.equal(plain(await check()), 0);
    service.setSeverities(new Map([['SSL001', 'info']]));
    assert.equal(severityOf(await check()), 'info');
  });

  it('reads the disk again when it is told to', async () => {
    assert.equal(plain(await check()), 1);
    write('user/main.c', correct);
    assert.equal(plain(await check()), 1);
    service.forget(folder);
    assert.equal(plain(await check()), 0);
  });

  it('returns nothing of a text that is no longer wanted, and all of the newest', async () => {
    // Long enough to be under way when the next one comes.
    const many = (line: string) =>
      faulty + Array.from({ length: 3000 }, (_, i) => `int f${i}(struct espconn *c) { ${line} }`).join('\n');
    await service.ask('read', { root: folder });
    const texts = [
      many('return espconn_secure_sent(c, 0, 1);'),
      many('return espconn_secure_send(c, 0, 1);'),
      correct,
    ];
    const checks = texts.map(text => {
      type('user/main.c', text);
      return check();
    });
    assert.deepEqual((await Promise.all(checks)).map(plain), [undefined, undefined, 0]);
    const again = check();
    service.forget(folder, true);
    assert.equal(plain(await again), 0);
  });

  it('says a Problem where it is asked', async () => {
    const missing = at('missing');
    await assert.rejects(
      service.ask('read', { root: missing }),
      (error: unknown) =>
        error instanceof ProblemError &&
        error.problem.kind === 'file-unreadable' &&
        error.problem.file === missing,
    );
    assert.equal(plain(await check()), 1);
    assert.deepEqual(stops, []);
  });

  it('goes on in another thread, with the same texts and settings, after it has crashed', async () => {
    await service.end();
    start(when('CRASH', 'throw new Error("broken")'));
    service.setSeverities(new Map([['SSL001', 'info']]));
    type('user/main.c', correct);
    assert.equal(plain(await check()), 0);
    service.setTexts(new Map([[at('other.c'), '/* CRASH */']]));
    const pending = [check(), service.ask('read', { root: folder })];
    service.setTexts(new Map([[at('other.c'), undefined]]));
    const [checked] = await Promise.all(pending);
    assert.deepEqual(stops, [{ reason: { fault: 'broken' }, goesOn: true }]);
    assert.ok(checked !== undefined && 'findings' in checked);
    assert.equal(plain(checked), 0);
    type('user/main.c', undefined);
    assert.equal(severityOf(await check()), 'info');
  });

  it('stays stopped after a second crash, says why, and starts again when it is told to', async () => {
    await service.end();
    start(when('CRASH', 'throw new Error("broken")'));
    type('user/main.c', `${faulty}/* CRASH */`);
    const isStopped = (error: unknown) =>
      error instanceof ProblemError &&
      error.message === 'The analysis of C sources stopped: broken. Restart it to see its findings again.';
    await Promise.all([assert.rejects(check(), isStopped), assert.rejects(check(), isStopped)]);
    await assert.rejects(check(), isStopped);
    const reason = { fault: 'broken' };
    assert.deepEqual(stops, [
      { reason, goesOn: true },
      { reason, goesOn: false },
    ]);
    type('user/main.c', faulty);
    service.restart();
    assert.equal(plain(await check()), 1);
  });

  it('is ended when it gives no sign of life', async () => {
    await service.end();
    start({ ...when('HANG', 'for (;;);'), patience: 1000 });
    type('user/main.c', '/* HANG */');
    await assert.rejects(check(), /no response/);
    assert.deepEqual(
      stops.map(({ reason }) => reason),
      ['silence', 'silence'],
    );
  });

  it('is ended when it has not enough memory', async () => {
    await service.end();
    start({ resourceLimits: { maxOldGenerationSizeMb: 24 } });
    for (let i = 0; i < 20; i++) write(`user/f${i}.c`, 'static struct espconn *x = { 0 };\n'.repeat(14_000));
    await assert.rejects(check(), /not enough memory/);
  });
});
