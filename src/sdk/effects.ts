import { calledFunction } from './functionMacros';
import { type Effect, functions, type Group, sdkFunction } from './functions';

/** Functions of C that the SDK's headers do not declare. */
const ofLibrary: ReadonlyMap<string, Effect> = new Map<string, Effect>([
  ['malloc', 'allocates'],
  ['zalloc', 'allocates'],
  ['calloc', 'allocates'],
  ['realloc', 'allocates'],
  ['free', 'frees'],
]);

/** What a call of this name does, of a function or of a macro of the SDK's headers. */
export function effectOf(name: string | undefined): Effect | undefined {
  return name === undefined ? undefined : (calledFunction(name)?.effect ?? ofLibrary.get(name));
}

/** Whether a call of this name has one of these effects on connections of this kind. */
export function affects(name: string | undefined, group: Group, ...effects: readonly Effect[]): boolean {
  const known = name === undefined ? undefined : sdkFunction(name);
  return known?.group === group && known.effect !== undefined && effects.includes(known.effect);
}

/** Whether a call of this name reads, writes or erases the flash, directly or by the parameters kept there. */
export function touchesFlash(name: string): boolean {
  return calledFunction(name)?.family === 'flash' || /^(?:spi_flash|system_param)_/.test(name);
}

/** The names of the functions with one of these effects, for connections of these kinds. */
export function functionsThat(effects: readonly Effect[], groups: readonly Group[]): readonly string[] {
  return functions
    .filter(({ effect, group }) => effect !== undefined && effects.includes(effect) && groups.includes(group))
    .map(({ name }) => name);
}
