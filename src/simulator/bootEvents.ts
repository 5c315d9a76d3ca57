import { powerOn } from './device/reset';
import type { EventDetail } from './events';
import type { Firmware } from './firmware/firmware';
import { identify } from './firmware/identify';
import { isEmpty } from './projectReach';
import type { SimulatorOptions } from './simulatorOptions';

/** What the log says of a boot; the first says what does not change. */
export function bootEvents(
  firmware: Firmware,
  reset: number,
  { flashFiles = [], reachWish }: SimulatorOptions,
): EventDetail[] {
  const identity = identify(firmware);
  const { sdk, lwip } = identity;
  const isFirst = reset === powerOn.reason;
  const events: EventDetail[] = [];
  if (sdk !== undefined && !/^[23]\./.test(sdk) && isFirst) events.push({ kind: 'sdk-unknown', sdk });
  events.push({
    kind: 'boot',
    firmware: firmware.elf.file,
    ...identity,
    reset,
    flashFiles: flashFiles.map(({ address, file, bytes }) => ({ address, file, length: bytes.length })),
  });
  // Without lwIP in it, firmware has no way out.
  if (reachWish !== undefined && !isEmpty(reachWish) && lwip && isFirst)
    events.push({ kind: 'reach-wish', ...reachWish });
  return events;
}
