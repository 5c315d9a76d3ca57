import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { clangdProject } from '../../src/analysis/clangd/clangdProject';
import { MakeVariables } from '../../src/analysis/project/makeVariables';
import { readBuildFiles } from '../../src/analysis/project/buildFiles';
import { readMakefile } from '../../src/analysis/project/makefile';
import { withoutKnown } from '../../src/analysis/report/baseline';
import { readManifest } from '../../src/certificates/manifest';
import { readLaunchArguments } from '../../src/debugger/launchArguments';
import { ProblemError, sentence } from '../../src/problems';
import { readFlashProject } from '../../src/project/flashProject';
import { parseProject, projectFileName } from '../../src/project/projectFile';
import { checkAnalysis, checkChoices } from '../../src/project/schema';
import { simulatorSettings } from '../../src/project/settings/simulator';
import { checkSettings, readProjectSettings } from '../../src/simulator/settings';

/** A text whose parts are lines of the kind, cut, doubled and mixed with anything. */
function textOf(...lines: [string, ...string[]]) {
  const piece = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...lines) },
    {
      weight: 2,
      arbitrary: fc.tuple(fc.constantFrom(...lines), fc.nat(40)).map(([line, at]) => line.slice(at)),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
  );
  return fc
    .array(fc.tuple(piece, fc.constantFrom('\n', '', ' ', '\r\n', '\\\n')))
    .map(pieces => pieces.flat().join(''));
}

/** Runs it; whatever it throws must be a Problem that can be said. */
async function readsOrRefuses(read: () => unknown): Promise<void> {
  try {
    await read();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    assert.notEqual(sentence(error.problem, 'terminal'), '');
  }
}

const makefile = textOf(
  'CFLAGS += -Iinclude -DX="$(Y)"',
  'LINKFLAGS_eagle.app.v6 = -L../lib -lssl -lmbedtls -Wl,--start-group',
  'ifeq ($(APP), 1)',
  'ifdef A',
  'else',
  'endif',
  'A = $(B)$(B)',
  'B := $(A) $(subst a,b,$(A)) ${C',
  'define X',
  'endef',
  'include $(A)',
  'include Makefile',
  '-include ../*.mk',
  'all: $(patsubst %.c,%.o,$(wildcard *.c))',
  '\t@esptool.py write_flash 0x00000 eagle.bin 0x77000 esp_ca_cert.bin',
  '\t$(foreach x,$(A),$(call X,$(x)))',
  '# a comment',
);

/** The settings of launch.json, with right and wrong values. */
const settingNames = Object.keys(simulatorSettings);
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(0, -1, 1e300, '', '..', '/', '\0', '1MB', 'allow', 'deny', [], {}, null),
);
const settings = fc.dictionary(fc.oneof(fc.constantFrom(...settingNames), fc.string()), value, {
  maxKeys: 8,
});

describe('texts of a project', function () {
  this.timeout(120_000);
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-texts-'))));
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('Makefiles of any content have their libraries inside of the text, and values of 1 MB at most', () => {
    fc.assert(
      fc.property(makefile, text => {
        const read = readMakefile('Makefile', text);
        for (const { start, end } of read.libraries)
          assert.ok(0 <= start && start <= end && end <= text.length);
        const variables = new MakeVariables(path.join(folder, 'Makefile'), {
          read: file => (path.basename(file) === 'Makefile' ? text : undefined),
          given: new Map(),
          environment: {},
        });
        for (const name of variables.names) assert.ok(variables.value(name).length <= 1024 * 1024);
      }),
      { numRuns: 300 },
    );
  });

  it('build files of any content have what they name inside of the text', () => {
    const pieces = fc.constantFrom(
      ...[
        '[env:a]',
        '[common]',
        'build_flags = ',
        '${common.x}',
        '${env:a.build_flags}',
        'extends = env:a',
        'x = ',
        '-lssl ',
        '-D ',
      ],
      ...[
        '-Wl,-la',
        ' \\\n',
        ' ^\r\n',
        '\n ',
        '"',
        "'",
        '%A%',
        '$A',
        'set A=',
        '0x77000 a.bin',
        '{"command": "',
        '"args": [',
        ']}',
        ' ;',
      ],
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.oneof(pieces, fc.string({ maxLength: 5 })), { maxLength: 40 }).map(parts => parts.join('')),
    );
    const names = ['platformio.ini', 'a.sh', 'a.bat', 'a.ps1', '.vscode/tasks.json', 'Makefile'];
    fc.assert(
      fc.property(text, fc.constantFrom(...names), (content, name) => {
        for (const { libraries, flashWrites } of readBuildFiles([{ path: name, text: content }]))
          for (const { start, end } of [...libraries, ...flashWrites])
            assert.ok(0 <= start && start < end && end <= content.length);
      }),
      { numRuns: 3000 },
    );
  });

  it('Makefiles of any content make a set-up for clangd, or a Problem', async () => {
    await fc.assert(
      fc.asyncProperty(makefile, async text => {
        writeFileSync(path.join(folder, 'Makefile'), text);
        writeFileSync(path.join(folder, 'main.c'), 'int main;\n');
        await readsOrRefuses(() => clangdProject(folder, { headers: folder, environment: {} }));
      }),
      { numRuns: 100 },
    );
  });

  it('baselines of any content are taken, or a Problem', async () => {
    const file = path.join(folder, 'baseline.json');
    const finding = fc.record({
      rule: fc.string(),
      file: fc.string({ unit: 'binary' }),
      fingerprint: fc.string(),
    });
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc
        .record({
          version: fc.constantFrom(1, 2, '1'),
          findings: fc.array(fc.oneof(finding, fc.jsonValue())),
        })
        .map(each => JSON.stringify(each)),
    );
    await fc.assert(
      fc.asyncProperty(text, async content => {
        writeFileSync(file, content);
        const scope = { paths: [folder], rules: new Set(['SSL001']) };
        await readsOrRefuses(() => withoutKnown({ findings: [], notices: [] }, file, scope));
      }),
      { numRuns: 200 },
    );
  });

  it('project files of any content are read, or a Problem', async () => {
    const part = fc.oneof(settings, fc.jsonValue({ maxDepth: 4 }));
    const project = fc.record(
      { certificates: part, analysis: part, flash: part, simulator: part, sdk: value, tls: value },
      { requiredKeys: [] },
    );
    const text = fc.oneof(
      project.map(each => JSON.stringify(each)),
      fc.tuple(project, fc.nat(200)).map(([each, at]) => JSON.stringify(each).slice(0, at)),
      fc.string({ unit: 'binary' }),
    );
    await fc.assert(
      fc.asyncProperty(text, async content => {
        writeFileSync(path.join(folder, projectFileName), content);
        await readsOrRefuses(() => parseProject(content, projectFileName));
        await readsOrRefuses(() => readProjectSettings(folder));
        await readsOrRefuses(() => readFlashProject(folder));
        await readsOrRefuses(() => checkChoices(parseProject(content, projectFileName), projectFileName));
        await readsOrRefuses(() => checkAnalysis(parseProject(content, projectFileName), projectFileName));
      }),
      { numRuns: 300 },
    );
  });

  it('launch configurations of any content are read, or a Problem', async () => {
    const launch = fc
      .tuple(settings, fc.constantFrom({}, { program: 'none.elf' }))
      .map(([some, program]) => ({ ...some, ...program }));
    await fc.assert(
      fc.asyncProperty(launch, async given => {
        await readsOrRefuses(() => checkSettings(given));
        await readsOrRefuses(() => readLaunchArguments({ ...given, cwd: folder }));
      }),
      { numRuns: 500 },
    );
  });

  it('manifests of any content are read, or a Problem', async () => {
    const entry = fc.dictionary(
      fc.constantFrom(
        'folder',
        'name',
        'serial',
        'certificateSha256',
        'publicKeySha256',
        'bits',
        'notBefore',
        'notAfter',
        'current',
      ),
      value,
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(entry).map(each => JSON.stringify(each)),
      fc.json(),
    );
    await fc.assert(
      fc.asyncProperty(text, async content => {
        writeFileSync(path.join(folder, 'manifest.json'), content);
        await readsOrRefuses(() => readManifest(folder));
      }),
      { numRuns: 200 },
    );
  });
});
