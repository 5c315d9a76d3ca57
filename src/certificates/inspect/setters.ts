import { certificateSetters } from './cArrays';
import type { Call } from './model';

/** What the device reads data as. */
export type Role = 'certificate' | 'key';

/** What a call gives the device; undefined for other calls. */
export function roleOf({ function: callee }: Call): Role | undefined {
  switch (callee) {
    case certificateSetters.certificate:
      return 'certificate';
    case certificateSetters.privateKey:
      return 'key';
    default:
      return undefined;
  }
}

/** The name in an argument, without the cast that the SDK's example has; empty without an argument. */
export function dataOf(argument: Call['arguments'][number] | undefined): string {
  return (argument?.text ?? '').replace(
    /^\((?:const)?(?:uint8|uint8_t|unsignedchar|u8|char)(?:const)?\*\)&?/,
    '',
  );
}
