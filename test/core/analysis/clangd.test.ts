import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { clangdFiles, clangdProject, writeClangdFiles } from '../../../src/analysis/clangd/clangdSetup';
import { MakeVariables } from '../../../src/analysis/project/makeVariables';
import { clangd } from '../../../src/cli/clangd';
import { problemOf } from '../../problemOf';

const headers = path.join(__dirname, '..', '..', '..', 'device-sdk', 'include');

describe('what a Makefile says', () => {
  function read(
    lines: readonly string[],
    others: Record<string, string> = {},
    given: [string, string][] = [],
  ) {
    const files = new Map([['/p/Makefile', lines.join('\n')], ...Object.entries(others)]);
    return new MakeVariables('/p/Makefile', {
      read: file => files.get(file),
      given: new Map(given),
      environment: { HOME: '/home/me', SDK: '/env/sdk' },
    });
  }

  it('is known of variables as make expands them', () => {
    const make = read([
      'A = $(B) late',
      'B := one # a comment',
      'B += two \\',
      '  three',
      'SDK ?= /opt/sdk',
      'UNSET ?= default',
      'C = ${HOME}/x$(NOBODY)',
      'D-$(B) = computed',
      'SRC = a.c b.c',
    ]);
    assert.equal(make.value('A'), 'one two three late');
    assert.equal(make.value('SDK'), '/env/sdk');
    assert.equal(make.value('UNSET'), 'default');
    assert.equal(make.value('C'), '/home/me/x');
    assert.equal(make.expand('$(SRC:.c=.o) $(SRC:%.c=o/%.o)'), 'a.o b.o o/a.o o/b.o');
    assert.equal(make.expand('$$(CC) $< $(A'), '(CC)  one two three late');
  });

  it('is known of functions that change text', () => {
    const make = read(['L = b/x.c a/y.c']);
    const expected: [string, string][] = [
      ['$(addprefix -I,$(sort $(dir $(L))))', '-Ia/ -Ib/'],
      ['$(patsubst %.c,%.o,$(notdir $(L)))', 'x.o y.o'],
      ['$(foreach d,one two,-I$(d)/inc)', '-Ione/inc -Itwo/inc'],
      ['$(if $(findstring x,$(L)),yes,no) $(filter a/%,$(L)) $(filter-out a/%,$(L))', 'yes a/y.c b/x.c'],
      ['$(abspath ../q) $(word 2,$(L)) $(words $(L)) $(subst /,-,$(L))', '/q a/y.c 2 b-x.c a-y.c'],
      ['$(shell pwd) $(shell rm -rf /)$(wildcard *)', '/p '],
    ];
    for (const [text, value] of expected) assert.equal(make.expand(text), value, text);
  });

  it('depends on conditions and on what make is given', () => {
    const lines = [
      'MAP ?= 0',
      'ifeq ($(MAP), 1)',
      '  X = one',
      'else',
      '  ifeq "$(MAP)" "4"',
      '    X = four',
      '  else ifdef MAP',
      '    X = other',
      '  else',
      '    X = none',
      '  endif',
      'endif',
      'ifndef PDIR',
      'Y = top',
      'endif',
    ];
    assert.equal(read(lines).value('X'), 'other');
    assert.equal(read(lines, {}, [['MAP', '4']]).value('X'), 'four');
    assert.equal(read(['PDIR = ../', ...lines]).value('Y'), '');
  });

  it('includes others, and recipes', () => {
    const make = read(['sinclude ../common.mk missing.mk', 'all: x', '\t$(CC) $(CFLAGS) -c x.c', 'Z = 1'], {
      '/common.mk': 'CFLAGS = -DX\ndefine rule\n$1: \n\t$(CC) -c $$< $(CFLAGS)\nendef\n',
    });
    assert.deepEqual(make.recipes, ['$(CC) -c $$< $(CFLAGS)', '$(CC) $(CFLAGS) -c x.c']);
    assert.equal(make.value('Z'), '1');
  });

  it('ends, whatever it is', () => {
    const doubling = Array.from({ length: 60 }, (_, index) => `V${index + 1} = $(V${index})$(V${index})`);
    assert.equal(read(doubling).value('V60'), '');
    assert.ok(read(['V0 = xxxxxxxxxxxxxxxx', ...doubling]).value('V60').length <= 64 * 1024);
    assert.equal(read(['A = $(B)$(B)', 'B = $(A)$(A)', 'C = $(C) c']).value('A'), '');
    assert.equal(read(['include Makefile', 'A = 1']).value('A'), '1');
    for (const text of ['$(', '$', '${a:b', '$(subst', '$(if', 'ifeq', 'else', 'endif', '$(foreach a,b)'])
      read([text, `A = ${text}`]).value('A');
  });
});

describe('esp8266-ssl clangd', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'clangd-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function write(file: string, ...lines: string[]): string {
    const at = path.join(folder, file);
    mkdirSync(path.dirname(at), { recursive: true });
    writeFileSync(at, lines.join('\n'));
    return at;
  }

  async function argumentsOf(file: string, inside = '', environment: Record<string, string> = {}) {
    const { commands } = await clangdProject(path.join(folder, inside), { headers, environment });
    const found = commands.find(command => command.file === path.join(folder, inside, file));
    return found?.arguments ?? assert.fail(`no command for ${file}`);
  }

  const run = async (...args: string[]) => {
    const out: string[] = [];
    const code = await clangd([folder, ...args], {
      out: line => out.push(line),
      write: () => undefined,
      error: () => undefined,
    });
    return { code, out };
  };

  /** Makefiles as the SDK's examples have them: each folder has one, and adds what those above it say. */
  function sdkProject(): void {
    const recursion = ['PDIR := ../$(PDIR)', 'sinclude $(PDIR)Makefile'];
    write('sdk/include/user_interface.h', '');
    write('sdk/include/osapi.h', 'int os_printf_plus(const char *format, ...);');
    write(
      'sdk/Makefile',
      'SPI_SIZE_MAP ?= 0',
      'CCFLAGS += -g -mlongcalls -Wundef',
      'DEFINES += -DSPI_FLASH_SIZE_MAP=$(SPI_SIZE_MAP)',
      'CFLAGS = $(CCFLAGS) $(DEFINES) $(INCLUDES)',
      'INCLUDES := $(INCLUDES) -I $(PDIR)include -I $(PDIR)nowhere',
      '$(OBJODIR)/%.o: %.c',
      '\t$(CC) $(CFLAGS) -o $@ -c $<',
      '$(OBJODIR)/%.o: %.s',
      '\t$(CC) $(CFLAGS) -D__ASSEMBLER__ -o $@ -c $<',
    );
    write(
      'sdk/app/Makefile',
      'CONFIGURATION_DEFINES = -DICACHE_FLASH \\',
      '  -DNAME=\\"a\\ b\\" -UOLD',
      'DEFINES += $(CONFIGURATION_DEFINES)',
      'INCLUDES := $(INCLUDES) -I $(PDIR)include',
      ...recursion,
    );
    write('sdk/app/include/user_config.h', '');
    write('sdk/app/user/Makefile', 'DEFINES += -DUSER=1', 'INCLUDES += -I ./', ...recursion);
    write('sdk/app/user/user_main.c', '');
    write('sdk/app/mqtt/mqtt.c', '');
    write('sdk/app/mqtt/inc/mqtt.h', '');
  }

  it('says what the SDK’s Makefiles say, of each folder', async () => {
    sdkProject();
    const given = await argumentsOf('user/user_main.c', 'sdk/app');
    const includes = given.filter((_, index) => given[index - 1] === '-I');
    assert.deepEqual(includes.slice(0, 3), [
      path.join(folder, 'sdk/app/user'),
      path.join(folder, 'sdk/app/include'),
      path.join(folder, 'sdk/include'),
    ]);
    assert.ok(!includes.includes(path.join(folder, 'sdk/nowhere')));
    for (const word of [
      '-DICACHE_FLASH=1',
      '-DNAME="a b"',
      '-UOLD',
      '-DUSER=1',
      '-DSPI_FLASH_SIZE_MAP=4',
      '-Wundef',
    ])
      assert.ok(given.includes(word), word);
    assert.ok(!given.some(word => /longcalls|ASSEMBLER/.test(word)));
    const other = await argumentsOf('mqtt/mqtt.c', 'sdk/app');
    assert.ok(!other.includes('-DUSER=1'));
    assert.ok(
      other.includes(path.join(folder, 'sdk/app/mqtt/inc')),
      'folders with headers that no Makefile names',
    );
  });

  it('takes macros and flash map from the project’s file', async () => {
    sdkProject();
    write(
      'sdk/app/esp8266-ssl.json',
      '{"flash": {"map": 6}, "analysis": {"defines": {"TLS": true, "USER": false}}}',
    );
    const given = await argumentsOf('user/user_main.c', 'sdk/app');
    for (const word of ['-DSPI_FLASH_SIZE_MAP=6', '-DTLS=1', '-UUSER']) assert.ok(given.includes(word), word);
  });

  it('understands Makefiles with lists of folders, and an SDK by its variable', async () => {
    write('sdk/include/user_interface.h', '');
    write('sdk/include/json/jsonparse.h', '');
    write(
      'fw/Makefile',
      'SDK_BASE ?= /opt/sdk',
      'MODULES = driver user',
      'EXTRA_INCDIR = include',
      'CFLAGS = -std=c99 -Wall -Werror -DLWIP_OPEN_SRC -mlongcalls',
      'SDK_INCDIR := $(addprefix -I$(SDK_BASE)/,include include/json)',
      'EXTRA_INCDIR := $(addprefix -I,$(EXTRA_INCDIR))',
      'define compile-objects',
      '$1/%.o: %.c',
      '\t$(CC) $(EXTRA_INCDIR) $(SDK_INCDIR) $(CFLAGS) -c $$< -o $$@',
      'endef',
    );
    write('fw/include/user_config.h', '');
    write('fw/user/user_main.c', '');
    const given = await argumentsOf('user/user_main.c', 'fw', { SDK_BASE: path.join(folder, 'sdk') });
    for (const word of ['-std=c99', '-Wall', '-DLWIP_OPEN_SRC=1', path.join(folder, 'sdk/include/json')])
      assert.ok(given.includes(word), word);
    assert.ok(!given.includes('-Werror'));
  });

  it('finds the C library of the compiler, else stands in for it', async () => {
    sdkProject();
    const before = await argumentsOf('user/user_main.c', 'sdk/app');
    assert.equal(before[before.indexOf('-idirafter') + 1], headers);
    write('tools/bin/xtensa-lx106-elf-gcc', '');
    write('tools/xtensa-lx106-elf/include/string.h', '');
    const after = await argumentsOf('user/user_main.c', 'sdk/app', {
      PATH: path.join(folder, 'tools', 'bin'),
    });
    assert.equal(after[after.indexOf('-isystem') + 1], path.join(folder, 'tools/xtensa-lx106-elf/include'));
    assert.ok(!after.includes('-idirafter'));
  });

  it('writes both files, and nothing when they are right', async () => {
    write('user/user_main.c', '');
    const first = await run();
    assert.equal(first.code, 0);
    assert.match(readFileSync(path.join(folder, '.clangd'), 'utf8'), /Remove:\n {4}- -mlongcalls/);
    assert.match(
      first.out.join('\n'),
      /\.clangd\n.*compile_commands\.json\nSources with compile commands for clangd: 1/,
    );
    const again = await run();
    assert.match(again.out[0] ?? '', /^Sources with compile commands/);
  });

  it('keeps what others have written, and asks before it comes to it', async () => {
    write('user/user_main.c', '');
    const other = { directory: folder, file: 'host/test.c', command: 'gcc -c host/test.c' };
    const old = { directory: folder, file: 'user/user_main.c', arguments: ['gcc', '-c', 'user/user_main.c'] };
    const commands = write('compile_commands.json', JSON.stringify([other, old]));
    const settings = write('.clangd', 'Diagnostics:', '  UnusedIncludes: Strict', '');
    const before = readFileSync(commands, 'utf8');
    assert.equal((await problemOf(run())).kind, 'file-of-others');
    assert.equal(readFileSync(commands, 'utf8'), before);
    assert.equal((await run('--force')).code, 0);
    const entries = JSON.parse(readFileSync(commands, 'utf8')) as { file: string }[];
    assert.deepEqual(entries[0], other);
    assert.deepEqual(
      entries.map(({ file }) => file),
      ['host/test.c', path.join(folder, 'user/user_main.c')],
    );
    const written = readFileSync(settings, 'utf8');
    assert.match(written, /^Diagnostics:\n {2}UnusedIncludes: Strict\n---\n# >>> ESP8266 SSL/);
    // Our own part is written again without a question, even if settings have come behind it.
    write('.clangd', written.replace('- -mlongcalls', '- -old') + '---\nIndex:\n  Background: Skip\n');
    assert.equal((await run('--force')).code, 0);
    assert.equal(readFileSync(settings, 'utf8'), `${written}---\nIndex:\n  Background: Skip\n`);
  });

  it('drops its own entries of sources that are gone', async () => {
    const gone = write('user/gone.c', '');
    write('user/user_main.c', '');
    await run();
    rmSync(gone);
    const project = await clangdProject(folder, { headers, environment: {} });
    const files = clangdFiles(project);
    assert.deepEqual(
      files.map(({ changesOthers }) => changesOthers),
      [false],
    );
    writeClangdFiles(files, false);
    assert.doesNotMatch(readFileSync(path.join(folder, 'compile_commands.json'), 'utf8'), /gone\.c/);
  });

  it('says what is wrong with a folder or a file', async () => {
    assert.equal((await problemOf(run())).kind, 'no-c-sources');
    write('user/user_main.c', '');
    write('compile_commands.json', '[{');
    assert.equal((await problemOf(run())).kind, 'project-file-broken');
    write('compile_commands.json', '[{"file": "x.c"}]');
    assert.equal((await problemOf(run())).kind, 'setting-wrong');
  });
});
