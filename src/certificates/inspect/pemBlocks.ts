import type { Span } from './model';

/** A block between `-----BEGIN LABEL-----` and `-----END LABEL-----` (RFC 7468). */
export interface PemBlock {
  label: string;
  range: Span;
  /** The line with the label, and what follows up to the next mark. */
  der: Uint8Array;
  /** Complete, and nothing in it but base64. */
  sound: boolean;
  /** With the headers of RFC 1421, as OpenSSL writes encrypted keys of old. */
  encrypted: boolean;
  /** Its line ends are the two characters \\n, as in JSON. */
  escaped: boolean;
}

const mark = /-----(BEGIN|END) ([A-Z0-9 #.]{1,64})-----/g;
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Returns the blocks in a text, in their order. One without end goes to the next mark or to the end of the text, and is not sound. */
export function pemBlocks(text: string): PemBlock[] {
  const marks = [...text.matchAll(mark)];
  return marks.flatMap((begin, index) => {
    const [opening, kind, label = ''] = begin;
    if (kind !== 'BEGIN') return [];
    const next = marks[index + 1];
    const closed = next?.[1] === 'END' && next[2] === label;
    const start = begin.index + opening.length;
    const inner = text.slice(start, next?.index ?? text.length);
    const end = next === undefined ? text.length : closed ? next.index + next[0].length : next.index;
    const encrypted = inner.includes('ENCRYPTED');
    const packed = inner.replace(/\s+/g, '');
    return [
      {
        label,
        range: { offset: begin.index, length: end - begin.index },
        der: encrypted ? new Uint8Array() : Buffer.from(packed, 'base64'),
        sound: closed && !encrypted && packed.length % 4 === 0 && base64.test(packed),
        encrypted: encrypted || label.startsWith('ENCRYPTED'),
        escaped: /^[ \t]*\\[rn]/.test(inner),
      },
    ];
  });
}
