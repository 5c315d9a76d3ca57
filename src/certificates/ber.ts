import {
  type BaseBlock,
  Constructed,
  fromBER,
  Integer,
  ObjectIdentifier,
  OctetString,
  Sequence,
} from 'asn1js';

/** What is read is not what its kind prescribes. The readers of files turn it into a Problem that names the file. */
export class MalformedError extends Error {}

/** Returns the only value in `bytes`. BER as well as DER: some CAs write indefinite lengths. */
export function parseBer(bytes: Uint8Array): BaseBlock {
  const { offset, result } = fromBER(bytes);
  if (offset === -1) throw new MalformedError(result.error);
  return result;
}

/** The parts of a SEQUENCE. */
export function sequence(block: BaseBlock | undefined): BaseBlock[] {
  if (!(block instanceof Sequence)) throw new MalformedError('no SEQUENCE');
  return block.valueBlock.value;
}

/** The parts of a SET or of a tagged value, whose number is `tag`. */
export function tagged(block: BaseBlock | undefined, tag: number): BaseBlock[] {
  if (
    !(block instanceof Constructed) ||
    block.idBlock.tagClass !== contextSpecific ||
    block.idBlock.tagNumber !== tag
  )
    throw new MalformedError(`no [${tag}]`);
  return block.valueBlock.value;
}

/** Whether the value has this context-specific tag. */
export function hasTag(block: BaseBlock | undefined, tag: number): boolean {
  return block?.idBlock.tagClass === contextSpecific && block.idBlock.tagNumber === tag;
}

const contextSpecific = 3;

/** An object identifier in dotted form. */
export function oid(block: BaseBlock | undefined): string {
  if (!(block instanceof ObjectIdentifier)) throw new MalformedError('no OBJECT IDENTIFIER');
  return block.getValue();
}

export function octets(block: BaseBlock | undefined): Uint8Array {
  if (!(block instanceof OctetString)) throw new MalformedError('no OCTET STRING');
  return new Uint8Array(block.getValue());
}

/** A number below 2^31. */
export function smallInteger(block: BaseBlock | undefined): number {
  if (!(block instanceof Integer)) throw new MalformedError('no INTEGER');
  const value = block.toBigInt();
  if (value < 0n || value >= 1n << 31n) throw new MalformedError('an INTEGER out of range');
  return Number(value);
}

/** The bytes of a value as they were read, with tag and length. */
export function rawBytes(block: BaseBlock): Uint8Array {
  return Uint8Array.from(block.valueBeforeDecodeView);
}
