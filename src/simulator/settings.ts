import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { staysInside } from '../files/within';
import { ProblemError } from '../problems';
import { SchemaChecker } from '../project/checkBySchema';
import { linkedLibrary } from '../project/linkedLibrary';
import { readProjectPart } from '../project/projectFile';
import { projectPath } from '../project/projectPaths';
import { type NamedPath, pathsIn, schemasOf, type ValueOf, withPaths } from '../project/settings/setting';
import { type SimulatorChoices, simulatorSettings } from '../project/settings/simulator';
import { readTarget } from '../project/target';
import type { TlsAbilities } from '../sdk/tls';
import type { LaunchOptions } from './load';
import { openAir } from './device/wifi';
import { type AccessPoint, defaultWifi } from './device/wifiOptions';
import { networkOf } from './projectReach';

/** What a user can write about a simulation, in launch.json and in the project's file. */
export type Settings = SimulatorChoices;

type AccessPointSettings = ValueOf<typeof simulatorSettings.wifi.properties.accessPoints.items>;

/** Bytes. */
const flashSizes = {
  '256KB': 0x40000,
  '512KB': 0x80000,
  '1MB': 0x100000,
  '2MB': 0x200000,
  '4MB': 0x400000,
  '8MB': 0x800000,
  '16MB': 0x1000000,
} as const satisfies Record<NonNullable<Settings['flashSize']>, number>;

/** AUTH_MODE. */
const authModes = { open: 0, wep: 1, wpa: 2, wpa2: 3, 'wpa/wpa2': 4 } as const satisfies Record<
  NonNullable<AccessPointSettings['security']>,
  number
>;

/** REASON_BEACON_TIMEOUT: an access point that is just gone. */
const beaconTimeout = 200;

// The same schema guides the editor.
const checker = new SchemaChecker<Settings>(() => ({
  type: 'object',
  properties: schemasOf(simulatorSettings),
}));

/** Checks settings of any origin. Throws a Problem that names the one that is wrong and what it must be. */
export function checkSettings(given: unknown): Settings {
  return checker.check(given ?? {});
}

/**
 * Reads the settings in the project's file in `folder`. Throws a Problem for one that is wrong, and for a path that leaves the
 * project: firmware writes to the flash image, and what is in a file ends up in its flash.
 */
export async function readProjectSettings(folder: string): Promise<Settings> {
  const settings = checkSettings(await readProjectPart(folder, 'simulator'));
  // Where the project is, and which firmware runs, is known before its file is read.
  delete settings.program;
  delete settings.cwd;
  return withPaths(simulatorSettings, settings, (file, setting) =>
    projectPath(folder, file, `simulator.${setting}`),
  );
}

/** What the TLS library can do that the project's file in `folder` names: a firmware without one of its own gets that one's answers. */
export async function readProjectTls(folder: string): Promise<TlsAbilities> {
  return linkedLibrary(await readTarget(folder)).abilities;
}

/** The paths in settings of any origin that lead out of `folder`, links followed, each with the setting that names it. */
export function pathsOutside(given: object, folder: string): NamedPath[] {
  const settings = checkSettings(given);
  // As a launch resolves them.
  const base = path.resolve(folder, settings.cwd ?? path.dirname(settings.program ?? ''));
  return pathsIn(simulatorSettings, settings).filter(({ setting, file }) => {
    const target = path.resolve(setting === 'cwd' || setting === 'program' ? folder : base, file);
    return !staysInside(folder, target);
  });
}

/** Checks settings that must name a firmware. */
export function checkLaunchSettings(given: unknown): Settings & { program: string } {
  const settings = checkSettings(given);
  const { program } = settings;
  if (program === undefined)
    throw new ProblemError({ kind: 'setting-wrong', setting: 'program', expected: l10n.t('given') });
  return { ...settings, program };
}

/** What the user's settings over those of the project's file mean for a launch; paths are relative to `folder`. */
export function launchOptions(
  own: Settings & { program: string },
  project: Settings,
  folder: string,
  tls: TlsAbilities,
): LaunchOptions {
  const settings = { ...project, ...own };
  const resolve = (file: string) => (path.isAbsolute(file) ? file : path.join(folder, file));
  const { wifi = {} } = settings;
  const { network, wish } = networkOf(own.network ?? {}, project.network ?? {});
  const { outbound, hosts, reach, ...faults } = network;
  const optional = <K extends string, T>(key: K, value: T | undefined) =>
    (value === undefined ? {} : { [key]: value }) as Partial<Record<K, T>>;
  return {
    program: resolve(settings.program),
    ...optional('upgrades', settings.upgrades?.map(resolve)),
    certificates:
      settings.certificates === undefined || settings.certificates === ''
        ? undefined
        : resolve(settings.certificates),
    flash: new Map(
      Object.entries(settings.flash ?? {}).map(([address, file]) => [Number(address), resolve(file)]),
    ),
    ports: new Map(Object.entries(settings.ports ?? {}).map(([device, port]) => [Number(device), port])),
    ...optional('flashSize', settings.flashSize && flashSizes[settings.flashSize]),
    ...optional('flashImage', settings.flashImage && resolve(settings.flashImage)),
    ...optional('capture', settings.capture && resolve(settings.capture)),
    ...optional('resets', settings.resets),
    network: {
      ...optional('outbound', outbound),
      hosts: new Map(Object.entries(hosts ?? {})),
      reach: new Set(reach),
      faults,
    },
    reachWish: wish,
    device: {
      tls,
      ...optional('reservedHeap', settings.reservedHeap),
      ...optional('adc', settings.adc),
      ...optional('unanswered', settings.unanswered),
      wifi: {
        mac: wifi.mac === undefined ? defaultWifi.mac : macBytes(wifi.mac),
        address: {
          ip: bytes(wifi.ip) ?? defaultWifi.address.ip,
          netmask: bytes(wifi.netmask) ?? defaultWifi.address.netmask,
          gateway: bytes(wifi.gateway) ?? defaultWifi.address.gateway,
        },
        accessPoints: wifi.accessPoints?.map(accessPoint),
        outages: (wifi.outages ?? []).map(({ after, for: duration, reason }) => ({
          start: after * 1e6,
          end: (after + duration) * 1e6,
          reason: reason ?? beaconTimeout,
        })),
      },
    },
  };
}

function accessPoint(given: AccessPointSettings, index: number): AccessPoint {
  return {
    ssid: given.ssid,
    password: given.password,
    bssid: given.bssid === undefined ? [...openAir.bssid.slice(0, 5), index + 1] : macBytes(given.bssid),
    channel: given.channel ?? openAir.channel,
    rssi: given.rssi ?? openAir.rssi,
    authmode:
      given.security === undefined
        ? given.password
          ? authModes.wpa2
          : authModes.open
        : authModes[given.security],
  };
}

function bytes(ip: string | undefined): number[] | undefined {
  return ip?.split('.').map(part => Math.min(255, Number(part)));
}

function macBytes(mac: string): number[] {
  return mac.split(':').map(part => parseInt(part, 16));
}
