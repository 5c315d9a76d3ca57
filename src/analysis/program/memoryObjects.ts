import { Memo } from '../engine/memo';

/** The key of what holds pointers: a variable, a member of a struct whichever instance, or a function's result. */
export type Holder = string;

/** Something in memory that pointers reach. {@link MemoryObjects} has each once: the same object is the same value. */
export type MemoryObject =
  | { readonly kind: 'function'; readonly id: string }
  /** What a call of an allocator returns. */
  | { readonly kind: 'allocated'; readonly within: string; readonly at: number }
  /** The memory that a variable itself is. */
  | { readonly kind: 'variable'; readonly key: string }
  /** The memory that a member of a struct is, whichever instance. */
  | { readonly kind: 'member'; readonly holder: Holder }
  /** What a holder points to that nobody in the project sets, or that may point to too much: always the same. */
  | { readonly kind: 'unknown'; readonly holder: Holder }
  | Link;

/** The struct that the SDK makes for a client of a listening struct. */
interface Link {
  readonly kind: 'link';
  readonly listener: MemoryObject;
}

/** The struct that was given to connect or accept: for a link the one that listens. */
export function rootOf(object: MemoryObject): MemoryObject {
  return object.kind === 'link' ? object.listener : object;
}

/** The objects of one program. */
export class MemoryObjects {
  readonly #functions = new Memo<string, MemoryObject>();
  readonly #allocated = new Memo<string, MemoryObject>();
  readonly #variables = new Memo<string, MemoryObject>();
  readonly #members = new Memo<Holder, MemoryObject>();
  readonly #unknown = new Memo<Holder, MemoryObject>();
  readonly #links = new Memo<MemoryObject, MemoryObject>();

  function(id: string): MemoryObject {
    return this.#functions.get(id, () => ({ kind: 'function', id }));
  }

  allocated(within: string, at: number): MemoryObject {
    return this.#allocated.get(`${within}@${at}`, () => ({ kind: 'allocated', within, at }));
  }

  variable(key: string): MemoryObject {
    return this.#variables.get(key, () => ({ kind: 'variable', key }));
  }

  member(holder: Holder): MemoryObject {
    return this.#members.get(holder, () => ({ kind: 'member', holder }));
  }

  unknown(holder: Holder): MemoryObject {
    return this.#unknown.get(holder, () => ({ kind: 'unknown', holder }));
  }

  link(listener: MemoryObject): MemoryObject {
    return this.#links.get(listener, () => ({ kind: 'link', listener }));
  }

  /** This program's object for one that was found in another program. */
  own(object: MemoryObject): MemoryObject {
    switch (object.kind) {
      case 'function':
        return this.#functions.get(object.id, () => object);
      case 'allocated':
        return this.allocated(object.within, object.at);
      case 'variable':
        return this.#variables.get(object.key, () => object);
      case 'member':
        return this.#members.get(object.holder, () => object);
      case 'unknown':
        return this.#unknown.get(object.holder, () => object);
      case 'link':
        return this.link(this.own(object.listener));
    }
  }
}
