import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A certificate or private key, or what a mutation has made of one. */
export interface Sample {
  name: string;
  kind: 'certificate' | 'key';
  bytes: Buffer;
}

const bases = (
  JSON.parse(readFileSync(path.join(__dirname, 'bases.json'), 'utf8')) as Record<string, string>[]
).map(({ name = '', text, base64 = '' }): Sample => ({
  name,
  kind: name.startsWith('key') ? 'key' : 'certificate',
  bytes: text === undefined ? Buffer.from(base64, 'base64') : Buffer.from(text, 'latin1'),
}));

const labels = [
  'CERTIFICATE',
  'TRUSTED CERTIFICATE',
  'X509 CERTIFICATE',
  'RSA PRIVATE KEY',
  'PRIVATE KEY',
  'EC PRIVATE KEY',
  'CERTIFICATE REQUEST',
];
const tagBytes = [0x30, 0x31, 2, 3, 4, 5, 6, 0xa0, 0x80, 0x84, 1, 0xff, 0];

/** Returns `count` samples, always the same ones for a seed; every fourth or so is as it was. */
export function samples(seed: number, count: number): Sample[] {
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * below);
  };
  const pick = <T>(list: readonly T[]): T => {
    const found = list[random(list.length)];
    if (found === undefined) throw new RangeError('an empty list');
    return found;
  };
  const replaced = (bytes: Buffer, change: (text: string) => string): Buffer =>
    Buffer.from(change(bytes.toString('latin1')), 'latin1');

  const changedDer = (bytes: Buffer): Buffer => {
    const at = random(bytes.length);
    const copy = Buffer.from(bytes);
    switch (random(6)) {
      case 0:
        copy[at] = (copy[at] ?? 0) ^ (1 << random(8));
        return copy;
      case 1:
        copy[random(Math.min(bytes.length, 80))] = random(256);
        return copy;
      case 2:
        return bytes.subarray(0, at);
      case 3:
        return Buffer.concat([bytes, Buffer.alloc(random(5), random(2) * 255)]);
      case 4:
        return Buffer.concat([bytes.subarray(0, at), Buffer.of(random(256)), bytes.subarray(at)]);
      default:
        copy[at] = pick(tagBytes);
        return copy;
    }
  };

  const changedPem = (bytes: Buffer): Buffer => {
    const at = random(bytes.length);
    switch (random(14)) {
      case 0:
        return replaced(bytes, text => text.replace(/\n/g, ''));
      case 1:
        return replaced(bytes, text => text.replace(/\n/g, '\r\n'));
      case 2:
        return replaced(bytes, text => text.replace(/\n/g, '\r'));
      case 3: {
        const lineEnd = random(2) === 1 ? ' \n' : '\n  ';
        return replaced(bytes, text => text.replace(/\n/g, lineEnd));
      }
      case 4: {
        const added = Buffer.from(pick([' ', '\n', '\r', '\0', '=', '-', 'A', '\t', '!']), 'latin1');
        return Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at)]);
      }
      case 5: {
        const [from, to] = [pick(labels), pick(labels)];
        return replaced(bytes, text => text.replaceAll(from, to));
      }
      case 6:
        return Buffer.concat([bytes, pick(bases).bytes]);
      case 7:
        return bytes.subarray(0, at);
      case 8:
        return Buffer.concat([Buffer.from('subject=x\n'), bytes]);
      case 9:
        return Buffer.concat([
          bytes.subarray(0, at),
          bytes.subarray(Math.min(bytes.length, at + 1 + random(3))),
        ]);
      case 10: {
        const end = pick(['----- \n', '-----\n\n', '-----\r', '-----']);
        return replaced(bytes, text => text.replace(/-----\n/, end));
      }
      case 11: {
        const body = /\n([A-Za-z0-9+/=\n]+)\n-----END/.exec(bytes.toString('latin1'))?.[1];
        if (body === undefined) return bytes;
        const der = changedDer(Buffer.from(body, 'base64')).toString('base64');
        return replaced(bytes, text => text.replace(body, der.replace(/(.{64})/g, '$1\n')));
      }
      case 12:
        return Buffer.concat([bytes, Buffer.of(0, 0)]);
      default: {
        const copy = Buffer.from(bytes);
        copy[at] = random(256);
        return copy;
      }
    }
  };

  return Array.from({ length: count }, () => {
    const base = pick(bases);
    let { kind, bytes } = base;
    if (random(12) === 0) kind = kind === 'key' ? 'certificate' : 'key';
    const times = random(4) === 0 ? 0 : 1 + random(3);
    for (let time = 0; time < times; time++) {
      bytes = base.bytes.includes('-----BEGIN') ? changedPem(bytes) : changedDer(bytes);
      if (bytes.length === 0) bytes = Buffer.of(0);
    }
    return { name: base.name, kind, bytes };
  });
}
