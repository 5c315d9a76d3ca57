import * as l10n from '@vscode/l10n';
import { type Expression, withoutCasts } from '../../source/expression';
import type { CallSite } from '../../program/program';
import type { Facts, Rule } from '../rule';
import { sends } from './sends';
import { isSizeOfPointer, isStrlen } from '../../program/values';
import type { Fix } from '../../../findings/finding';

export const ssl058: Rule = {
  id: 'SSL058',
  group: 'data',
  severity: 'warning',
  title: () => l10n.t('Wrong length of sent data'),
  explanation: () =>
    l10n.t(
      'sizeof applied to a pointer gives 4, and strlen ends at the first zero byte of binary data. Keep the length with the data.',
    ),
  source: 'ISO C, 6.5.3.4 and 7.24.6.3',
  example: {
    code: String.raw`void ICACHE_FLASH_ATTR report(struct espconn *client, char *text)
{
-    (void)espconn_secure_sent(client, (uint8 *)text, sizeof(text));
+    (void)espconn_secure_sent(client, (uint8 *)text, os_strlen(text));
}
`,
  },
  *check(facts) {
    const { program } = facts;
    for (const site of program.calls(...sends)) {
      const [, data, length] = site.arguments;
      if (data === undefined || length === undefined) continue;
      const within = site.caller;
      const size = findSizeOfPointer(facts, length, site);
      if (size !== undefined && isSamePlace(withoutCasts(data), size.operand)) {
        yield {
          at: program.place(within, length),
          message: l10n.t('This is the size of the pointer, 4, not of the data it points to.'),
          fixes: lengthFix(facts, site, size),
        };
      } else if (length.kind === 'call' && isStrlen(length) && isBinary(facts, length.arguments[0], site)) {
        yield {
          at: program.place(within, length),
          message: l10n.t('This data contains a zero byte, where strlen ends.'),
        };
      }
    }
  },
};

/** `sizeof(p)`, alone or less something. */
function findSizeOfPointer(facts: Facts, length: Expression, { caller }: CallSite) {
  const inner = withoutCasts(length);
  const size = inner.kind === 'binary' && /^[-+]$/.test(inner.operator) ? withoutCasts(inner.left) : inner;
  return isSizeOfPointer(facts, size, caller) ? size : undefined;
}

function isSamePlace(a: Expression, b: Expression): boolean {
  if (a.kind === 'name') return b.kind === 'name' && a.name === b.name;
  return a.kind === 'member' && b.kind === 'member' && a.member === b.member && isSamePlace(a.base, b.base);
}

/** Whether an array is initialized with numbers, with a 0 before the last. */
function isBinary({ program }: Facts, data: Expression | undefined, { caller }: CallSite): boolean {
  const inner = data && withoutCasts(data);
  const found = inner?.kind === 'name' ? program.variable(inner.name, caller) : undefined;
  const values = found?.variable.initializer;
  if (values?.kind !== 'list') return false;
  return values.items.slice(0, -1).some(({ value }) => value.kind === 'number' && value.value === 0);
}

/** Of a text its length. */
function lengthFix(
  { program }: Facts,
  site: CallSite,
  { operand, start, end }: ReturnType<typeof findSizeOfPointer> & object,
): Fix[] {
  const type = program.typeOf(operand, site.caller);
  if (type?.name !== 'char' || type.pointers !== 1 || site.caller.expanded !== undefined) return [];
  const place = program.place(site.caller, operand);
  const text = program.textOf(place.file)?.slice(place.start, place.end) ?? '';
  return [
    {
      title: l10n.t('Change to {0}', `os_strlen(${text})`),
      edits: [{ ...program.place(site.caller, { start, end }), text: `os_strlen(${text})` }],
      safe: false,
    },
  ];
}
