import { Memo } from '../engine/memo';
import { sdkFunction } from '../../sdk/functions';
import type { Conditions } from './conditions';
import type { Contexts } from './contexts';
import type { Expression } from '../source/expression';
import { decisions, type AssignEvent } from '../source/functionFacts';
import { isDecided } from './passedArguments';
import { connectionOf } from './callbacks';
import { type MemoryObject, rootOf } from './memoryObjects';
import type { Pointers } from './pointers';
import type { CallSite, Program, ProgramFunction } from './program';

/** What a connection is made to be. */
export type Kind = 'secure' | 'plain' | 'udp';

/** A call that makes a struct a connection or server of some kind. */
export interface Opening {
  kind: Kind;
  role: 'client' | 'server';
  site: CallSite;
}

/** What a function of the SDK opens connections as. */
function openingBy(name: string): Pick<Opening, 'kind' | 'role'> | undefined {
  const { group, effect } = sdkFunction(name) ?? {};
  if (group !== 'secure' && group !== 'plain' && group !== 'udp') return undefined;
  if (effect !== 'opens client' && effect !== 'opens server') return undefined;
  return { kind: group, role: effect === 'opens client' ? 'client' : 'server' };
}

/** A value given to a member of a struct espconn or of its esp_tcp. */
export interface MemberValue {
  value: Expression;
  event: AssignEvent | undefined;
  within: ProgramFunction;
}

/** One struct espconn of the program. */
export interface Connection {
  object: MemoryObject;
  openings: Opening[];
  /** All calls of espconn functions that take it, or the links made for it. */
  uses: CallSite[];
}

/** Which structs the program opens as what, and which calls reach them. */
export class Connections {
  readonly all: ReadonlyMap<MemoryObject, Connection>;
  readonly #program: Program;
  readonly #pointers: Pointers;
  readonly #conditions: Conditions;
  readonly #objects = new Memo<CallSite, ReadonlySet<MemoryObject>>();
  readonly #members = new Map<MemoryObject, Map<string, MemberValue[]>>();

  constructor(program: Program, pointers: Pointers, contexts: Contexts, conditions: Conditions) {
    this.#program = program;
    this.#pointers = pointers;
    this.#conditions = conditions;
    const all = new Map<MemoryObject, Connection>();
    for (const name of program.calledNames) {
      if (!takesConnection(name)) continue;
      const opening = openingBy(name);
      for (const site of program.calls(name)) {
        for (const object of this.objects(site)) {
          const root = rootOf(object);
          let connection = all.get(root);
          if (connection === undefined)
            all.set(root, (connection = { object: root, openings: [], uses: [] }));
          connection.uses.push(site);
          if (opening !== undefined) connection.openings.push({ ...opening, site });
        }
      }
    }
    for (const connection of all.values()) {
      const possible = connection.openings.filter(({ site }) =>
        decisions(site.event.decision).every(
          decision => isDecided({ program, pointers, contexts }, connection.object, site, decision) !== false,
        ),
      );
      if (possible.length > 0) connection.openings = possible;
    }
    this.all = all;
    this.#readMembers();
  }

  /** The structs, and links, that a call of an espconn function may mean. */
  objects(site: CallSite): ReadonlySet<MemoryObject> {
    return this.#objects.get(site, () => {
      const [connection] = site.arguments;
      return connection === undefined ? new Set() : this.#pointers.of(connection, site.caller);
    });
  }

  /** The connections that a call may mean. */
  of(site: CallSite): Connection[] {
    return [...new Set([...this.objects(site)].map(rootOf))].flatMap(root => this.all.get(root) ?? []);
  }

  /** The calls that open a connection as this kind. */
  opened(connection: Connection, kind: Kind, role?: 'client' | 'server'): CallSite[] {
    return connection.openings
      .filter(opening => opening.kind === kind && (role === undefined || opening.role === role))
      .map(({ site }) => site);
  }

  /** The kind of a connection, when all its openings agree. */
  kindOf(connection: Connection): Kind | undefined {
    const [first, ...others] = connection.openings;
    return first !== undefined && others.every(({ kind }) => kind === first.kind) ? first.kind : undefined;
  }

  /** The values on which TLS and plain openings of a connection differ: `security` in `if (security) … else …`. */
  selectors(connection: Connection): string[] {
    const secure = this.opened(connection, 'secure');
    const plain = this.opened(connection, 'plain');
    const pairs = secure.flatMap(one => plain.map(other => this.#conditions.disagreement(one, other)));
    const [first, ...others] = pairs;
    return first === undefined ? [] : first.filter(key => others.every(keys => keys.includes(key)));
  }

  /** What is assigned to a member of a connection, such as `type` or `proto.tcp.remote_port`. */
  memberValues(connection: Connection, member: string): readonly MemberValue[] {
    return this.#members.get(connection.object)?.get(member) ?? [];
  }

  #readMembers(): void {
    /** esp_tcp → the connections that it was given to. */
    const owners = new Map<MemoryObject, MemoryObject[]>();
    const tcpValues: { tcp: MemoryObject; member: string; value: MemberValue }[] = [];
    for (const within of this.#program.functions) {
      for (const event of within.events) {
        if (event.kind !== 'assign' || event.operator !== '=' || event.target.kind !== 'member') continue;
        const { target, value } = event;
        const found = { value, event, within };
        const base = this.#program.typeOf(target.base, within);
        const baseName = base === undefined ? '' : this.#program.structName(base.name);
        const viaProtocol = isProtocolMember(target.base);
        const isProtocol = isProtocolMember(target);
        if (viaProtocol || isProtocol || baseName === 'espconn') {
          for (const object of this.#baseObjects(connectionOf(target), within)) {
            this.#note(
              object,
              isProtocol ? 'proto' : viaProtocol ? `proto.${target.member}` : target.member,
              found,
            );
            if (isProtocol)
              for (const tcp of this.#pointers.of(value, within))
                owners.set(tcp, [...(owners.get(tcp) ?? []), object]);
          }
        } else if (/^_?esp_(?:tcp|udp)$/.test(baseName)) {
          for (const tcp of this.#baseObjects(target.base, within))
            tcpValues.push({ tcp, member: `proto.${target.member}`, value: found });
        }
      }
    }
    for (const { tcp, member, value } of tcpValues)
      for (const object of owners.get(tcp) ?? []) this.#note(object, member, value);
  }

  /** The objects of `x` in `x.member` and `x->member`. */
  #baseObjects(base: Expression, within: ProgramFunction): Iterable<MemoryObject> {
    const type = this.#program.typeOf(base, within);
    const isPointer = type !== undefined && type.pointers > 0;
    return this.#pointers.of(
      isPointer || base.kind === 'call' || base.kind === 'cast'
        ? base
        : { kind: 'unary', operator: '&', operand: base, start: base.start, end: base.end },
      within,
    );
  }

  #note(object: MemoryObject, member: string, value: MemberValue): void {
    const root = rootOf(object);
    const members = this.#members.get(root) ?? new Map<string, MemberValue[]>();
    this.#members.set(root, members.set(member, [...(members.get(member) ?? []), value]));
  }
}

/** `proto.tcp` or `proto.udp` of a connection; an esp_tcp that is a member called `tcp` elsewhere is none. */
function isProtocolMember(expression: Expression): boolean {
  return (
    expression.kind === 'member' &&
    /^(?:tcp|udp)$/.test(expression.member) &&
    expression.base.kind === 'member' &&
    expression.base.member === 'proto'
  );
}

/** Whether a function's first parameter is a connection. */
function takesConnection(name: string): boolean {
  return sdkFunction(name)?.parameters[0]?.type === 'struct espconn *';
}
