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

/** The name in an argument, without the casts, the `&` and the parentheses that people put around it; empty without an argument. */
export function dataOf(argument: Call['arguments'][number] | undefined): string {
  let name = argument?.text ?? '';
  for (;;) {
    const inner = name
      .replace(/^\((?:const |volatile )?[\w ]{1,40}\*+(?:const)?\)/, '')
      .replace(/^&(.*)\[0\]$/, '$1')
      .replace(/^&/, '')
      .replace(/^\(([\w.>-]+)\)$/, '$1');
    if (inner === name) return name;
    name = inner;
  }
}
