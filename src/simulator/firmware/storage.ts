import type { Location } from './expressions';
import type { Place } from './scopes';

/** Where the bytes of a value come from. */
export type Storage =
  | { kind: 'memory'; address: number }
  /** Not in memory: in registers, or known to the compiler only. */
  | { kind: 'bytes'; bytes: Uint8Array }
  /** Parts that follow each other, each of `size` bytes. */
  | { kind: 'pieces'; pieces: { size: number; storage: Storage }[] }
  | { kind: 'optimized out' };

/** Why there are no bytes to show. */
export type Missing = { kind: 'optimized out' } | { kind: 'no memory'; address: number };

const optimizedOut = { kind: 'optimized out' } as const;

/** Where a located variable's bytes are, with the registers as they are in a frame. */
export function storageAt(location: Location | undefined, place: Place | undefined): Storage {
  switch (location?.kind) {
    case undefined:
      return optimizedOut;
    case 'memory':
      return location;
    case 'value':
      return { kind: 'bytes', bytes: location.bytes };
    case 'register':
      return registers(location.register, place);
    case 'pieces':
      return {
        kind: 'pieces',
        pieces: location.pieces.map(piece => ({
          size: piece.size,
          storage: storageAt(piece.location, place),
        })),
      };
  }
}

/** The storage of a part that begins `offset` bytes behind. */
export function storageBehind(storage: Storage, offset: number): Storage {
  switch (storage.kind) {
    case 'memory':
      return { kind: 'memory', address: (storage.address + offset) >>> 0 };
    case 'bytes':
      return { kind: 'bytes', bytes: storage.bytes.subarray(offset) };
    case 'pieces': {
      let skipped = 0;
      const pieces: { size: number; storage: Storage }[] = [];
      for (const piece of storage.pieces) {
        const inside = Math.max(offset - skipped, 0);
        skipped += piece.size;
        if (inside < piece.size)
          pieces.push({ size: piece.size - inside, storage: storageBehind(piece.storage, inside) });
      }
      return { kind: 'pieces', pieces };
    }
    case 'optimized out':
      return storage;
  }
}

/** The first `size` bytes. */
export function readStorage(
  storage: Storage,
  size: number,
  read: (address: number, length: number) => Uint8Array | undefined,
): Uint8Array | Missing {
  switch (storage.kind) {
    case 'memory':
      return read(storage.address, size) ?? { kind: 'no memory', address: storage.address };
    case 'bytes':
      return size <= storage.bytes.length ? storage.bytes.subarray(0, size) : optimizedOut;
    case 'pieces': {
      const bytes = new Uint8Array(size);
      let filled = 0;
      for (const piece of storage.pieces) {
        if (filled >= size) break;
        const part = readStorage(piece.storage, Math.min(piece.size, size - filled), read);
        if (!(part instanceof Uint8Array)) return part;
        bytes.set(part, filled);
        filled += part.length;
      }
      return filled >= size ? bytes : optimizedOut;
    }
    case 'optimized out':
      return storage;
  }
}

/** A value in registers begins in one of them and continues in the next. */
function registers(first: number, place: Place | undefined): Storage {
  const all = place?.frames[place.index]?.registers;
  if (all === undefined || first >= all.length) return optimizedOut;
  const words = Int32Array.from(all.slice(first));
  return { kind: 'bytes', bytes: new Uint8Array(words.buffer) };
}
