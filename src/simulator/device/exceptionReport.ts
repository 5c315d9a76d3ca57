import { exceptionCauses } from '../../sdk/exceptionCauses';
import { endOf, memoryMap } from '../../sdk/memoryMap';
import { hex } from '../../text/hex';
import type { Firmware } from '../firmware/firmware';
import type { Failure } from '../stopReason';

/** EXCCAUSE, the address of the instruction, EXCVADDR. */
interface Exception {
  cause: number;
  pc: number;
  address: number;
}

/** No function has more on the stack: a stack pointer further below the RAM is none. */
const largestFrame = 0x10000;

/** What the log and a debugger say about an exception. */
export function exceptionFailure(
  firmware: Firmware,
  registers: ArrayLike<number>,
  exception: Exception,
): Failure {
  const stack = (registers[1] ?? 0) >>> 0;
  const { dataRam, romData } = memoryMap;
  const overflowed = stack < endOf(romData) && stack > dataRam.address - largestFrame;
  return {
    kind: 'exception',
    ...exception,
    where: whereOf(firmware, exception.pc, registers),
    ...(overflowed && { stack }),
  };
}

/** The line of the source, or where a function without source was called from. */
export function whereOf(firmware: Firmware, pc: number, registers: ArrayLike<number>): string {
  const caller = firmware.describeAddress(pc);
  return firmware.lines?.at(pc) === undefined
    ? `${caller}, ${firmware.describeAddress(((registers[0] ?? 0) >>> 0) - 3)}`
    : caller;
}

/** What the SDK's handler of fatal exceptions prints. */
export function fatalExceptionText(cause: number, pc: number, address: number): string {
  const name = exceptionCauses.get(cause)?.name;
  return [
    `Fatal exception ${cause}(${name === undefined ? 'unknown' : `${name}Cause`}):`,
    `epc1=${hex(pc)}, epc2=${hex(0)}, epc3=${hex(0)}, excvaddr=${hex(address)}, depc=${hex(0)}`,
    '',
  ].join('\n');
}
