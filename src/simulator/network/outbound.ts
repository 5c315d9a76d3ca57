import type { Place } from './reach';

/** The values of `network.outbound`: whom the device may connect to, and whether it may also connect to what `hosts` lists. */
export const outboundChoices = {
  public: { places: ['public'], listed: true },
  local: { places: ['public', 'private', 'host'], listed: true },
  loopback: { places: ['host'], listed: false },
  deny: { places: [], listed: false },
} as const satisfies Record<string, { places: readonly Place[]; listed: boolean }>;

export type Outbound = keyof typeof outboundChoices;
