import { ByteReader, OutOfBytes } from './byteReader';
import { Op } from './dwarfConstants';
import { exactLeb } from './leb128';

/** Where a variable is, or what it is if it is nowhere. */
export type Location =
  | { kind: 'memory'; address: number }
  /** a0..a15 by number; DWARF numbers them the same way. */
  | { kind: 'register'; register: number }
  /** The compiler knows the value, which is stored nowhere. */
  | { kind: 'value'; bytes: Uint8Array }
  /** Parts that follow each other, each of `size` bytes; a part without location is optimised away. */
  | { kind: 'pieces'; pieces: { size: number; location: Location | undefined }[] };

/** A number type of typed DWARF expressions. */
export interface NumberType {
  size: number;
  signed: boolean;
}

/** How many operations may still be executed. Expressions that one needs for its answer share them with it. */
export interface Steps {
  left: number;
}

/** Loops exist only in hostile expressions: GCC's have some ten operations. */
export function newSteps(): Steps {
  return { left: 10_000 };
}

/** What an expression may ask about; every function returns undefined for what is not known there. */
export interface ExpressionContext {
  readonly steps: Steps;
  /** The value of a0..a15. */
  register(number: number): number | undefined;
  read(address: number, length: number): Uint8Array | undefined;
  canonicalFrameAddress(): number | undefined;
  frameBase(): number | undefined;
  /** What a register held when the function was entered. */
  entryValue(register: number): TypedNumber | undefined;
  /** The integer type whose DIE is at an offset of the expression's unit. */
  numberType(offset: number): NumberType | undefined;
}

/** A number on the expression stack; without type it is a machine word. */
export interface TypedNumber {
  value: bigint;
  type: NumberType | undefined;
}

const deepestStack = 1000;

/** Thrown where the value depends on something that was optimised away or is not there. */
class NoLocation extends Error {}

/** Where a location expression says the variable is; undefined if it is optimised away. */
export function locate(expression: Uint8Array, context: ExpressionContext): Location | undefined {
  return orUndefined(() => new Evaluation(expression, context).location());
}

/** The number a DWARF expression computes, such as the value of a parameter at a call site. */
export function compute(expression: Uint8Array, context: ExpressionContext): TypedNumber | undefined {
  return orUndefined(() => new Evaluation(expression, context).number());
}

function orUndefined<T>(evaluate: () => T): T | undefined {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof NoLocation || error instanceof OutOfBytes) return undefined;
    throw error;
  }
}

class Evaluation {
  readonly #reader: ByteReader;
  readonly #length: number;
  readonly #context: ExpressionContext;
  readonly #stack: TypedNumber[] = [];

  constructor(expression: Uint8Array, context: ExpressionContext) {
    this.#reader = new ByteReader(expression);
    this.#length = expression.length;
    this.#context = context;
  }

  number(): TypedNumber {
    while (this.#reader.offset < this.#length) this.#execute(this.#operation());
    return this.#pop();
  }

  location(): Location | undefined {
    const pieces: { size: number; location: Location | undefined }[] = [];
    let location: Location | undefined;
    while (this.#reader.offset < this.#length) {
      const op = this.#operation();
      switch (op) {
        case Op.piece:
          pieces.push({ size: this.#reader.uleb(), location: location ?? this.#memory() });
          location = undefined;
          continue;
        case Op.bitPiece: {
          const bits = this.#reader.uleb();
          if (bits % 8 !== 0 || this.#reader.uleb() !== 0) throw new NoLocation();
          pieces.push({ size: bits / 8, location: location ?? this.#memory() });
          location = undefined;
          continue;
        }
        case Op.regx:
          location = { kind: 'register', register: this.#reader.uleb() };
          continue;
        case Op.implicitValue:
          location = { kind: 'value', bytes: this.#reader.bytes(this.#reader.uleb()) };
          continue;
        case Op.stackValue:
          location = { kind: 'value', bytes: toBytes(this.#pop()) };
          continue;
      }
      if (op >= Op.reg0 && op <= Op.reg31) location = { kind: 'register', register: op - Op.reg0 };
      else this.#execute(op);
    }
    if (pieces.length > 0) return { kind: 'pieces', pieces };
    return location ?? this.#memory();
  }

  /** An expression, or a piece of one, that says nothing stands for what is optimised away. */
  #memory(): Location | undefined {
    if (this.#stack.length === 0) return undefined;
    return { kind: 'memory', address: address(this.#pop()) };
  }

  #operation(): number {
    if (--this.#context.steps.left < 0) throw new NoLocation();
    return this.#reader.u8();
  }

  #execute(op: number): void {
    const reader = this.#reader;
    if (op >= Op.lit0 && op <= Op.lit31) {
      this.#push(BigInt(op - Op.lit0));
      return;
    }
    if (op >= Op.breg0 && op <= Op.breg31) {
      this.#push(this.#register(op - Op.breg0).value + exactLeb(reader, true));
      return;
    }
    switch (op) {
      case Op.nop:
        return;
      case Op.addr:
      case Op.const4u:
        this.#push(BigInt(reader.u32()));
        return;
      case Op.const1u:
        this.#push(BigInt(reader.u8()));
        return;
      case Op.const1s:
        this.#push(BigInt(reader.i8()));
        return;
      case Op.const2u:
        this.#push(BigInt(reader.u16()));
        return;
      case Op.const2s:
        this.#push(BigInt(reader.i16()));
        return;
      case Op.const4s:
        this.#push(BigInt(reader.i32()));
        return;
      case Op.const8u:
      case Op.const8s:
        this.#push(littleEndian(reader.bytes(8)));
        return;
      case Op.constu:
        this.#push(exactLeb(reader, false));
        return;
      case Op.consts:
        this.#push(exactLeb(reader, true));
        return;
      case Op.bregx: {
        const { value } = this.#register(reader.uleb());
        this.#push(value + exactLeb(reader, true));
        return;
      }
      case Op.fbreg:
        this.#push(BigInt(known(this.#context.frameBase())) + exactLeb(reader, true));
        return;
      case Op.callFrameCfa:
        this.#push(BigInt(known(this.#context.canonicalFrameAddress())));
        return;
      case Op.deref:
        this.#push(littleEndian(this.#read(4)));
        return;
      case Op.derefSize:
        this.#push(littleEndian(this.#read(reader.u8())));
        return;
      case Op.derefType:
      case Op.gnuDerefType: {
        const size = reader.u8();
        const type = this.#type();
        this.#push(littleEndian(this.#read(size)), type);
        return;
      }
      case Op.constType:
      case Op.gnuConstType: {
        const type = this.#type();
        this.#push(littleEndian(reader.bytes(reader.u8())), type);
        return;
      }
      case Op.regvalType:
      case Op.gnuRegvalType: {
        const { value } = this.#register(reader.uleb());
        this.#push(value, this.#type());
        return;
      }
      case Op.convert:
      case Op.gnuConvert: {
        const offset = reader.uleb();
        this.#push(
          signed(this.#pop()).value,
          offset === 0 ? undefined : known(this.#context.numberType(offset)),
        );
        return;
      }
      case Op.reinterpret:
      case Op.gnuReinterpret: {
        const offset = reader.uleb();
        this.#push(this.#pop().value, offset === 0 ? undefined : known(this.#context.numberType(offset)));
        return;
      }
      case Op.entryValue:
      case Op.gnuEntryValue: {
        const entry = known(this.#context.entryValue(registerOf(reader.bytes(reader.uleb()))));
        this.#push(entry.value, entry.type);
        return;
      }
      case Op.dup:
        this.#pick(0);
        return;
      case Op.over:
        this.#pick(1);
        return;
      case Op.pick:
        this.#pick(reader.u8());
        return;
      case Op.drop:
        this.#pop();
        return;
      case Op.swap: {
        const top = this.#pop();
        const second = this.#pop();
        this.#stack.push(top, second);
        return;
      }
      case Op.rot: {
        const top = this.#pop();
        const second = this.#pop();
        const third = this.#pop();
        this.#stack.push(top, third, second);
        return;
      }
      case Op.abs: {
        const { value, type } = signed(this.#pop());
        this.#push(value < 0n ? -value : value, type);
        return;
      }
      case Op.neg: {
        const { value, type } = this.#pop();
        this.#push(-value, type);
        return;
      }
      case Op.not: {
        const { value, type } = this.#pop();
        this.#push(~value, type);
        return;
      }
      case Op.plusUconst: {
        const { value, type } = this.#pop();
        this.#push(value + exactLeb(reader, false), type);
        return;
      }
      case Op.skip:
        this.#jump(reader.i16());
        return;
      case Op.bra: {
        const distance = reader.i16();
        if (this.#pop().value !== 0n) this.#jump(distance);
        return;
      }
      default: {
        const right = this.#pop();
        const left = this.#pop();
        this.#push(...binary(op, left, right));
      }
    }
  }

  #push(value: bigint, type?: NumberType): void {
    if (this.#stack.length >= deepestStack) throw new NoLocation();
    this.#stack.push({ value: wrap(value, type), type });
  }

  #pop(): TypedNumber {
    return known(this.#stack.pop());
  }

  #pick(depth: number): void {
    const { value, type } = known(this.#stack.at(-1 - depth));
    this.#push(value, type);
  }

  #register(number: number): TypedNumber {
    return { value: BigInt(known(this.#context.register(number))), type: undefined };
  }

  #read(length: number): Uint8Array {
    if (length > 8) throw new NoLocation();
    return known(this.#context.read(address(this.#pop()), length));
  }

  #type(): NumberType {
    return known(this.#context.numberType(this.#reader.uleb()));
  }

  #jump(distance: number): void {
    const target = this.#reader.offset + distance;
    if (target < 0 || target > this.#length) throw new NoLocation();
    this.#reader.offset = target;
  }
}

function binary(op: number, left: TypedNumber, right: TypedNumber): [bigint, NumberType | undefined] {
  const { type } = left;
  const a = left.value;
  const b = right.value;
  switch (op) {
    case Op.plus:
      return [a + b, type];
    case Op.minus:
      return [a - b, type];
    case Op.mul:
      return [a * b, type];
    case Op.and:
      return [a & b, type];
    case Op.or:
      return [a | b, type];
    case Op.xor:
      return [a ^ b, type];
    case Op.mod:
      if (b === 0n) throw new NoLocation();
      return [a % b, type];
  }
  // An untyped word is signed in a division, an arithmetic shift and a comparison, unsigned elsewhere.
  const signedA = signed(left).value;
  const signedB = signed(right).value;
  const truth = (condition: boolean): [bigint, undefined] => [condition ? 1n : 0n, undefined];
  switch (op) {
    case Op.div:
      if (b === 0n) throw new NoLocation();
      return [signedA / signedB, type];
    case Op.shl:
      return [a << shiftCount(b), type];
    case Op.shr:
      return [unsigned(left) >> shiftCount(b), type];
    case Op.shra:
      return [signedA >> shiftCount(b), type];
    case Op.eq:
      return truth(a === b);
    case Op.ne:
      return truth(a !== b);
    case Op.ge:
      return truth(signedA >= signedB);
    case Op.gt:
      return truth(signedA > signedB);
    case Op.le:
      return truth(signedA <= signedB);
    case Op.lt:
      return truth(signedA < signedB);
    default:
      throw new NoLocation();
  }
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new NoLocation();
  return value;
}

function wrap(value: bigint, type: NumberType | undefined): bigint {
  if (type === undefined) return BigInt.asUintN(32, value);
  return type.signed ? BigInt.asIntN(type.size * 8, value) : BigInt.asUintN(type.size * 8, value);
}

function signed({ value, type }: TypedNumber): TypedNumber {
  return { value: type === undefined ? BigInt.asIntN(32, value) : value, type };
}

function unsigned({ value, type }: TypedNumber): bigint {
  return BigInt.asUintN((type?.size ?? 4) * 8, value);
}

function shiftCount(count: bigint): bigint {
  return count < 0n || count > 64n ? 64n : count;
}

function address({ value }: TypedNumber): number {
  return Number(BigInt.asUintN(32, value));
}

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes.toReversed()) value = (value << 8n) | BigInt(byte);
  return value;
}

function toBytes({ value, type }: TypedNumber): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value), true);
  return bytes.subarray(0, type?.size ?? 4);
}

/** The register that the expression inside DW_OP_entry_value names. */
function registerOf(expression: Uint8Array): number {
  const [op] = expression;
  if (op === undefined || expression.length !== 1 || op < Op.reg0 || op > Op.reg31) throw new NoLocation();
  return op - Op.reg0;
}
