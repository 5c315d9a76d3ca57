import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Analyzer } from '../../../src/analysis/engine/analyzer';
import { cut } from '../../../src/analysis/source/chunks';
import { decodeSource } from '../../../src/analysis/source/encoding';
import { buildFacts, readBuildFiles } from '../../../src/analysis/project/buildFiles';
import { readProjects } from '../../../src/analysis/project/readProjects';
import { scanSource } from '../../../src/analysis/source/scan';
import { check } from '../../../src/cli/check';
import { check as checkSnippet, ruleNamed } from './checkSources';
import { LineIndex } from '../../../src/findings/range';

const fault = ['static struct espconn c;', 'void f(void) { espconn_secure_connect(&c); }', 'void g(void) {'];

/** Where SSL001 is found in bytes as a file: line and column from 1. */
async function foundAt(bytes: Uint8Array): Promise<string[]> {
  const text = decodeSource(bytes);
  const analyzer = await Analyzer.create();
  const { findings } = analyzer.check(
    { files: [{ path: 'a.c', text }], defines: new Map(), target: {} },
    {},
    [ruleNamed('SSL001')],
  );
  const lines = new LineIndex(text);
  return findings.map(({ at }) => {
    const { line, character } = lines.position(at.start);
    return `${line + 1}:${character + 1} ${text.slice(at.start, at.end)}`;
  });
}

describe('reading sources', () => {
  const lines = [...fault, '  /* 发送数据 */ espconn_sent(&c, d, 3);', '}'];

  it('has positions right in UTF-8, with a byte order mark, and with CRLF', async () => {
    const expected = ['4:14 espconn_sent'];
    assert.deepEqual(await foundAt(Buffer.from(lines.join('\n'))), expected);
    assert.deepEqual(await foundAt(Buffer.from(`\ufeff${lines.join('\n')}`)), expected);
    assert.deepEqual(await foundAt(Buffer.from(lines.join('\r\n'))), expected);
  });

  it('has positions right in GBK', async () => {
    // 发送数据 in GBK
    const comment = Buffer.from([0xb7, 0xa2, 0xcb, 0xcd, 0xca, 0xfd, 0xbe, 0xdd]);
    const [before = '', after = ''] = lines.join('\r\n').split('发送数据');
    const bytes = Buffer.concat([Buffer.from(before), comment, Buffer.from(after)]);
    assert.deepEqual(await foundAt(bytes), ['4:14 espconn_sent']);
  });

  it('is not led astray by GBK characters whose second byte is a backslash', async () => {
    // A character of GBK may end in 0x5C: as bytes that would join the next line to the comment.
    const bytes = Buffer.concat([
      Buffer.from([...fault, '  // '].join('\n')),
      Buffer.from([0x81, 0x5c]),
      Buffer.from('\n  espconn_sent(&c, d, 3);\n}'),
    ]);
    assert.deepEqual(await foundAt(bytes), ['5:3 espconn_sent']);
  });

  it('finds directives with their continuation and without comments', () => {
    const { directives } = scanSource(
      '#define A(x) \\\n  (x) /* two\nlines */ + 1\n  #  if  B // no\n"#if"\n/* #if */\n#endif',
    );
    assert.deepEqual(
      directives.map(({ kind, text }) => [kind, text.replace(/\s+/g, ' ')]),
      [
        ['define', 'A(x) (x) + 1'],
        ['if', 'B'],
        ['endif', ''],
      ],
    );
  });

  it('cuts a file into outer declarations, also when a brace is missing', () => {
    const texts = (text: string) => cut(text).map(chunk => chunk.text.replace(/\s+/g, ' '));
    assert.deepEqual(texts('int a; struct s { int b; } c;\nvoid f(void) { g(); }\nint d = { "}" };'), [
      'int a;',
      'struct s { int b; } c;',
      'void f(void) { g(); }',
      'int d = { "}" };',
    ]);
    assert.deepEqual(texts('void f(void)\n{ if (x) { g(); }\nvoid h(void)\n{ k(); }\n'), [
      'void f(void) { if (x) { g(); }',
      'void h(void) { k(); }',
    ]);
  });

  it('reads macros and libraries from Makefiles', () => {
    const factsOf = (text: string) => buildFacts(readBuildFiles([{ path: 'Makefile', text }]));
    const { defines, tlsLibrary } = factsOf(
      'CFLAGS = -Os -DA -DB=2 \\\n  -D C=\\"x\\" -DMAP=$(SIZE) -UD\n# -DNOT -lmbedtls\nLIBS = -lc -lssl -lcrypto\nifdef X\nCFLAGS += -DE\nendif\n',
    );
    assert.deepEqual(
      [...defines],
      [
        ['A', '1'],
        ['B', '2'],
        ['C', '"x"'],
        ['D', undefined],
      ],
    );
    assert.equal(tlsLibrary, 'libssl');
    assert.equal(factsOf('L = -lssl -lmbedtls').tlsLibrary, undefined);
    assert.equal(factsOf('LIBS = c main mbedtls\nLIBS := $(addprefix -l,$(LIBS))').tlsLibrary, 'libmbedtls');
    assert.equal(
      factsOf('MAP = 4\nCFLAGS = -DSPI_FLASH_SIZE_MAP=$(MAP)').defines.get('SPI_FLASH_SIZE_MAP'),
      '4',
    );
  });

  it('silences the next line, and one line, for some rules or all', async () => {
    const send = 'espconn_sent(&c, d, 3);';
    for (const [mark, silent] of [
      [`// NOLINTNEXTLINE\n${send}`, true],
      [`/* NOLINTNEXTLINE(SSL001, SSL002) */\n${send}`, true],
      [`${send} // NOLINT`, true],
      [`${send} // NOLINT(SSL002)`, false],
      [`// NOLINT\n${send}`, false],
    ] as const) {
      const { findings } = await checkSnippet([...fault, ...mark.split('\n'), '}'], [ruleNamed('SSL001')]);
      assert.equal(findings.length, silent ? 0 : 1, mark);
    }
  });
});

describe('reading projects', () => {
  let folder: string;
  const write = (name: string, ...lines: string[]) => {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, lines.join('\n'));
  };

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'check-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('takes each user_init as a project, and what lies outside of them for all', async () => {
    write('a/user/main.c', 'void user_init(void) {}');
    write('a/Makefile', 'LIBS = -lssl');
    write('b/user/main.c', 'void ICACHE_FLASH_ATTR', 'user_init(void)', '{', '}');
    write('b/Makefile', 'LIBS = -lmbedtls');
    write('shared/net.c', 'int x;');
    const projects = await readProjects(folder);
    assert.deepEqual(
      projects.map(({ files, target }) => [files.map(file => file.path), target]),
      [
        [['a/user/main.c', 'shared/net.c'], { tlsLibrary: 'libssl' }],
        [['b/user/main.c', 'shared/net.c'], { tlsLibrary: 'libmbedtls' }],
      ],
    );
  });

  it('gives sources of one SDK to its own examples, and its headers to all', async () => {
    for (const root of ['sdk/examples/a', 'sdk/examples/b', 'app'])
      write(`${root}/main.c`, 'void user_init(void) {}');
    write('sdk/driver/uart.c', 'int x;');
    write('sdk/include/espconn.h', 'int x;');
    const projects = await readProjects(folder);
    assert.deepEqual(
      projects.map(({ files }) => files.map(file => file.path)),
      [
        ['app/main.c', 'sdk/include/espconn.h'],
        ['sdk/driver/uart.c', 'sdk/examples/a/main.c', 'sdk/include/espconn.h'],
        ['sdk/driver/uart.c', 'sdk/examples/b/main.c', 'sdk/include/espconn.h'],
      ],
    );
  });

  it('takes no user_init in a comment or in #if 0 for a project', async () => {
    write('app/user/main.c', 'void user_init(void) {}');
    write('app/driver/timer.c', '#if 0', '#ifdef X', '#endif', 'void user_init(void)', '{', '}', '#endif');
    write('app/driver/uart.c', '/*', 'void user_init(void) {', '}', '*/');
    const [project, ...others] = await readProjects(folder);
    assert.deepEqual(others, []);
    assert.equal(project?.files.length, 3);
  });

  it('takes a user_init behind #else of #if 0 for a project', async () => {
    write('a/main.c', '#if 0', '#else', 'void user_init(void) {}', '#endif');
    write('b/main.c', 'void user_init(void) {}');
    assert.equal((await readProjects(folder)).length, 2);
  });

  it('lets esp8266-ssl.json say the library and the version', async () => {
    write('user/main.c', 'void user_init(void) {}');
    write('Makefile', 'LIBS = -lssl');
    write('esp8266-ssl.json', '{ "sdk": "3.0.4", "tlsLibrary": "libmbedtls" }');
    const [project] = await readProjects(folder);
    assert.deepEqual(project?.target, { sdk: '3.0.4', tlsLibrary: 'libmbedtls' });
  });

  it('prints findings as compilers do, and exits as asked', async () => {
    write('user/main.c', ...fault, '  espconn_sent(&c, d, 3);', '}');
    const out: string[] = [];
    const output = {
      out: (line: string) => out.push(line),
      write: () => undefined,
      error: (line: string) => out.push(line),
    };
    const off = ['SSL038', 'SSL039', 'data', 'parameters'].flatMap(rule => ['--rule', `${rule}=off`]);
    assert.equal(await check([folder, ...off], output), 1);
    const file = path.join(folder, 'user', 'main.c');
    assert.deepEqual(out, [
      `${file}:4:3: error: This connection is opened by espconn_secure_connect: call espconn_secure_sent, not espconn_sent. [SSL001]`,
      `  ${file}:2:16: The connection is opened by espconn_secure_connect here.`,
      '1 error',
    ]);
    assert.equal(await check([folder, '--rule', 'mixing=hint', '--rule', 'order=off'], output), 0);
    await assert.rejects(check([path.join(folder, 'nothing')], output), /nothing/);
    await assert.rejects(check([], output));
    await assert.rejects(check([folder, '--fail-on', 'always'], output));
    await assert.rejects(check([folder, '--rule', 'SSL001=loud'], output), /must be one of error, warning/);
    for (const rule of ['SSL999', 'SSL999=off', 'speling=error'])
      await assert.rejects(
        check([folder, '--rule', rule], output),
        /Unknown rule or group: (?:SSL999|speling)/,
      );
    await assert.rejects(check([folder, '--define', '1=2'], output));
  });

  it('takes Makefile and flash from the project', async () => {
    write(
      'user/main.c',
      ...fault,
      '  espconn_secure_ca_enable(1, 0x78);',
      '  espconn_secure_cert_req_enable(1, 2);',
      '}',
    );
    write('user/user1.bin', 'x'.repeat(5000));
    write('Makefile', 'LIBS = -lmain -lssl -lmbedtls');
    const flash = {
      map: 2,
      files: { user1: 'user/user1.bin' },
      regions: [{ file: 'esp_ca_cert.bin', sector: '0x77' }],
    };
    write('esp8266-ssl.json', JSON.stringify({ flash }));
    const [project] = await readProjects(folder);
    assert.ok(project);
    const analyzer = await Analyzer.create();
    const wanted = ['SSL078', 'SSL079', 'SSL130'];
    const { findings } = analyzer.check(project, {}, wanted.map(ruleNamed));
    assert.deepEqual(findings.map(({ rule, at }) => `${rule.id} ${at.file}`).sort(), [
      'SSL078 user/main.c',
      'SSL079 user/main.c',
      'SSL130 Makefile',
    ]);
    const out: string[] = [];
    const print = (line: string) => out.push(line);
    const output = { out: print, write: () => undefined, error: print };
    assert.equal(await check([folder], output), 1);
    assert.match(out.join('\n'), /Makefile:1:15: error: .*\[SSL130\]/);
  });

  it('leaves out a setting that is wrong, where the caller wants to go on', async () => {
    write('user/main.c', ...fault, '}');
    write('esp8266-ssl.json', '{ "sdk": "9.9", "analysis": { "defines": { "OLD": 1 } } }');
    await assert.rejects(readProjects(folder), /"sdk" must be one of/);
    const faults: string[] = [];
    const [project] = await readProjects(folder, undefined, ({ message }) => faults.push(message));
    assert.match(faults.join('\n'), /esp8266-ssl.json: "sdk" must be one of/);
    assert.deepEqual(project?.target, {});
    assert.equal(project.defines.get('OLD'), '1');
  });

  it('takes macros from the command line', async () => {
    write('user/main.c', ...fault, '#ifdef OLD', 'espconn_sent(&c, d, 3);', '#endif', '}');
    const found = async (defines: ReadonlyMap<string, string | undefined>) => {
      const [project] = await readProjects(folder, defines);
      assert.ok(project);
      const analyzer = await Analyzer.create();
      return analyzer.check(project, {}, [ruleNamed('SSL001')]).findings.length;
    };
    assert.equal(await found(new Map()), 1, 'open');
    assert.equal(await found(new Map([['OLD', undefined]])), 0, 'never defined');
  });
});
