import path from 'node:path';
import type { LaunchOptions } from '../simulator/load';
import {
  checkLaunchSettings,
  launchOptions,
  readProjectSettings,
  readProjectTls,
} from '../simulator/settings';

/** What launch.json says, checked. */
export interface LaunchArguments extends LaunchOptions {
  stopOnEntry: boolean;
  noDebug: boolean;
  /** Whether callbacks, heap and TLS records are shown. */
  trace: boolean;
}

/**
 * Reads the attributes of a launch configuration, over those of the project's file in the same folder. Throws a Problem
 * that names the attribute that is wrong.
 */
export async function readLaunchArguments(given: object | undefined): Promise<LaunchArguments> {
  const { program, ...attributes } = checkLaunchSettings(given);
  const folder = attributes.cwd ?? path.dirname(program);
  const project = await readProjectSettings(folder);
  const settings = { ...project, ...attributes };
  return {
    ...launchOptions({ ...attributes, program }, project, folder, await readProjectTls(folder)),
    stopOnEntry: settings.stopOnEntry ?? false,
    noDebug: settings.noDebug ?? false,
    trace: settings.trace ?? false,
  };
}
