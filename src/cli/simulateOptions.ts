import { existsSync } from 'node:fs';
import { recordFolder } from '../project/recordFolder';
import { simulatorPart } from '../project/settings/simulator';
import type { LaunchOptions } from '../simulator/load';
import {
  checkLaunchSettings,
  launchOptions,
  readProjectSettings,
  readProjectTls,
} from '../simulator/settings';
import { parse } from './commandLine/parse';
import { settingsFrom } from './commandLine/settingOptions';
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
  const { network, ...given } = settingsFrom(simulatorPart, values);
  const settings = checkLaunchSettings({
    ...(program !== undefined && { program }),
    ...given,
    network: network ?? {},
  });
  const certificates = settings.certificates ?? project.certificates;
  const made = certificates === undefined ? await recordFolder('.') : '';
  const usual = existsSync(made) ? { certificates: made } : {};
  return {
    launch: launchOptions(settings, { ...usual, ...project }, '.', await readProjectTls('.')),
    serial: values['serial-port'] ?? (values.serial ? '' : undefined),
    json: values.json,
    trace: values.trace || project.trace === true,
    duration: values.seconds === undefined ? undefined : values.seconds * 1000,
  };
}
