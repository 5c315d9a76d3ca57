import type { Holder, MemoryObject } from './memoryObjects';

/** What a set of pointers may point to. */
type Objects = ReadonlySet<MemoryObject>;

const none: Objects = new Set();

/**
 * Sets of objects that contain each other, by what holds them: a set has the objects that are put into it, and all of the sets that it includes.
 * {@link solve} works that out: sets that include each other in a circle are one, and a set that merely is another one shares it, so
 * that time and memory follow the number of inclusions, not of inclusions times objects.
 */
export class PointsTo {
  readonly #numbers = new Map<Holder, number>();
  readonly #names: Holder[] = [];
  /** By set: what was put into it. */
  readonly #own: Set<MemoryObject>[] = [];
  /** By set: the sets that it includes. */
  readonly #included: Set<number>[] = [];
  #solution: Objects[] = [];
  #isSolved = true;
  #size = 0;
  #overflown = false;

  /**
   * @param maxObjects a set with more says nothing: it is replaced by one unknown object of its own
   * @param unknown that object
   */
  constructor(
    readonly maxObjects: number,
    readonly unknown: (holder: Holder) => MemoryObject,
  ) {}

  /** How much has been said so far: grows with all that is new. */
  get size(): number {
    return this.#size;
  }

  /** Whether a set had more than {@link maxObjects}. */
  get overflown(): boolean {
    return this.#overflown;
  }

  /** Puts an object into a set. */
  put(name: Holder, object: MemoryObject): void {
    const own = this.#own[this.#number(name)];
    if (own === undefined || own.has(object)) return;
    own.add(object);
    this.#size++;
    this.#isSolved = false;
  }

  /** Lets a set include all of another one, now and later. */
  include(name: Holder, other: Holder): void {
    if (name === other) return;
    const inner = this.#number(other);
    const included = this.#included[this.#number(name)];
    if (included === undefined || included.has(inner)) return;
    included.add(inner);
    this.#size++;
    this.#isSolved = false;
  }

  /** Whether anything was put into a set, or it includes another one. */
  hasSource(name: Holder): boolean {
    const number = this.#numbers.get(name);
    return (
      number !== undefined && ((this.#own[number]?.size ?? 0) > 0 || (this.#included[number]?.size ?? 0) > 0)
    );
  }

  /** The objects of a set, as {@link solve} has last found them. */
  of(name: Holder): Objects {
    const number = this.#numbers.get(name);
    return (number === undefined ? undefined : this.#solution[number]) ?? none;
  }

  #number(name: Holder): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.#names.length;
    this.#numbers.set(name, number);
    this.#names.push(name);
    this.#own.push(new Set());
    this.#included.push(new Set());
    return number;
  }

  /** Works out all sets. */
  solve(): void {
    if (this.#isSolved) return;
    this.#isSolved = true;
    this.#solution = [];
    // A circle comes after all that it includes: what it includes is known by then.
    for (const circle of circles(this.#included)) {
      const objects = this.#joined(circle);
      for (const number of circle) this.#solution[number] = objects;
    }
  }

  #joined(circle: readonly number[]): Objects {
    const parts = new Set<Objects>();
    for (const number of circle) {
      const own = this.#own[number] ?? none;
      if (own.size > 0) parts.add(own);
      for (const inner of this.#included[number] ?? []) {
        const objects = this.#solution[inner];
        if (objects !== undefined && objects.size > 0) parts.add(objects);
      }
    }
    const [only = none] = parts;
    if (parts.size <= 1) return only;
    const all = new Set<MemoryObject>();
    for (const part of parts)
      for (const object of part) {
        all.add(object);
        if (all.size > this.maxObjects) {
          this.#overflown = true;
          return new Set([this.unknown(this.#names[circle[0] ?? 0] ?? '')]);
        }
      }
    return all;
  }
}

/**
 * The strongly connected components of a graph, each after the ones that it leads to: Tarjan's algorithm, without recursion.
 * @param next by node: where its edges lead
 */
function* circles(next: readonly ReadonlySet<number>[]): Generator<number[]> {
  const order = new Int32Array(next.length).fill(-1);
  const low = new Int32Array(next.length);
  const isOpen = new Uint8Array(next.length);
  const open: number[] = [];
  const path: { node: number; edges: Iterator<number> }[] = [];
  let count = 0;
  const enter = (node: number) => {
    order[node] = low[node] = count++;
    isOpen[node] = 1;
    open.push(node);
    path.push({ node, edges: (next[node] ?? new Set<number>()).values() });
  };
  for (let start = 0; start < next.length; start++) {
    if (order[start] !== -1) continue;
    enter(start);
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const { node, edges } = at;
      const edge = edges.next();
      if (edge.done !== true) {
        if (order[edge.value] === -1) enter(edge.value);
        else if (isOpen[edge.value] === 1) low[node] = Math.min(low[node] ?? 0, order[edge.value] ?? 0);
        continue;
      }
      path.pop();
      const outer = path.at(-1)?.node;
      if (outer !== undefined) low[outer] = Math.min(low[outer] ?? 0, low[node] ?? 0);
      if (low[node] !== order[node]) continue;
      const circle = open.splice(open.lastIndexOf(node));
      for (const each of circle) isOpen[each] = 0;
      yield circle;
    }
  }
}
