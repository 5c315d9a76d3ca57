import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Parser, Tree } from 'web-tree-sitter';
import { projectChecker, ruleInfos } from '../../../src/analysis/engine/analysisEntry';
import { readProjects } from '../../../src/analysis/project/readProjects';

/** Functions in each file that all firmwares share. */
const functions = 20;

describe('many firmwares in one tree', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'firmwares-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function write(file: string, ...lines: string[]): void {
    const at = path.join(folder, file);
    mkdirSync(path.dirname(at), { recursive: true });
    writeFileSync(at, lines.join('\n'));
  }

  /** Firmwares that share a library, and each of which has a copy of another one in its folder. */
  function writeTree(count: number): void {
    const library = (name: string) =>
      Array.from(
        { length: functions },
        (_, i) =>
          `int ${name}_${i}(struct espconn *conn) {\n#ifdef FAST\n  conn->state = ${i};\n#endif\n  return espconn_secure_sent(conn, "${name}", ${i});\n}`,
      );
    write('lib/net.h', 'struct net { struct espconn conn; int state; };', 'int net_0(struct espconn *conn);');
    write('lib/net.c', '#include "net.h"', ...library('net'));
    for (let index = 0; index < count; index++) {
      write(`firmware${index}/copy/web.c`, '#include "web.h"', ...library('web'));
      write(`firmware${index}/copy/web.h`, 'struct web { int state; };', 'int web_0(struct espconn *conn);');
      write(
        `firmware${index}/user/main.c`,
        '#include "net.h"',
        '#include "web.h"',
        `static struct espconn conn${index};`,
        `void user_init(void) { espconn_connect(&conn${index}); net_0(&conn${index}); web_0(&conn${index}); }`,
      );
    }
  }

  /** Checks the tree, one firmware after the other. Counts how often the parser is asked for each text, and the trees that live. */
  async function checkTree() {
    const parsed = new Map<string, number>();
    let [live, maxLive] = [0, 0];
    // Called with their own `this` below, and put back.
    /* eslint-disable @typescript-eslint/unbound-method */
    const { parse } = Parser.prototype;
    const { delete: free } = Tree.prototype;
    /* eslint-enable @typescript-eslint/unbound-method */
    Parser.prototype.parse = function (this: Parser, ...given) {
      if (typeof given[0] === 'string') parsed.set(given[0], (parsed.get(given[0]) ?? 0) + 1);
      maxLive = Math.max(maxLive, ++live);
      return parse.apply(this, given);
    };
    Tree.prototype.delete = function (this: Tree) {
      live--;
      free.call(this);
    };
    try {
      const projects = await readProjects(folder);
      const check = await projectChecker();
      const question = { rules: ruleInfos.map(({ id }) => id), now: 0 };
      const found: string[][] = [];
      for (const project of projects) {
        const { findings } = await check(project, question);
        found.push(findings.map(({ rule, at }) => `${rule} ${at.file}:${at.start}`));
      }
      return { parsed, live, maxLive, found, projects };
    } finally {
      Parser.prototype.parse = parse;
      Tree.prototype.delete = free;
    }
  }

  for (const count of [4, 12])
    it(`parses what ${count} have in common once, and keeps no tree`, async () => {
      writeTree(count);
      const { parsed, live, maxLive, found, projects } = await checkTree();
      assert.deepEqual(
        projects.map(({ root }) => root).sort(),
        Array.from({ length: count }, (_, index) => `firmware${index}/`).sort(),
      );
      const again = [...parsed].filter(([, times]) => times > 1);
      assert.deepEqual(again, []);
      const mentioning = (word: RegExp) => [...parsed.keys()].filter(text => word.test(text)).length;
      // Twice: with FAST and without.
      assert.equal(mentioning(/^int net_\d+\(.*\) \{/), 2 * functions);
      assert.equal(mentioning(/^int web_\d+\(.*\) \{/), 2 * functions);
      assert.equal(mentioning(/^void user_init/), count);
      assert.deepEqual([live, maxLive], [0, 1]);
      // All this for what each of them has.
      const files = found.map(each =>
        each.map(one => one.replace(/firmware\d+/, 'firmware').replace(/:\d+$/, '')),
      );
      const both = ['SSL003 firmware/copy/web.c', 'SSL003 lib/net.c'];
      for (const each of files)
        assert.deepEqual(
          each.filter(one => one.startsWith('SSL003')),
          both,
        );
    });

  it('takes a header from elsewhere for a part of those that include it, and of the nearest', async () => {
    const broken =
      'static void on_sent(struct espconn *c) { espconn_secure_connect(c); espconn_sent(c, 0, 1); }';
    write('sdk/include/wild.h', broken);
    write('sdk/include/used.h', broken);
    write('sdk/examples/a/main.c', 'void user_init(void) {}');
    write('sdk/examples/b/main.c', 'void user_init(void) {}');
    write('app/main.c', '#include "used.h"', 'void user_init(void) {}');
    const { found, projects } = await checkTree();
    const headers = found.map(each => [
      ...new Set(each.map(one => path.posix.basename(one.split(/[ :]/)[1] ?? ''))),
    ]);
    assert.deepEqual(
      projects.map(({ root }, index) => [root, headers[index]?.filter(name => name.endsWith('.h')).sort()]),
      [
        ['app/', ['used.h']],
        ['sdk/examples/a/', ['used.h', 'wild.h']],
        ['sdk/examples/b/', []],
      ],
    );
  });
});
