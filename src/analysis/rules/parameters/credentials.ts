import type { MemoryObject } from '../../program/memoryObjects';
import { WeakMemo } from '../../engine/memo';
import type { Connection } from '../../program/connections';
import { type Expression, withoutCasts } from '../../source/expression';
import type { Program, ProgramFunction, Unit } from '../../program/program';
import type { Facts } from '../rule';
import { sends } from '../data/sends';
import type { Place } from '../../../findings/range';

/** Something secret that a program sends. */
export interface Credential {
  /** As the source calls it. */
  name: string;
  at: Place;
}

/** Functions that write to their first argument what the others say. */
const writers =
  /^(?:(?:os_|ets_)?v?sn?printf|(?:os_|ets_)?str(?:n|l)?(?:cpy|cat)|(?:os_|ets_)?mem(?:cpy|move))$/;
/** Calls that give an MQTT client the account that it sends when it connects. */
const mqttAccount = /mqtt.*(?:init|connect|login|account|credential|auth)/i;

/** How far an argument is followed to where it comes from. */
const maxDepth = 4;

/** What a connection sends that is for its server alone; undefined where the program does not show any. */
export function sentCredential(facts: Facts, connection: Connection): Credential | undefined {
  const seen = new Set<string>();
  for (const { name = '', arguments: given, caller } of connection.uses) {
    const data = given[1];
    if (data === undefined || !sends.some(each => each === name)) continue;
    const found = credentialIn(facts, data, caller, 0, seen);
    if (found !== undefined) return found;
  }
  const isMqtt = connection.openings.some(({ site: { caller } }) =>
    /mqtt/i.test(`${caller.unit.path} ${caller.name}`),
  );
  return isMqtt ? accountOf(facts) : undefined;
}

function accountOf(facts: Facts): Credential | undefined {
  for (const name of facts.program.calledNames) {
    if (!mqttAccount.test(name)) continue;
    for (const { arguments: given, caller } of facts.program.calls(name))
      for (const argument of given) {
        const found = namedIn(facts, argument, caller);
        if (found !== undefined) return found;
      }
  }
  return undefined;
}

/** A credential in what an expression stands for: itself, what is written to it, what callers give for it. */
function credentialIn(
  facts: Facts,
  expression: Expression,
  within: ProgramFunction,
  depth: number,
  seen: Set<string>,
): Credential | undefined {
  const key = `${within.id}:${expression.start}`;
  if (depth > maxDepth || seen.has(key)) return undefined;
  seen.add(key);
  const found = namedIn(facts, expression, within);
  if (found !== undefined) return found;
  const { program, pointers, contexts } = facts;
  const inner = withoutCasts(expression);
  const variable = inner.kind === 'name' ? program.variable(inner.name, within) : undefined;
  const initializer = variable?.variable.initializer;
  if (variable !== undefined && initializer !== undefined) {
    const { unit, base } = variable.owner ?? variable;
    const initial = inText(unit, {
      file: unit.path,
      start: base + initializer.start,
      end: base + initializer.end,
    });
    if (initial !== undefined) return initial;
  }
  const index = variable?.owner?.facts.parameters.indexOf(variable.variable) ?? -1;
  if (index >= 0)
    for (const { arguments: given, caller } of contexts.callers(within)) {
      const argument = given[index];
      const passed = argument && credentialIn(facts, argument, caller, depth + 1, seen);
      if (passed !== undefined) return passed;
    }
  for (const object of pointers.of(expression, within))
    for (const { written, caller } of writtenTo(facts).get(object) ?? [])
      for (const argument of written) {
        const part = credentialIn(facts, argument, caller, depth + 1, seen);
        if (part !== undefined) return part;
      }
  return undefined;
}

interface Written {
  /** What the call writes. */
  written: readonly Expression[];
  caller: ProgramFunction;
}

const written = new WeakMemo<Program, ReadonlyMap<MemoryObject, readonly Written[]>>();

/** By object: the calls that write to it. Found once for a program: each of its connections asks. */
function writtenTo({ program, pointers }: Facts): ReadonlyMap<MemoryObject, readonly Written[]> {
  return written.get(program, () => {
    const byObject = new Map<MemoryObject, Written[]>();
    for (const name of program.calledNames) {
      if (!writers.test(name)) continue;
      for (const { arguments: given, caller } of program.calls(name)) {
        const [target, ...rest] = given;
        for (const object of target === undefined ? [] : pointers.of(target, caller)) {
          const calls = byObject.get(object);
          if (calls === undefined) byObject.set(object, [{ written: rest, caller }]);
          else calls.push({ written: rest, caller });
        }
      }
    }
    return byObject;
  });
}

function namedIn(
  { program }: Facts,
  expression: Expression,
  within: ProgramFunction,
): Credential | undefined {
  return inText(within.unit, program.place(within, expression));
}

/** A credential that the text of an expression names, or a macro in it. */
function inText(unit: Unit, at: Place): Credential | undefined {
  const name = credentialName(unit, unit.text.slice(at.start, at.end), 0);
  return name === undefined ? undefined : { name, at };
}

/** What literals of a request call a credential: headers, members of JSON, parameters of forms. */
const literalNames =
  /\b(?:authorization(?=\s*:)|(?:proxy-)?authenticate(?=\s*:)|cookie(?=\s*:)|x-[\w-]*(?:key|token)(?=\s*:)|(?:api|access|auth|write|device)[-_]?(?:key|token)|password|passwd|passphrase|token|secret|user(?:name|_name)?(?=\\?"?\s*[=:]))/i;
/** What identifiers of such are made of. */
const identifierParts = new Set([
  'password',
  'passwd',
  'passphrase',
  'pwd',
  'pass',
  'token',
  'secret',
  'apikey',
  'credentials',
]);
/** What identifiers for the password of the Wi-Fi have in them. */
const wifiParts = new Set(['wifi', 'ssid', 'sta', 'ap', 'softap', 'station', 'wps', 'wlan']);

function credentialName(unit: Unit, text: string, depth: number): string | undefined {
  for (const [literal] of text.matchAll(/"(?:\\.|[^"\\])*"/g)) {
    const [name] = literalNames.exec(literal) ?? [];
    if (name !== undefined) return name;
  }
  for (const [word] of text.replace(/"(?:\\.|[^"\\])*"/g, '""').matchAll(/[A-Za-z_]\w*/g)) {
    const macro = unit.macros.get(word);
    // An empty one is none.
    if (macro !== undefined && /^\s*(?:""|NULL|0)?\s*$/.test(macro.body)) continue;
    const parts = word
      .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
      .toLowerCase()
      .split('_');
    const isNamed =
      parts.some(part => identifierParts.has(part)) || /(?:api|access|auth|write)_key/i.test(word);
    if (isNamed && !parts.some(part => wifiParts.has(part))) return word;
    const inner =
      macro === undefined || depth >= maxDepth ? undefined : credentialName(unit, macro.body, depth + 1);
    if (inner !== undefined) return inner;
  }
  return undefined;
}
