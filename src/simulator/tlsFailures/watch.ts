import { errorValue } from '../../sdk/errors';
import { handshakeTypes } from '../../sdk/tlsNames';
import type { DeviceEvent, EventLog } from '../events';
import type { TlsPlace } from '../network/tlsMeter';
import { type Circumstances, diagnose } from './diagnose';
import { type ConnectionFacts, readFacts, type SeenCode, type Sight } from './facts';
import type { Cause, TlsFailure } from './failure';
import { printedCode } from './printedCodes';

/** What the firmware is made of, as far as it matters here. */
export interface WatchOptions {
  library?: Circumstances['library'];
  /** Something is to be said as soon as the device has nothing to do. */
  onEnd: () => void;
}

interface Connection {
  place: TlsPlace;
  sights: Sight[];
  ended: boolean;
}

/** HTTPS, MQTT, and what stands for them on computers. */
const usualTlsPorts = [443, 8443, 8883];
/** As many as the device has at once, and some that have just ended. */
const maxConnections = 64;
/** Records of a long connection tell nothing new. */
const maxSights = 200;
/** A firmware that never sleeps can have as many calls refused before they are reported. */
const maxWaiting = 100;
/** Places in a firmware that call the functions in question. */
const maxReturned = 1000;
/** What a firmware prints without a line break. */
const longestLine = 300;

/**
 * Follows the TLS connections of the device in its event log and says of each that failed what happened, once: when it is over
 * and the firmware has had its say.
 */
export class TlsWatch {
  readonly #log: EventLog;
  readonly #options: WatchOptions;
  readonly #connections = new Map<string, Connection>();
  /** Ports of this computer, by those of the device. */
  readonly #ports = new Map<number, number>();
  /** Ports at which the device speaks TLS. */
  readonly #tlsPorts = new Set<number>(usualTlsPorts);
  /** What each SDK function returned last, by where it is called. */
  readonly #returned = new Map<string, number>();
  /** What is said when the device has nothing to do. */
  #waiting: TlsFailure[] = [];
  #line = '';
  #freeHeap: number | undefined;
  #latest: Connection | undefined;
  readonly #stop: () => void;

  constructor(log: EventLog, options: WatchOptions) {
    this.#log = log;
    this.#options = options;
    this.#stop = log.listen(event => {
      this.#see(event);
    });
  }

  /** The device has nothing to do: all that it says about what is over has been said. */
  settle(): void {
    this.#takeLine(this.#line);
    this.#line = '';
    for (const [key, connection] of this.#connections) {
      if (!connection.ended) continue;
      this.#connections.delete(key);
      if (this.#latest === connection) this.#latest = undefined;
      this.#explain(connection);
    }
    for (const failure of this.#waiting.splice(0)) this.#log.add({ kind: 'tls-failed', ...failure });
  }

  /** Ends the watch: the device is switched off or boots again. */
  close(): void {
    this.settle();
    this.#stop();
  }

  #see(event: DeviceEvent): void {
    switch (event.kind) {
      case 'print':
        this.#print(event.text);
        break;
      case 'heap':
        this.#freeHeap = event.free;
        break;
      case 'allocation-failed':
        this.#latest?.sights.push({ kind: 'allocation-failed', time: 0, free: event.free });
        break;
      case 'listening':
        this.#ports.set(event.devicePort, event.port);
        if (event.protocol === 'tls') this.#tlsPorts.add(event.devicePort);
        break;
      case 'tcp-opened':
        this.#latest = this.#connectionOf(event);
        break;
      case 'tls-record':
        if (
          event.sender === 'device' &&
          event.content.kind === 'handshake' &&
          event.content.messages.some(({ type }) => type === handshakeTypes.serverHello)
        )
          this.#tlsPorts.add(event.devicePort);
        this.#add(event, event);
        break;
      case 'tls-record-too-long':
      case 'tls-lost':
        this.#add(event, event);
        break;
      case 'connection-ended':
        this.#add(event, event).ended = true;
        this.#options.onEnd();
        break;
      case 'callback':
        if (event.callback === 'reconnect' && event.value !== undefined && event.value !== 0)
          this.#code({ source: 'espconn', value: event.value, from: 'callback' });
        break;
      case 'call-returned':
        this.#returnedFrom(event);
        break;
      default:
    }
  }

  #connectionOf({ remote, devicePort }: TlsPlace): Connection {
    const key = `${remote} ${devicePort}`;
    let connection = this.#connections.get(key);
    if (connection === undefined) {
      connection = { place: { remote, devicePort }, sights: [], ended: false };
      this.#connections.set(key, connection);
      for (const oldest of this.#connections.keys()) {
        if (this.#connections.size <= maxConnections) break;
        this.#connections.delete(oldest);
      }
    }
    return connection;
  }

  #add(place: TlsPlace, sight: Sight): Connection {
    const connection = this.#connectionOf(place);
    keep(connection, sight);
    this.#latest = connection;
    return connection;
  }

  #print(text: string): void {
    const [first = '', ...others] = text.split('\n');
    let line = (this.#line + first).slice(0, longestLine);
    for (const other of others) {
      this.#takeLine(line);
      line = other.slice(0, longestLine);
    }
    this.#line = line;
  }

  #takeLine(line: string): void {
    const code = printedCode(line);
    if (code !== undefined) this.#code(code);
  }

  /** A device works on one packet after the other: what it says is about the connection whose packet it has got last. */
  #code(code: SeenCode): void {
    if (this.#latest !== undefined) keep(this.#latest, { kind: 'code', time: 0, ...code });
  }

  #explain({ place, sights }: Connection): void {
    const facts = readFacts(sights);
    const { library } = this.#options;
    const cause = diagnose(facts, {
      now: Date.now() / 1000,
      ...(library !== undefined && { library }),
      isTlsPort: this.#tlsPorts.has(place.devicePort),
      isBusy: [...this.#connections.values()].some(
        other => !other.ended && other.place.devicePort === place.devicePort && other.sights.length > 0,
      ),
      ...(this.#freeHeap !== undefined && { freeHeap: this.#freeHeap }),
    });
    if (cause !== undefined) this.#report(place, facts, cause);
  }

  #report({ remote, devicePort }: TlsPlace, facts: ConnectionFacts, cause: Cause): void {
    const port = facts.role === 'server' ? this.#ports.get(devicePort) : undefined;
    const alert =
      facts.alerts.find(({ level }) => level === 2) ??
      facts.alerts.find(({ description }) => description !== 0);
    this.#log.add({
      kind: 'tls-failed',
      remote,
      role: facts.role,
      cause,
      ...(alert !== undefined && { alert }),
      codes: withoutRepetition(facts.codes),
      ...(port !== undefined && { port }),
    });
  }

  /** A function that refuses is called again and again: each answer is told once. */
  #returnedFrom(event: DeviceEvent & { kind: 'call-returned' }): void {
    const { function: called, caller, value } = event;
    const key = `${called} ${caller}`;
    const before = this.#returned.get(key);
    if (this.#returned.size >= maxReturned) this.#returned.clear();
    this.#returned.set(key, value);
    if (value === 0 || value === before || this.#waiting.length >= maxWaiting) return;
    this.#waiting.push({
      role: called === 'espconn_secure_connect' ? 'client' : 'server',
      cause: refusal(value, this.#freeHeap),
      codes: [{ source: 'espconn', value, from: 'print' }],
      call: { function: called, caller },
    });
  }
}

/** The first and the latest sights stay. */
function keep({ sights }: Connection, sight: Sight): void {
  if (sights.length >= maxSights) sights.splice(maxSights / 2, 1);
  sights.push(sight);
}

function refusal(value: number, free: number | undefined): Cause {
  if (value === errorValue('ESPCONN_TIME')) return { id: 'no-time' };
  if (value === errorValue('ESPCONN_MEM'))
    return { id: 'out-of-memory', ...(free !== undefined && { free }) };
  return { id: 'call-refused' };
}

function withoutRepetition(codes: readonly SeenCode[]): SeenCode[] {
  return codes.filter(
    (code, index) =>
      codes.findIndex(other => other.value === code.value && other.from === code.from) === index,
  );
}
