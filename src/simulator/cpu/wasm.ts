/** Opcodes of WebAssembly that translated code uses, by the names of its specification. */
export const W = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brTable: 0x0e,
  select: 0x1b,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  i32Load: 0x28,
  i32Load8U: 0x2d,
  i32Load16S: 0x2e,
  i32Load16U: 0x2f,
  i32Store: 0x36,
  i32Store8: 0x3a,
  i32Store16: 0x3b,
  i32Const: 0x41,
  i64Const: 0x42,
  i32Eq: 0x46,
  i32Ne: 0x47,
  i32LtS: 0x48,
  i32LtU: 0x49,
  i32GeS: 0x4e,
  i32GeU: 0x4f,
  i32Clz: 0x67,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32Mul: 0x6c,
  i32And: 0x71,
  i32Or: 0x72,
  i32Xor: 0x73,
  i32Shl: 0x74,
  i32ShrS: 0x75,
  i32ShrU: 0x76,
  i32Rotr: 0x78,
  i64Mul: 0x7e,
  i64Or: 0x84,
  i64Shl: 0x86,
  i64ShrS: 0x87,
  i64ShrU: 0x88,
  i32WrapI64: 0xa7,
  i64ExtendS: 0xac,
  i64ExtendU: 0xad,
  i32Extend16S: 0xc1,
} as const;

const valueType = { i32: 0x7f, i64: 0x7e } as const;
const noResult = 0x40;

/** The body of a function, written instruction by instruction. */
export class CodeWriter {
  #bytes = new Uint8Array(4096);
  #length = 0;

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Opcodes and single-byte immediates as they are. */
  op(...bytes: readonly number[]): this {
    for (const byte of bytes) this.#byte(byte);
    return this;
  }

  /** block, loop or if, without a result. */
  open(opcode: number): this {
    return this.op(opcode, noResult);
  }

  /** if with an i32 as its result. */
  openI32(opcode: number): this {
    return this.op(opcode, valueType.i32);
  }

  get(local: number): this {
    return this.op(W.localGet).#unsigned(local);
  }

  set(local: number): this {
    return this.op(W.localSet).#unsigned(local);
  }

  tee(local: number): this {
    return this.op(W.localTee).#unsigned(local);
  }

  constant(value: number): this {
    return this.op(W.i32Const).#signed(value | 0);
  }

  constant64(value: number): this {
    return this.op(W.i64Const).#signed(value);
  }

  /** A load or store at the address on the stack plus `offset`. */
  memory(opcode: number, align: number, offset: number): this {
    return this.op(opcode, align).#unsigned(offset);
  }

  branch(opcode: number, depth: number): this {
    return this.op(opcode).#unsigned(depth);
  }

  /** br_table with one depth for each value and the last for all others. */
  table(depths: number[], otherwise: number): this {
    this.op(W.brTable).#unsigned(depths.length);
    for (const depth of depths) this.#unsigned(depth);
    return this.#unsigned(otherwise);
  }

  #byte(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(this.#length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = byte;
  }

  #unsigned(value: number): this {
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.#byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.#byte(rest);
    return this;
  }

  #signed(value: number): this {
    let rest = value;
    for (;;) {
      const byte = rest & 0x7f;
      rest >>= 7;
      if ((rest === 0 && (byte & 0x40) === 0) || (rest === -1 && (byte & 0x40) !== 0)) {
        this.#byte(byte);
        return this;
      }
      this.#byte(byte | 0x80);
    }
  }
}

/** LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  do {
    const byte = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? byte : byte | 0x80);
  } while (rest !== 0);
  return bytes;
}

function section(id: number, content: number[] | Uint8Array): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function name(text: string): number[] {
  return [text.length, ...Buffer.from(text)];
}

/**
 * A module with one function (i32, i32) → i32, exported as "run", over the imported memory "cpu" "memory" of so many pages.
 * Locals behind the two parameters: `i32` of that type, then `i64`.
 */
export function buildModule(
  code: CodeWriter,
  pages: number,
  locals: { i32: number; i64: number },
): Uint8Array {
  const declarations = [2, ...unsigned(locals.i32), valueType.i32, ...unsigned(locals.i64), valueType.i64];
  const size = declarations.length + code.bytes.length + 1;
  const head = [
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 2, valueType.i32, valueType.i32, 1, valueType.i32]),
    ...section(2, [1, ...name('cpu'), ...name('memory'), 2, 1, ...unsigned(pages), ...unsigned(pages)]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name('run'), 0, 0]),
  ];
  const bodySize = unsigned(size);
  const codeHead = [10, ...unsigned(1 + bodySize.length + size), 1, ...bodySize, ...declarations];
  const module = new Uint8Array(head.length + codeHead.length + code.bytes.length + 1);
  module.set(head);
  module.set(codeHead, head.length);
  module.set(code.bytes, head.length + codeHead.length);
  module[module.length - 1] = W.end;
  return module;
}
