import { exceptionCause } from '../../sdk/exceptionCauses';
import type { Call, Answer, Family } from './call';
import { Fault } from './call';

/** Instructions of a division of which an operand has more than 32 bits. */
const wideDivision = 100;

const scratch = new DataView(new ArrayBuffer(8));

/** The part of libgcc that lies in the chip's ROM: integer division, 64-bit and floating-point arithmetic. */
export function romFamily(): Family {
  return {
    __udivsi3: call => quotient(call.uint(0), divisor(call.uint(1))),
    __umodsi3: call => remainder(call.uint(0), divisor(call.uint(1))),
    __divsi3: call => (call.int(0) / divisor(call.int(1))) | 0,
    __modsi3: call => call.int(0) % divisor(call.int(1)),
    __umulsidi3: call => multiply(call, call.uint(0), 0, call.uint(1), 0),
    __muldi3: call => multiply(call, call.uint(0), call.uint(1), call.uint(2), call.uint(3)),
    __udivdi3: call => wide(call, (a, b) => a / b, quotient, false),
    __umoddi3: call => wide(call, (a, b) => a % b, remainder, false),
    __divdi3: call => wide(call, (a, b) => a / b, quotient, true),
    __moddi3: call => wide(call, (a, b) => a % b, remainder, true),
    __ashldi3: call => shift(call, (value, bits) => value << bits, false),
    __lshrdi3: call => shift(call, (value, bits) => value >> bits, false),
    __ashrdi3: call => shift(call, (value, bits) => value >> bits, true),

    __addsf3: single((a, b) => a + b),
    __subsf3: single((a, b) => a - b),
    __mulsf3: single((a, b) => a * b),
    __divsf3: single((a, b) => a / b),
    __adddf3: double((a, b) => a + b),
    __subdf3: double((a, b) => a - b),
    __muldf3: double((a, b) => a * b),
    __divdf3: double((a, b) => a / b),

    __extendsfdf2: call => returnDouble(call, floatOf(call.int(0))),
    __truncdfsf2: call => bitsOfFloat(doubleOf(call, 0)),
    __floatsisf: call => bitsOfFloat(call.int(0)),
    __floatunsisf: call => bitsOfFloat(call.uint(0)),
    __floatsidf: call => returnDouble(call, call.int(0)),
    __floatunsidf: call => returnDouble(call, call.uint(0)),
    __fixsfsi: call => toInteger(floatOf(call.int(0)), -0x80000000, 0x7fffffff),
    __fixunssfsi: call => toInteger(floatOf(call.int(0)), 0, 0xffffffff),
    __fixdfsi: call => toInteger(doubleOf(call, 0), -0x80000000, 0x7fffffff),
    __fixunsdfsi: call => toInteger(doubleOf(call, 0), 0, 0xffffffff),
  };
}

const quotient = (a: number, b: number) => Math.floor(a / b);
const remainder = (a: number, b: number) => a % b;

function divisor(value: number): number {
  if (value === 0) throw new Fault(exceptionCause.illegalInstruction, 0);
  return value;
}

/** The low 64 bits of a product, in a2 and a3, from 16-bit pieces: far faster than BigInt. */
function multiply(call: Call, aLow: number, aHigh: number, bLow: number, bHigh: number): undefined {
  const [a0, a1, b0, b1] = [aLow & 0xffff, aLow >>> 16, bLow & 0xffff, bLow >>> 16];
  const low = a0 * b0;
  const middle = a1 * b0 + (low >>> 16);
  const middleLow = (middle % 0x10000) + a0 * b1;
  const high = a1 * b1 + Math.floor(middle / 0x10000) + Math.floor(middleLow / 0x10000);
  call.returnPair(
    ((middleLow & 0xffff) << 16) | (low & 0xffff),
    (high + Math.imul(aLow, bHigh) + Math.imul(aHigh, bLow)) | 0,
  );
  return undefined;
}

function wide(
  call: Call,
  operation: (a: bigint, b: bigint) => bigint,
  narrow: (a: number, b: number) => number,
  signed: boolean,
): undefined {
  const [aLow, aHigh, bLow, bHigh] = [call.uint(0), call.uint(1), call.uint(2), call.uint(3)];
  divisor(bLow | bHigh);
  if (aHigh === 0 && bHigh === 0) {
    // Most divisions of firmware: both fit into 32 bits, where numbers are exact.
    call.returnPair(narrow(aLow, bLow) | 0, 0);
    return undefined;
  }
  call.charge(wideDivision);
  const [a, b] = [join(aLow, aHigh), join(bLow, bHigh)];
  returnWide(call, signed ? operation(BigInt.asIntN(64, a), BigInt.asIntN(64, b)) : operation(a, b));
  return undefined;
}

function shift(call: Call, operation: (value: bigint, bits: bigint) => bigint, signed: boolean): undefined {
  const value = join(call.uint(0), call.uint(1));
  returnWide(call, operation(signed ? BigInt.asIntN(64, value) : value, BigInt(call.uint(2) & 63)));
  return undefined;
}

function join(low: number, high: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

function returnWide(call: Call, value: bigint): void {
  const bits = BigInt.asUintN(64, value);
  call.returnPair(Number(bits & 0xffffffffn) | 0, Number(bits >> 32n) | 0);
}

function single(operation: (a: number, b: number) => number): Answer {
  return call => bitsOfFloat(operation(floatOf(call.int(0)), floatOf(call.int(1))));
}

function double(operation: (a: number, b: number) => number): Answer {
  return call => returnDouble(call, operation(doubleOf(call, 0), doubleOf(call, 2)));
}

function floatOf(bits: number): number {
  scratch.setInt32(0, bits);
  return scratch.getFloat32(0);
}

function bitsOfFloat(value: number): number {
  scratch.setFloat32(0, value);
  return scratch.getInt32(0);
}

function doubleOf(call: Call, index: number): number {
  scratch.setInt32(0, call.int(index + 1));
  scratch.setInt32(4, call.int(index));
  return scratch.getFloat64(0);
}

function returnDouble(call: Call, value: number): undefined {
  scratch.setFloat64(0, value);
  call.returnPair(scratch.getInt32(4), scratch.getInt32(0));
  return undefined;
}

/** Towards zero; libgcc saturates what does not fit and makes 0 of what is not a number. */
function toInteger(value: number, least: number, greatest: number): number {
  if (Number.isNaN(value)) return 0;
  return Math.min(Math.max(Math.trunc(value), least), greatest) | 0;
}
