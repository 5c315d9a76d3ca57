import { type Answer, decode, encode, type Packet } from 'dns-packet';
import { failedBecause } from '../../files/systemErrors';
import { ipOf, ipText, type Ip } from './packets';

/** Response codes: the name does not exist; the server could not find out. */
const nameError = 3;
const serverFailure = 2;
const recursion = (1 << 8) | (1 << 7);
/** Seconds. */
const timeToLive = 60;

export interface NameServerOptions {
  /** The address of a name that the user has given; undefined for others. */
  known(name: string): Ip | undefined;
  /** Whether the computer's resolver may be asked. */
  mayAsk: boolean;
  /** The IPv4 address that the computer's resolver has for a name; throws where there is none. */
  lookup: (name: string) => Promise<string>;
  /** Tells what was answered; undefined: there is no such name. */
  resolved(name: string, ip: Ip | undefined): void;
}

/** Answers a DNS message of the device; undefined when it is none. */
export async function answerDns(message: Buffer, options: NameServerOptions): Promise<Buffer | undefined> {
  const query = decodeQuery(message);
  const question = query?.questions?.[0];
  if (query === undefined || question === undefined) return undefined;
  const reply = (code: number, answers: Answer[] = []) =>
    encode({ type: 'response', id: query.id ?? 0, flags: recursion | code, questions: [question], answers });
  // The device speaks IPv4 only: of other records there are none.
  if (question.type !== 'A') return reply(0);
  const { name } = question;
  const known = options.known(name);
  if (known === undefined && !options.mayAsk) {
    options.resolved(name, undefined);
    return reply(nameError);
  }
  try {
    const ip = known ?? ipOf(await options.lookup(name));
    options.resolved(name, ip);
    return ip === undefined
      ? reply(serverFailure)
      : reply(0, [{ type: 'A', name, ttl: timeToLive, data: ipText(ip) }]);
  } catch (error) {
    options.resolved(name, undefined);
    const missing = failedBecause(error, 'host unknown');
    return reply(missing ? nameError : serverFailure);
  }
}

function decodeQuery(message: Buffer): Packet | undefined {
  try {
    const packet = decode(message);
    return packet.type === 'query' ? packet : undefined;
  } catch {
    // dns-packet throws on what is no DNS message.
    return undefined;
  }
}
