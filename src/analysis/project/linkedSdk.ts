import { type FlashMap, flashMap } from '../../flash/maps';
import { abilitiesOfAny, type TlsAbilities } from '../../sdk/tls';
import type { Facts } from '../rules/rule';

/** The flash map, where project file, compiler or build files fix one and no other. */
export function chosenMap({ build }: Facts): FlashMap | undefined {
  if (build.flash !== undefined) return build.flash.layout.map;
  const compiled = build.defines.get('SPI_FLASH_SIZE_MAP');
  if (compiled !== undefined && /^\d$/.test(compiled)) return flashMap(Number(compiled));
  const [map, ...others] = new Set(build.makefiles.flatMap(({ maps }) => maps));
  return map === undefined || others.length > 0 ? undefined : flashMap(map);
}

/** What the TLS library can do, for every library and version that the project may be linked with. */
export function possibleAbilities({ program }: Facts): TlsAbilities[] {
  return abilitiesOfAny(program.target.tlsLibrary, program.target.sdk);
}

/** Whether it is known that the firmware is for SDK 3.x: by the project's file, or by a function that came with it. */
export function isSdk3({ program }: Facts): boolean {
  const { sdk } = program.target;
  return sdk === undefined ? program.calls('system_partition_table_regist').length > 0 : sdk >= '3';
}

/** Whether it is certain that the firmware is for SDK 2.0 or later. */
export function isSdk2({ program }: Facts): boolean {
  const { sdk } = program.target;
  const isLater = /^(?:user_pre_init|system_partition_\w+)$/;
  return (
    sdk !== undefined ||
    program.functions.some(({ name }) => isLater.test(name)) ||
    [...program.calledNames].some(name => isLater.test(name))
  );
}

/** Whether it is built with the RTOS SDK, with other libraries of the same names and other rules for its start. */
export function isRtos({ build }: Facts): boolean {
  return build.makefiles.some(file => file.isRtos);
}

/**
 * Whether the firmware may be for an SDK before 1.5.1, whose libssl takes the server's certificate from variables of these names: it
 * has them, nothing tells the version, and nothing is used that came later.
 */
export function mayBeSdk1({ program }: Facts): boolean {
  if (program.target.sdk !== undefined) return false;
  const own = /\bdefault_certificate\b/;
  const isLater = /^(?:espconn_secure_(?:set_default|cert_req|delete)\w*|system_partition_\w+)$/;
  return (
    program.units.some(({ text }) => text.includes('default_certificate') && own.test(text)) &&
    !program.functions.some(({ name }) => /^(?:user_pre_init|user_rf_cal_sector_set)$/.test(name)) &&
    ![...program.calledNames].some(name => isLater.test(name))
  );
}
