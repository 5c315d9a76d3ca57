import * as l10n from '@vscode/l10n';
import type { ProgramFunction } from '../program';
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
      'Functions without ICACHE_FLASH_ATTR are put into the 32 KB of instruction RAM, which overflows sooner or later. Only interrupt handlers must be there.',
    ),
  source: 'c_types.h and eagle.app.v6.ld of SDK 3.0.6',
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
