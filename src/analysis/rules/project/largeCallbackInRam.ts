import * as l10n from '@vscode/l10n';
import type { ProgramFunction } from '../../program/program';
import type { Facts, Rule } from '../rule';

/** Lines from which on a function takes some hundred bytes of the 32 KB of instruction RAM. */
const large = 40;
/** The share of functions with the attribute that shows that a project puts code into the flash by it, not by its linker script. */
const usual = 0.8;

export const ssl139: Rule = {
  id: 'SSL139',
  group: 'project',
  severity: 'hint',
  title: () => l10n.t('Large callback in instruction RAM'),
  explanation: () =>
    l10n.t(
      'Functions without ICACHE_FLASH_ATTR occupy the 32 KB of instruction RAM, which eventually overflows. Only interrupt handlers must be there.',
    ),
  source: 'c_types.h and eagle.app.v6.ld of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn client;

-static void on_sent(void *arg)
+static void ICACHE_FLASH_ATTR on_sent(void *arg)
{
    os_printf("%d %d\n", 0, ((uint8 *)arg)[0]);
    os_printf("%d %d\n", 1, ((uint8 *)arg)[1]);
    os_printf("%d %d\n", 2, ((uint8 *)arg)[2]);
    os_printf("%d %d\n", 3, ((uint8 *)arg)[3]);
    os_printf("%d %d\n", 4, ((uint8 *)arg)[4]);
    os_printf("%d %d\n", 5, ((uint8 *)arg)[5]);
    os_printf("%d %d\n", 6, ((uint8 *)arg)[6]);
    os_printf("%d %d\n", 7, ((uint8 *)arg)[7]);
    os_printf("%d %d\n", 8, ((uint8 *)arg)[8]);
    os_printf("%d %d\n", 9, ((uint8 *)arg)[9]);
    os_printf("%d %d\n", 10, ((uint8 *)arg)[10]);
    os_printf("%d %d\n", 11, ((uint8 *)arg)[11]);
    os_printf("%d %d\n", 12, ((uint8 *)arg)[12]);
    os_printf("%d %d\n", 13, ((uint8 *)arg)[13]);
    os_printf("%d %d\n", 14, ((uint8 *)arg)[14]);
    os_printf("%d %d\n", 15, ((uint8 *)arg)[15]);
    os_printf("%d %d\n", 16, ((uint8 *)arg)[16]);
    os_printf("%d %d\n", 17, ((uint8 *)arg)[17]);
    os_printf("%d %d\n", 18, ((uint8 *)arg)[18]);
    os_printf("%d %d\n", 19, ((uint8 *)arg)[19]);
    os_printf("%d %d\n", 20, ((uint8 *)arg)[20]);
    os_printf("%d %d\n", 21, ((uint8 *)arg)[21]);
    os_printf("%d %d\n", 22, ((uint8 *)arg)[22]);
    os_printf("%d %d\n", 23, ((uint8 *)arg)[23]);
    os_printf("%d %d\n", 24, ((uint8 *)arg)[24]);
    os_printf("%d %d\n", 25, ((uint8 *)arg)[25]);
    os_printf("%d %d\n", 26, ((uint8 *)arg)[26]);
    os_printf("%d %d\n", 27, ((uint8 *)arg)[27]);
    os_printf("%d %d\n", 28, ((uint8 *)arg)[28]);
    os_printf("%d %d\n", 29, ((uint8 *)arg)[29]);
    os_printf("%d %d\n", 30, ((uint8 *)arg)[30]);
    os_printf("%d %d\n", 31, ((uint8 *)arg)[31]);
    os_printf("%d %d\n", 32, ((uint8 *)arg)[32]);
    os_printf("%d %d\n", 33, ((uint8 *)arg)[33]);
    os_printf("%d %d\n", 34, ((uint8 *)arg)[34]);
    os_printf("%d %d\n", 35, ((uint8 *)arg)[35]);
    os_printf("%d %d\n", 36, ((uint8 *)arg)[36]);
    os_printf("%d %d\n", 37, ((uint8 *)arg)[37]);
    os_printf("%d %d\n", 38, ((uint8 *)arg)[38]);
    os_printf("%d %d\n", 39, ((uint8 *)arg)[39]);
    os_printf("%d %d\n", 40, ((uint8 *)arg)[40]);
    os_printf("%d %d\n", 41, ((uint8 *)arg)[41]);
}

static void ICACHE_FLASH_ATTR on_close(void *arg)
{
    os_printf("closed\n");
}

static void ICACHE_FLASH_ATTR on_connect(void *arg)
{
    espconn_regist_sentcb(arg, on_sent);
    espconn_regist_disconcb(arg, on_close);
}

void ICACHE_FLASH_ATTR dial(void)
{
    espconn_regist_connectcb(&client, on_connect);
}

void ICACHE_FLASH_ATTR stop(void)
{
    espconn_secure_disconnect(&client);
}
`,
  },
  *check(facts) {
    const { program, contexts, isDefault } = facts;
    // Attributes are the same in every configuration.
    if (!isDefault) return;
    const attributed = attributedNames(facts);
    const own = program.functions.filter(({ expanded }) => expanded === undefined);
    if (own.filter(({ name }) => attributed.has(name)).length < usual * own.length) return;
    for (const each of own) {
      if (attributed.has(each.name) || contexts.registrations(each).length === 0) continue;
      if (contexts.of(each).some(({ event }) => event === 'interrupt') || lines(facts, each) < large)
        continue;
      const at = program.place(each, each.facts.nameRange);
      yield {
        at,
        message: l10n.t('{0} has no ICACHE_FLASH_ATTR: it is in instruction RAM.', each.name),
        fixes: [
          {
            title: l10n.t('Insert {0}', 'ICACHE_FLASH_ATTR'),
            edits: [{ ...at, end: at.start, text: 'ICACHE_FLASH_ATTR ' }],
            safe: false,
          },
        ],
      };
    }
  },
};

function lines({ program }: Facts, within: ProgramFunction): number {
  const { file, start, end } = program.place(within, within.facts.body);
  return program.textOf(file)?.slice(start, end).split('\n').length ?? 0;
}

/** The functions of which a definition or declaration says where they go. */
function attributedNames({ program }: Facts): Set<string> {
  const before = /\b(?:ICACHE_FLASH_ATTR|ICACHE_RAM_ATTR|IRAM_ATTR)[\s*]+(?:\w+[\s*]+){0,3}?(\w+)\s*\(/g;
  const behind = /\b(\w+)\s*\([^(){};]*\)\s*(?:ICACHE_FLASH_ATTR|ICACHE_RAM_ATTR|IRAM_ATTR)\b/g;
  const found = new Set<string>();
  for (const { text } of program.units)
    for (const pattern of [before, behind])
      for (const [, name] of text.matchAll(pattern)) if (name !== undefined) found.add(name);
  return found;
}
