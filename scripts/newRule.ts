/**
 * Starts a rule over C sources: its file, a test that fails until the rule is written, and its place in the list of rules.
 * `npm run new:rule -- order secondAccept` takes the next free id of the group; one that is wanted goes first. What is not given is asked.
 */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { format, resolveConfig } from 'prettier';
import { ruleInfos } from '../src/analysis/rules/ruleInfos';
import { ruleGroups, type RuleGroup, type RuleInfo } from '../src/findings/rule';
import { ruleList, ruleListFile } from './generateRuleList';
import { factsWithoutRule } from './lib/factsWithoutRule';

/** The groups whose rules look at C sources and projects; those of certificates are in src/certificates/inspect. */
export const sourceGroups = ruleGroups.filter(group => group !== 'certificates');

export interface NewRule {
  id: string;
  group: string;
  /** Of the file: what the rule finds, such as secondAccept. */
  name: string;
}

/** Says what is wrong with a new rule; undefined if nothing. */
export function objection({ id, group, name }: NewRule, root: string): string | undefined {
  if (!/^SSL\d{3}$/.test(id)) return `An id is SSL and three digits, not “${id}”.`;
  const same = ruleInfos.find(rule => rule.id === id);
  if (same !== undefined)
    return `${id} is already “${same.title()}”. Ids never change and are never used again.`;
  if (factsWithoutRule.some(({ id: taken }) => taken === id))
    return `${id} is the number of a fact without a rule.`;
  if (!sourceGroups.some(each => each === group))
    return `The group is one of ${sourceGroups.join(', ')}, not “${group}”.`;
  if (!/^[a-z][A-Za-z0-9]+$/.test(name))
    return `Name the file by what it finds, such as secondAccept, not “${name}”.`;
  const taken = [ruleFile(group, name), testFile(name)].find(file => existsSync(path.join(root, file)));
  return taken === undefined ? undefined : `${taken} exists.`;
}

/** The first id after those of a group. */
export function nextId(group: RuleGroup, infos: readonly RuleInfo[] = ruleInfos): string {
  const numbers = infos.filter(rule => rule.group === group).map(({ id }) => Number(id.slice(3)));
  const used = new Set([...infos, ...factsWithoutRule].map(({ id }) => Number(id.slice(3))));
  let next = Math.max(...numbers) + 1;
  while (used.has(next)) next++;
  return `SSL${String(next).padStart(3, '0')}`;
}

/** Writes the files of a new rule below `root`, and the list of rules; resolves to the names of the files. */
export async function writeNewRule(rule: NewRule, root: string): Promise<string[]> {
  const files = [ruleFile(rule.group, rule.name), testFile(rule.name)];
  const options = { ...(await resolveConfig(__filename)), parser: 'typescript' };
  const texts = await Promise.all([ruleText(rule), testText(rule)].map(text => format(text, options)));
  files.forEach((file, index) => writeFileSync(path.join(root, file), texts[index] ?? '', { flag: 'wx' }));
  writeFileSync(path.join(root, ruleListFile), await ruleList(root));
  return [...files, ruleListFile];
}

function ruleFile(group: string, name: string): string {
  return path.join('src', 'analysis', 'rules', group, `${name}.ts`);
}

function testFile(name: string): string {
  return path.join('test', 'core', 'analysis', `${name}.test.ts`);
}

function ruleText({ id, group }: NewRule): string {
  return `import * as l10n from '@vscode/l10n';
import type { Rule } from '../rule';

export const ${id.toLowerCase()}: Rule = {
  id: '${id}',
  group: '${group}',
  severity: 'warning',
  title: () => l10n.t('What is wrong, in a few words'),
  explanation: () => l10n.t('Why it is wrong. What to do instead.'),
  source: 'The manual, header or library that says so',
  example: {
    code: String.raw\`static struct espconn client;

void ICACHE_FLASH_ATTR dial(void)
{
-    (void)espconn_secure_connect(&client);
+    (void)espconn_connect(&client);
}
\`,
  },
  *check({ program }) {
    for (const site of program.calls('espconn_secure_name_of_the_function'))
      yield { at: program.callPlace(site), message: l10n.t('What happens here, and to which object.') };
  },
};
`;
}

function testText({ id }: NewRule): string {
  return `import { describeRule } from './checkSources';

describeRule('${id}', {
  finds: {
    'the plain case': [
      'static struct espconn client;',
      'void dial(void)',
      '{',
      '    espconn_secure_connect(&client); //! ${id}',
      '}',
    ],
  },
  silent: {
    'correct code': ['static struct espconn client;', 'void dial(void)', '{', '    espconn_connect(&client);', '}'],
  },
});
`;
}

async function main(): Promise<void> {
  const root = path.join(__dirname, '..');
  const rule = await completed(given(process.argv.slice(2)));
  const problem = objection(rule, root);
  if (problem !== undefined) {
    console.error(problem);
    process.exitCode = 1;
    return;
  }
  const files = await writeNewRule(rule, root);
  console.log(
    [
      `${rule.id} is written:`,
      ...files.map(file => `  ${file}`),
      'Next: write the rule until this passes, with UPDATE_GOLDEN=1 once its words are right:',
      `  npm test -- core/analysis/${rule.name}`,
      'Then its Chinese in l10n/bundle.l10n.zh-cn.json, and last:',
      '  npm run generate:rules',
    ].join('\n'),
  );
}

type Given = { [Part in keyof NewRule]: string | undefined };

/** What the command line says of a rule: `[SSL123] group name`. */
export function given(args: readonly string[]): Given {
  const hasId = args[0]?.startsWith('SSL') === true;
  const [group, name] = hasId ? args.slice(1) : args;
  const known = sourceGroups.find(each => each === group);
  const free = known === undefined || name === undefined ? undefined : nextId(known);
  return { id: hasId ? args[0] : free, group, name };
}

/** The rule with what has to be asked. */
async function completed({ id, group, name }: Given): Promise<NewRule> {
  if (id !== undefined && group !== undefined && name !== undefined) return { id, group, name };
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const ofGroup = group ?? (await terminal.question(`Group (${sourceGroups.join(', ')}): `));
    const next = sourceGroups.find(each => each === ofGroup);
    const usual = next === undefined ? '' : nextId(next);
    return {
      group: ofGroup,
      id: id ?? ((await terminal.question(`Id (${usual}): `)) || usual),
      name: name ?? (await terminal.question('What it finds, as the name of a file (secondAccept): ')),
    };
  } finally {
    terminal.close();
  }
}

if (require.main === module) void main();
