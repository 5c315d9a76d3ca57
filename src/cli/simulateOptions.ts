import { existsSync } from 'node:fs';
import { recordFolder } from '../project/recordFolder';
import type { LaunchOptions } from '../simulator/load';
import { checkLaunchSettings, launchOptions, readProjectSettings } from '../simulator/settings';
import { parse } from './commandLine/parse';
import { simulateDescription } from './commands/devices';
import { refuseFolders } from './refuseFolders';

/** What a run of `esp8266-ssl simulate` is. */
export interface SimulateOptions {
  launch: LaunchOptions;
  /** The serial port to be a chip at; empty for a pseudo-terminal of its own, undefined for none. */
  serial: string | undefined;
  json: boolean;
  trace: boolean;
  /** ms. */
  duration: number | undefined;
}

/** What the arguments of `esp8266-ssl simulate` ask for, over what the project says. */
export async function simulateOptions(args: readonly string[]): Promise<SimulateOptions> {
  const {
    given: values,
    operands: [program],
  } = parse(simulateDescription, args);
  if (program !== undefined) refuseFolders(simulateDescription, [program]);
  const project = await readProjectSettings('.');
  const given = {
    program,
    upgrades: values.upgrade.length > 0 ? values.upgrade : undefined,
    certificates: values.certificates,
    flash: pairs(values.flash),
    ports: mapValues(pairs(values.port), Number),
    network: defined({
      outbound: values.outbound,
      hosts: pairs(values.host),
      reach: values.reach.length > 0 ? values.reach : undefined,
      delay: values.delay,
      loss: values.loss,
      reorder: values.reorder,
      bandwidth: values.bandwidth,
      seed: values.seed,
    }),
    flashSize: values['flash-size'],
    flashImage: values['flash-image'],
    reservedHeap: values.reserve,
    unanswered: values.unanswered,
    resets: values.resets,
    capture: values.capture,
  };
  const settings = checkLaunchSettings(defined(given));
  const certificates = settings.certificates ?? project.certificates;
  const made = certificates === undefined ? await recordFolder('.') : '';
  const usual = existsSync(made) ? { certificates: made } : {};
  return {
    launch: launchOptions(settings, { ...usual, ...project }, '.'),
    serial: values['serial-port'] ?? (values.serial ? '' : undefined),
    json: values.json,
    trace: values.trace || project.trace === true,
    duration: values.seconds === undefined ? undefined : values.seconds * 1000,
  };
}

/** "443=9443" and the like as an object. */
function pairs(given: readonly string[]): Record<string, string> | undefined {
  if (given.length === 0) return undefined;
  return Object.fromEntries(
    given.map(text => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
  );
}

function mapValues<T>(
  object: Record<string, string> | undefined,
  convert: (value: string) => T,
): Record<string, T> | undefined {
  return object && Object.fromEntries(Object.entries(object).map(([key, value]) => [key, convert(value)]));
}

/** Without the properties that are undefined. */
function defined(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
