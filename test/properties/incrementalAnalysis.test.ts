import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Analyzer, type Result } from '../../src/analysis/engine/analyzer';
import { hints } from '../../src/analysis/engine/numberHints';
import type { Project } from '../../src/analysis/project/readProjects';
import { readPrograms } from '../corpus/programs';

/** How many edited programs are tried; a long run sets more. */
const edits = Number(process.env['C_EDITS'] ?? 60);

/** What a person types, in one go or letter by letter. */
const typed = [
  ' ',
  '\n',
  '// espconn_secure_sent\n',
  '/* … */',
  'os_printf("%d\\n", 1);\n',
  'espconn_secure_sent(&conn, data, 4096);\n',
  'espconn_sent(conn, data, 3);\n',
  'espconn_secure_set_size(ESPCONN_CLIENT, SIZE);\n',
  'os_free(conn);\n',
  'if (secure) return;\n',
  'static struct espconn conn;\n',
  'void f(void *arg) { struct espconn *conn = arg; espconn_secure_disconnect(conn); }\n',
  '\n#define SIZE 9000\n',
  '\n#ifdef SERVER_SSL_ENABLE\n',
  '\n#else\n',
  '\n#endif\n',
  '\n#if SPI_FLASH_SIZE_MAP == 6\n',
  'enum { SIZE = 512, LEVEL };\n',
  'typedef struct espconn Connection;\n',
  '{',
  '}',
  ';',
  '"',
];

/** Stands for another number behind a #define. */
const aNumber = '#define';

/** One of a file's macros is another number. */
function withOtherNumber(text: string, at: number): string {
  const all = [...text.matchAll(/^#\s*define\s+\w+\s+(?=\d)/gm)];
  const found = all[Math.floor(at * all.length)];
  if (found === undefined) return text;
  const end = found.index + found[0].length;
  return text.slice(0, end) + text.slice(end).replace(/^\w+/, number => (number === '1' ? '0' : '9000'));
}

/** A result as plain data, in the order in which it came. */
function plain({ findings, notices }: Result): unknown {
  return { findings: findings.map(({ rule, ...rest }) => ({ rule: rule.id, ...rest })), notices };
}

describe('the analysis after an edit', function () {
  this.timeout(300_000);
  let programs: ReadonlyMap<string, Project>;

  before(async () => {
    programs = await readPrograms();
  });

  it('finds what a new one finds', async () => {
    const change = fc.record({
      file: fc.nat(),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      atLine: fc.boolean(),
      length: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 80 })),
      by: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...typed) }, fc.constant(aNumber)),
      undone: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...programs.values()),
        fc.array(change, { minLength: 2, maxLength: 4 }),
        async (program, changes) => {
          const analyzer = await Analyzer.create();
          analyzer.check(program);
          let now = program;
          for (const { file, at, atLine, length, by, undone } of changes) {
            const edited = now.files[file % now.files.length] ?? assert.fail();
            const anywhere = Math.floor(at * edited.text.length);
            const start = atLine ? edited.text.lastIndexOf('\n', anywhere) + 1 : anywhere;
            const text =
              by === aNumber
                ? withOtherNumber(edited.text, at)
                : edited.text.slice(0, start) + by + edited.text.slice(start + length);
            const next = {
              ...now,
              files: now.files.map(each => (each === edited ? { path: edited.path, text } : each)),
            };
            await compare(analyzer, next);
            if (undone) await compare(analyzer, now);
            else now = next;
          }
        },
      ),
      { numRuns: edits },
    );
  });

  async function compare(analyzer: Analyzer, project: Project): Promise<void> {
    const fresh = await Analyzer.create();
    assert.deepEqual(plain(analyzer.check(project)), plain(fresh.check(project)));
    const all = (from: Analyzer) => from.facts(project).flatMap(facts => [...hints(facts)]);
    assert.deepEqual(all(analyzer), all(fresh));
  }
});
