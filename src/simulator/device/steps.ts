import type { TlsFault } from '../../sdk/tlsBehaviour';
import type { ConnectionEnding, Remote } from '../network/tcpServer';
import type { TlsRole } from '../network/tlsMeter';

/** A function of the firmware that is to be called, with up to six argument words. */
export interface Callback {
  /** What it is for, as the SDK names it: "recv", "timer", "user_init". */
  name: string;
  address: number;
  arguments: number[];
  /** What it is told, for the event log: an error. */
  told?: number;
  /** What the device does when the callback has returned, with the result in a2. */
  returned?: Step;
  /** The SDK's own business, such as handing a packet to lwIP: no event of its own in the log. */
  internal?: boolean;
}

/**
 * What can wait for its turn, by kind, with its values: plain data, because what waits is part of what the device
 * remembers. Each kind is handled by the part of the device that posts it.
 */
export interface Steps {
  call: Callback;

  /** Boot: lwIP has initialised itself. */
  attachInterfaces: null;
  keepOwnPorts: null;
  /** Boot: the firmware has told its free heap, of which so many bytes are taken away. */
  takeHeap: { size: number };
  heapMeasured: null;

  /** A callback that needs a zeroed block of the firmware's heap, which `fill` makes with the block's address. */
  allocateBlock: { size: number; fill: Step };
  blockAllocated: { size: number; fill: Step };
  giveBackBlock: { block: number };

  interruptEnded: null;

  /** Network interface 0 is the station's, 1 the soft-AP's. */
  packet: { netif: number; bytes: Uint8Array };
  packetBuffer: { netif: number; bytes: Uint8Array };
  dhcpStopped: { netif: number };

  wifiEvent: { event: number; info: Uint8Array };
  scanDone: { callback: number };

  /** Connections that the host answers, by number. */
  /** The TCP connection of a TLS client or to a TLS server is there. */
  clientReached: { link: number };
  serverReached: { link: number; owner: number; devicePort: number; remote: Remote };
  linkOpened: {
    link: number;
    role: TlsRole;
    secure: boolean;
    owner: number;
    devicePort: number;
    remote: Remote;
  };
  linkAccepted: { link: number };
  linkReceived: { link: number; bytes: Uint8Array };
  linkRead: { espconn: number; buffer: number };
  linkSent: { link: number };
  linkEnded: { link: number; ending: ConnectionEnding };
  /** The handshake with a client of a server has failed. */
  linkFailed: { link: number; owner: number; fault: TlsFault; remote: Remote };

  /** What this computer knows: the address of a name, ms since 1970. */
  nameResolved: Found;
  nameFound: Found;
  timeTold: { time: number };
}

/** What has become of a question for a name, and whom to tell. */
interface Found {
  name: string;
  ip: string | undefined;
  callback: number;
  argument: number;
}

export type StepKind = keyof Steps;

/** A step of one of these kinds. */
export type StepOf<Kind extends StepKind> = { [K in Kind]: { kind: K; data: Steps[K] } }[Kind];

export type Step = StepOf<StepKind>;

/** Does what a step says: the callback that it leads to, undefined for none. `result` is what the function before has returned. */
export type StepHandlers = {
  [K in StepKind]: (data: Steps[K], result: number) => Callback | undefined;
};
