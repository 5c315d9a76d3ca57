import { type SdkFunction, sdkFunction } from './functions';
import { declarations } from './types';

/** Macros of the headers that call a function, by name: `os_memcpy` → `ets_memcpy`, `os_free` → `vPortFree`. */
const called: ReadonlyMap<string, string> = new Map(
  declarations.flatMap(declaration =>
    declaration.kind === 'macros'
      ? declaration.values.flatMap(([macro, replacement]): [string, string][] => {
          const [name = ''] = /^\w+/.exec(macro) ?? [];
          const [, target] = /^(\w+)(?:\(|$)/.exec(replacement) ?? [];
          return target === undefined ? [] : [[name, target]];
        })
      : [],
  ),
);

/** The function of the SDK that a name calls, itself or as a macro of the headers; undefined for any other name. */
export function calledFunction(name: string): SdkFunction | undefined {
  let target: string | undefined = name;
  // os_malloc stands for os_malloc_iram, which stands for pvPortMalloc.
  for (let times = 0; times < 3 && target !== undefined; times++) {
    const found = sdkFunction(target);
    if (found !== undefined) return found;
    target = called.get(target);
  }
  return undefined;
}
