import { shortHex } from '../../../text/hex';
import { sdkFunction } from '../../../sdk/functions';
import { type Constant, constants } from '../../program/values';
import type { CallSite } from '../../program/program';
import type { Facts } from '../rule';

/** A constant given to a function of the TLS group for a parameter that has a range. */
export interface RangedArgument {
  site: CallSite;
  constant: Constant;
  range: readonly [number, number];
}

/** All constants that reach a parameter of this name, of any function of the TLS group that has a range for it. */
export function* rangedArguments(facts: Facts, parameter: string): Iterable<RangedArgument> {
  for (const name of facts.program.calledNames) {
    const known = sdkFunction(name);
    const range = known?.ranges?.[parameter];
    if (known?.group !== 'secure' || range === undefined) continue;
    for (const site of facts.program.calls(name))
      for (const constant of argumentConstants(facts, site, parameter)) yield { site, constant, range };
  }
}

/** Functions that take the number of a sector for data of the application, with the name of that parameter. */
const sectorParameters = [
  ['spi_flash_erase_sector', 'sec'],
  ['system_param_save_with_protect', 'start_sec'],
  ['system_param_load', 'start_sec'],
] as const;

/** All constants that are given as numbers of sectors, for certificates or other data. */
export function* sectorArguments(facts: Facts): Iterable<{ site: CallSite; constant: Constant }> {
  yield* rangedArguments(facts, 'flash_sector');
  for (const [name, parameter] of sectorParameters)
    for (const site of facts.program.calls(name))
      for (const constant of argumentConstants(facts, site, parameter)) yield { site, constant };
}

/** The constants that reach a parameter in one call. */
export function argumentConstants(facts: Facts, site: CallSite, parameter: string): Constant[] {
  const index = sdkFunction(site.name ?? '')?.parameters.findIndex(({ name }) => name === parameter) ?? -1;
  const argument = site.arguments[index];
  return argument === undefined ? [] : constants(facts, argument, site);
}

/** The roles that a level sets, as bits; any where it is not known, or is none. */
export function levelsOf(facts: Facts, site: CallSite): number {
  const levels = argumentConstants(facts, site, 'level').map(({ value }) =>
    value >= 1 && value <= 3 ? value : 3,
  );
  return levels.length === 0 ? 3 : levels.reduce((all, each) => all | each, 0);
}

/** `4096` or `0x1000`, as large numbers of C are written. */
export function numberText(value: number): string {
  return value < 10 ? String(value) : shortHex(value);
}
