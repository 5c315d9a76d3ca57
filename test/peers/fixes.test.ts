import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Analyzer, type Finding } from '../../src/analysis/analyzer';
import type { Project } from '../../src/analysis/readProjects';
import type { Fix } from '../../src/analysis/rule';
import { readPrograms, withFault } from '../corpus/programs';
import { variants } from '../corpus/variants';

const deviceSdk = path.join(__dirname, '..', '..', 'device-sdk', 'include');

/** What is generated, and what of the SDK the headers of device-sdk leave out. */
const stand: Record<string, string> = {
  'cert.h': 'unsigned char default_certificate[1];\nunsigned int default_certificate_len = 1;\n',
  'private_key.h': 'unsigned char default_private_key[1];\nunsigned int default_private_key_len = 1;\n',
};

describe('fixed code', function () {
  this.timeout(600_000);
  let folder: string;
  let analyzer: Analyzer;
  let programs: Map<string, Project>;

  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'fixes-'));
    analyzer = await Analyzer.create();
    programs = await readPrograms();
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** What the chip's compiler says of the files of a project; nothing where it compiles. */
  function compiled({ files, defines }: Project, sources: readonly string[], of: string): string {
    const root = path.join(folder, of);
    for (const [name, text] of Object.entries(stand)) {
      mkdirSync(root, { recursive: true });
      writeFileSync(path.join(root, name), text);
    }
    const folders = new Set([root]);
    for (const { path: name, text } of files) {
      const file = path.join(root, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
      if (name.endsWith('.h')) folders.add(path.dirname(file)).add(path.dirname(path.dirname(file)));
    }
    const macros = [...defines].flatMap(([name, value]) =>
      value === undefined ? [] : [`-D${name}=${value}`],
    );
    const includes = [...folders, deviceSdk].flatMap(each => ['-I', each]);
    const errors = ['-Werror=implicit-function-declaration', '-Werror=incompatible-pointer-types'];
    const { stderr } = spawnSync(
      'xtensa-lx106-elf-gcc',
      [
        '-fsyntax-only',
        '-std=gnu99',
        '-ffreestanding',
        '-nostdinc',
        ...macros,
        ...includes,
        ...errors,
        ...sources,
      ],
      { cwd: root, encoding: 'utf8' },
    );
    return stderr
      .split('\n')
      .filter(line => line.includes('error'))
      .join('\n');
  }

  function applied(project: Project, { edits }: Fix): Project {
    const change = (file: { path: string; text: string }) => ({
      path: file.path,
      text: edits
        .filter(edit => edit.file === file.path)
        .sort((a, b) => b.start - a.start)
        .reduce((text, { start, end, text: by }) => text.slice(0, start) + by + text.slice(end), file.text),
    });
    return { ...project, files: project.files.map(change), makefiles: (project.makefiles ?? []).map(change) };
  }

  const place = ({ rule, at }: Finding) => `${rule.id} ${at.file}`;

  it('compiles and has no finding any more', async () => {
    const before = new Map<string, string>();
    const fixedRules = new Set<string>();
    for (const [index, variant] of variants.entries()) {
      const faulty = await withFault(programs, variant);
      const sources = faulty.files.map(({ path: name }) => name).filter(name => name.endsWith('.c'));
      const { findings } = analyzer.check(faulty);
      for (const finding of findings.filter(({ rule }) => rule.id === variant.finds))
        for (const [number, fix] of (finding.fixes ?? []).entries()) {
          const what = `${variant.program}: ${variant.title}: ${fix.title}`;
          const fixed = applied(faulty, fix);
          const left = analyzer.check(fixed).findings.filter(each => place(each) === place(finding));
          const same = findings.filter(each => place(each) === place(finding));
          assert.ok(left.length < same.length, `${what} leaves the finding:\n${left[0]?.message ?? ''}`);
          if (!before.has(variant.program))
            before.set(
              variant.program,
              compiled(programs.get(variant.program) ?? faulty, sources, variant.program),
            );
          assert.equal(before.get(variant.program), '', `${variant.program} itself`);
          assert.equal(compiled(fixed, sources, `${index}-${number}`), '', what);
          fixedRules.add(finding.rule.id);
        }
    }
    console.log(`      fixes of ${fixedRules.size} rules: ${[...fixedRules].sort().join(' ')}`);
  });
});
