import * as l10n from '@vscode/l10n';
import type { ProgramFunction } from '../program';
import type { Facts, Rule } from '../rule';

/** Lines from which on a function takes some hundred bytes of the 32 KB of instruction RAM. */
const large = 40;
/** So many functions with the attribute show that the project puts code into the flash by it. */
const usual = 3;

export const ssl139: Rule = {
  id: 'SSL139',
  group: 'project',
  severity: 'hint',
  title: () => l10n.t('Large callback in instruction RAM'),
  explanation: () =>
    l10n.t(
      'Functions without ICACHE_FLASH_ATTR are put into the 32 KB of instruction RAM, which overflows sooner or later. Only interrupt handlers must be there.',
    ),
  source: 'c_types.h and eagle.app.v6.ld of SDK 3.0.6',
  *check(facts) {
    const { program, contexts } = facts;
    const texts = program.units.map(({ text }) => text);
    const attributed = texts.reduce(
      (count, text) => count + (text.match(/\bICACHE_FLASH_ATTR\b/g)?.length ?? 0),
      0,
    );
    if (attributed < usual) return;
    for (const each of program.functions) {
      if (each.expanded !== undefined || contexts.registrations(each).length === 0) continue;
      if (contexts.of(each).some(({ event }) => event === 'interrupt') || lines(facts, each) < large)
        continue;
      if (hasAttribute(facts, each)) continue;
      const at = program.place(each, each.facts.nameRange);
      yield {
        at,
        message: l10n.t('{0} has no ICACHE_FLASH_ATTR: it lies in instruction RAM.', each.name),
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

/** Whether definition or declaration say where the function goes. */
function hasAttribute({ program }: Facts, { name }: ProgramFunction): boolean {
  const attribute = new RegExp(
    `\\b(?:ICACHE_FLASH_ATTR|ICACHE_RAM_ATTR|IRAM_ATTR|__attribute__\\s*\\(\\(.*\\)\\))[\\s*]*(?:\\w+[\\s*]+)*${name}\\s*\\(|\\b${name}\\s*\\([^()]*\\)\\s*(?:ICACHE|__attr)`,
  );
  return program.units.some(({ text }) => attribute.test(text));
}
