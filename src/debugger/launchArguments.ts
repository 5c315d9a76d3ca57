import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { ProblemError } from '../problems';
import type { LaunchOptions } from '../simulator/load';

/** What launch.json says, checked. */
export interface LaunchArguments extends LaunchOptions {
  stopOnEntry: boolean;
  noDebug: boolean;
}

/** Reads the attributes of a launch configuration. Throws a Problem that names the attribute that is wrong. */
export function readLaunchArguments(given: object | undefined): LaunchArguments {
  const attributes = new Map<string, unknown>(Object.entries(given ?? {}));
  const program = attributes.get('program');
  if (typeof program !== 'string' || program === '')
    throw wrong('program', l10n.t('the path of the firmware ELF'));
  const folder = optional(attributes, 'cwd', isString, l10n.t('a folder')) ?? path.dirname(program);
  const certificates = optional(attributes, 'certificates', isString, l10n.t('a folder'));
  const flash = optional(
    attributes,
    'flash',
    isRecord,
    l10n.t('addresses with files, such as {"0x78000": "file.bin"}'),
  );
  const ports = optional(
    attributes,
    'ports',
    isRecord,
    l10n.t('device ports with ports, such as {"443": 8443}'),
  );
  return {
    program: path.resolve(folder, program),
    certificates:
      certificates === undefined || certificates === '' ? undefined : path.resolve(folder, certificates),
    flash: new Map(Object.entries(flash ?? {}).map(([address, file]) => flashFile(folder, address, file))),
    ports: new Map(Object.entries(ports ?? {}).map(portPair)),
    stopOnEntry: optional(attributes, 'stopOnEntry', isBoolean, 'true, false') ?? false,
    noDebug: optional(attributes, 'noDebug', isBoolean, 'true, false') ?? false,
  };
}

function flashFile(folder: string, address: string, file: unknown): [number, string] {
  const value = Number(address);
  if (!Number.isInteger(value) || value < 0 || !isString(file)) {
    throw wrong('flash', l10n.t('addresses with files, such as {"0x78000": "file.bin"}'));
  }
  return [value, path.resolve(folder, file)];
}

function portPair([device, port]: [string, unknown]): [number, number] {
  const devicePort = Number(device);
  if (!isPort(devicePort) || !isPort(port)) {
    throw wrong('ports', l10n.t('device ports with ports, such as {"443": 8443}'));
  }
  return [devicePort, port];
}

function optional<T>(
  attributes: ReadonlyMap<string, unknown>,
  name: string,
  check: (value: unknown) => value is T,
  allowed: string,
): T | undefined {
  const value = attributes.get(name);
  if (value === undefined || value === null) return undefined;
  if (!check(value)) throw wrong(name, allowed);
  return value;
}

function wrong(attribute: string, allowed: string): ProblemError {
  return new ProblemError({
    kind: 'usage',
    message: l10n.t('"{0}" in the launch configuration must be {1}.', attribute, allowed),
  });
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65535;
}
