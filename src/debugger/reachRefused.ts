import type { DeviceEvent } from '../simulator/events';
import { eventBody } from './eventBody';

/** Name of the event that tells clients what the firmware may not reach; docs/simulator.md describes it. */
export const reachRefusedEvent = 'esp8266-ssl.reachRefused';

/** The firmware tried to reach this computer or a private network, and may not. */
export interface ReachRefused {
  protocol: 'tcp' | 'udp';
  /** Address and port that the firmware used. */
  remote: string;
  /** Address and port that it leads to: what `network.reach` has to list. */
  target: string;
  /** The name that the firmware asked for. */
  name?: string;
}

/** What clients are told of an event; undefined where nothing local was refused. */
export function reachRefused(event: DeviceEvent): ReachRefused | undefined {
  if (event.kind !== 'outbound-denied' || event.refusal !== 'local') return undefined;
  const { protocol, remote, target, name } = event;
  return { protocol, remote, target, ...(name !== undefined && { name }) };
}

/** Reads the body of the event as a client gets it; undefined for what is none. */
export function readReachRefused(body: unknown): ReachRefused | undefined {
  const given = eventBody(body);
  const [remote, target, name] = ['remote', 'target', 'name'].map(key => given.get(key));
  const protocol = (['tcp', 'udp'] as const).find(each => each === given.get('protocol'));
  if (protocol === undefined || typeof remote !== 'string' || typeof target !== 'string') return undefined;
  return { protocol, remote, target, ...(typeof name === 'string' && { name }) };
}
